"""The consumer reads as one writes them first in DRF: ModelSerializer, annotations, prefetch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.http import Http404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.models import Category, Price, Product
from core.i18n import translated

PREFIX = "api/v1/consumer/"
PRICE_LIST = "consumer_iqd"
_PRICES = Price.objects.filter(
    price_list__code=PRICE_LIST, price_list__is_active=True, minimum_quantity__lte=1
)
_SELLING_PLACES = Q(stock__location__is_active=True, stock__location__is_sellable=True)


def priced_products() -> QuerySet[Product]:
    """Active products with a consumer price, their stock summed up."""
    prices = _PRICES.select_related("price_list").order_by("-minimum_quantity")
    return (
        Product.objects.filter(
            Exists(_PRICES.filter(product=OuterRef("pk"), amount__gt=0)), is_active=True
        )
        .annotate(units=Sum("stock__available", filter=_SELLING_PLACES))
        .select_related("category")
        .prefetch_related(Prefetch("prices", prices, to_attr="consumer_prices"))
        .order_by("pk")
    )


class ListedProductSerializer(serializers.ModelSerializer[Product]):
    id = serializers.CharField()
    zoho_item_id = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    image_url = serializers.SerializerMethodField()
    cdn_image_url = serializers.SerializerMethodField()
    category = serializers.SerializerMethodField()
    stock_quantity = serializers.SerializerMethodField()
    actual_available_stock = serializers.SerializerMethodField(method_name="get_stock_quantity")
    warehouse_id = serializers.SerializerMethodField()
    price = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()
    item_id = serializers.SerializerMethodField(method_name="get_zoho_item_id")
    product_id = serializers.CharField(source="id")
    product_name = serializers.SerializerMethodField(method_name="get_name")
    category_name = serializers.SerializerMethodField(method_name="get_category")
    selling_price = serializers.SerializerMethodField(method_name="get_price")
    quantity = serializers.SerializerMethodField()
    barcode = serializers.CharField(source="sku")
    image_path = serializers.SerializerMethodField(method_name="get_image_url")
    in_stock = serializers.SerializerMethodField()
    has_image = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = [
            *("id", "zoho_item_id", "sku", "name", "description", "image_url", "cdn_image_url"),
            *("category", "stock_quantity", "actual_available_stock", "warehouse_id"),
            *("is_active", "price", "currency", "item_id", "product_id", "product_name"),
            *("category_name", "selling_price", "quantity", "barcode", "image_path", "in_stock"),
            "has_image",
        ]

    def get_zoho_item_id(self, product: Any) -> str:
        return product.zoho_item_id or str(product.pk)

    def get_name(self, product: Any) -> str:
        return translated(product, "name", "en")

    def get_description(self, product: Any) -> str | None:
        return translated(product, "description", "en") or None

    def get_image_url(self, product: Any) -> str | None:
        return product.image_url or None

    def get_cdn_image_url(self, product: Any) -> str | None:
        return product.cdn_image_url or None

    def get_category(self, product: Any) -> str:
        return translated(product.category, "name", "en") if product.category else "Uncategorized"

    def get_stock_quantity(self, product: Any) -> int:
        return max(0, int(product.units or 0))

    def get_warehouse_id(self, product: Any) -> None:
        return None

    def get_price(self, product: Any) -> float:
        return float(product.consumer_prices[0].amount)

    def get_currency(self, product: Any) -> str:
        return product.consumer_prices[0].price_list.currency

    def get_quantity(self, product: Any) -> float:
        return float(self.get_stock_quantity(product))

    def get_in_stock(self, product: Any) -> bool:
        return self.get_stock_quantity(product) > 0

    def get_has_image(self, product: Any) -> bool:
        return bool(product.image_url)


class DetailedProductSerializer(ListedProductSerializer):
    cost_price = serializers.SerializerMethodField()
    created_at = serializers.SerializerMethodField()

    class Meta(ListedProductSerializer.Meta):
        fields = [
            *(name for name in ListedProductSerializer.Meta.fields if name != "has_image"),
            *("cost_price", "created_at"),
        ]

    has_image = None

    def get_cost_price(self, product: Any) -> int:
        return 0

    def get_created_at(self, product: Any) -> str:
        return product.created_at.isoformat()


def _link(limit: int, skip: int, filters: dict[str, str]) -> str:
    told = {name: value for name, value in filters.items() if value}
    return f"/{PREFIX}products?{urlencode({'limit': limit, 'skip': skip, **told})}"


class ProductListView(APIView):
    def get(self, request: Request) -> Response:
        sent = request.query_params
        filters = {"category": sent.get("category", ""), "search": sent.get("search", "")}
        limit, skip = int(sent.get("limit", 50)), int(sent.get("skip", 0))
        products = priced_products().filter(units__gte=1)
        if filters["category"]:
            name = filters["category"]
            products = products.filter(Q(category__name_en=name) | Q(category__name_ar=name))
        for word in filters["search"].split():
            products = products.filter(search_text__contains=word.lower())
        total = products.count()
        page = products[skip : skip + limit]
        items = ListedProductSerializer(page, many=True).data
        following = skip + len(items)
        has_previous = skip > 0 and skip - limit < total
        return Response(
            {
                "status": "success",
                "count": len(items),
                "items": items,
                "total": total,
                "next": _link(limit, following, filters) if items and following < total else None,
                "previous": _link(limit, max(0, skip - limit), filters) if has_previous else None,
            }
        )


class ProductDetailView(APIView):
    def get(self, request: Request, reference: str) -> Response:
        product = priced_products().filter(pk=reference).first()
        if product is None:
            raise Http404
        return Response({"status": "success", "product": DetailedProductSerializer(product).data})


class CategoryListView(APIView):
    def get(self, request: Request) -> Response:
        sellable = priced_products().filter(units__gte=1, category__is_active=True)
        shown = Category.objects.filter(pk__in=sellable.order_by().values(shelf=F("category_id")))
        names = sorted({translated(category, "name", "en") for category in shown})
        return Response({"status": "success", "categories": names})


urlpatterns = [
    path(f"{PREFIX}products", ProductListView.as_view()),
    path(f"{PREFIX}products/<int:reference>", ProductDetailView.as_view()),
    path(f"{PREFIX}categories", CategoryListView.as_view()),
]
