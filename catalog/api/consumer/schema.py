"""The wire shapes of the consumer API, for the OpenAPI schema."""

from __future__ import annotations

from rest_framework import serializers


class ListedProductSerializer(serializers.Serializer):
    """Every primary field and its legacy twin; twins always carry the same value."""

    id = serializers.CharField()
    zoho_item_id = serializers.CharField()
    sku = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    image_url = serializers.CharField(allow_null=True)
    cdn_image_url = serializers.CharField(allow_null=True)
    category = serializers.CharField()
    stock_quantity = serializers.IntegerField()
    actual_available_stock = serializers.IntegerField()
    warehouse_id = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    price = serializers.FloatField()
    currency = serializers.CharField()
    item_id = serializers.CharField()
    product_id = serializers.CharField()
    product_name = serializers.CharField()
    category_name = serializers.CharField()
    selling_price = serializers.FloatField()
    quantity = serializers.FloatField()
    barcode = serializers.CharField(allow_null=True)
    image_path = serializers.CharField(allow_null=True)
    in_stock = serializers.BooleanField()
    has_image = serializers.BooleanField()


class DetailedProductSerializer(ListedProductSerializer):
    """A listed product without `has_image`, with its date; `cost_price` is always 0."""

    has_image = None  # type: ignore[assignment]
    cost_price = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class ProductListSerializer(serializers.Serializer):
    status = serializers.CharField()
    count = serializers.IntegerField()
    items = ListedProductSerializer(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class ProductDetailSerializer(serializers.Serializer):
    status = serializers.CharField()
    product = DetailedProductSerializer()


class CategoryListSerializer(serializers.Serializer):
    status = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())


class OrderPlacedSerializer(serializers.Serializer):
    success = serializers.BooleanField()
    order_id = serializers.CharField()
    order_number = serializers.CharField()
    salesorder_number = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()
    status = serializers.CharField()
    total_amount = serializers.FloatField()
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    zoho_response = serializers.JSONField(allow_null=True)
