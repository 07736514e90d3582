"""The catalogue's records as staff read and write them."""

from __future__ import annotations

from rest_framework import serializers

from catalog.models import Category, Price, PriceList, Product
from catalog.services.products import CATEGORY_FIELDS, EDITABLE_FIELDS, PRICE_LIST_FIELDS
from core.api.staff import StaffSerializer


class ProductSerializer(StaffSerializer):
    """`consumer_price` and `available` are what a shopper without a list of their own sees."""

    consumer_price = serializers.DecimalField(
        max_digits=15, decimal_places=3, read_only=True, allow_null=True
    )
    consumer_currency = serializers.CharField(read_only=True, allow_null=True)
    available = serializers.DecimalField(max_digits=18, decimal_places=3, read_only=True)

    class Meta:
        model = Product
        fields = (
            "id",
            "version",
            *EDITABLE_FIELDS,
            "zoho_item_id",
            "consumer_price",
            "consumer_currency",
            "available",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("id", "version", "zoho_item_id", "created_at", "updated_at")


class CategorySerializer(StaffSerializer):
    class Meta:
        model = Category
        fields = ("id", "version", *CATEGORY_FIELDS, "zoho_category_id")
        read_only_fields = ("id", "version", "zoho_category_id")


class PriceListSerializer(StaffSerializer):
    # The database's rule, said by the field's name and in the schema.
    currency = serializers.RegexField(r"^[A-Z]{3}$")

    class Meta:
        model = PriceList
        fields = ("id", "version", *PRICE_LIST_FIELDS, "zoho_pricebook_id", "created_at")
        read_only_fields = ("id", "version", "zoho_pricebook_id", "created_at")


class PriceSerializer(StaffSerializer):
    """An existing price keeps its product, list and quantity: another quantity is another price."""

    class Meta:
        model = Price
        fields = (
            "id",
            "version",
            "product",
            "price_list",
            "minimum_quantity",
            "amount",
            "ownership",
            "updated_at",
        )
        read_only_fields: tuple[str, ...] = ("id", "version", "ownership", "updated_at")
        # The service finds the price of the same bracket and sets it.
        validators = ()


class PriceAmountSerializer(PriceSerializer):
    """What may be changed of a price."""

    class Meta(PriceSerializer.Meta):
        read_only_fields = (
            *PriceSerializer.Meta.read_only_fields,
            "product",
            "price_list",
            "minimum_quantity",
        )
