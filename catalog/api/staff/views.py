"""Products, categories, price lists and prices for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog.api.staff.serializers import (
    CategorySerializer,
    PriceAmountSerializer,
    PriceListSerializer,
    PriceSerializer,
    ProductSerializer,
)
from catalog.models import Category, Price, PriceList, Product
from catalog.selectors.product_lists import matching_products, products_for_staff
from catalog.services.prices import remove_price, set_price
from catalog.services.products import (
    create_category,
    create_price_list,
    create_product,
    update_category,
    update_price_list,
    update_product,
)
from core.api.schema import SHORT_TEXT
from core.api.staff import Adds, Edits, Removes, StaffCollection, StaffView, Values

LONGEST_SEARCH = 200


class ProductView(StaffView):
    """What both addresses of products have in common."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer

    def get_queryset(self) -> QuerySet[Product]:
        return products_for_staff()


@extend_schema_view(
    get=extend_schema(
        parameters=[
            OpenApiParameter("search", SHORT_TEXT, description="Words that must all occur.")
        ]
    )
)
class ProductCollection(ProductView, Adds, StaffCollection):
    """`search` finds products blind to spelling variants, digits and diacritics."""

    filterset_fields = ("category", "is_active", "sku", "barcode", "zoho_item_id")
    ordering_fields = ("id", "name_en", "sku", "updated_at")
    ordering = ("-id",)
    own_parameters = ("search",)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = self.request.query_params.get("search", "").strip()[:LONGEST_SEARCH]
        if "\0" in words:
            raise ValidationError(
                {"search": ErrorDetail("Send no NUL.", "null_characters_not_allowed")}
            )
        if words:
            queryset = queryset.filter(pk__in=matching_products(words).values("pk"))
        return super().filter_queryset(queryset)

    def create_row(self, values: Values) -> Product:
        return create_product(values=values)


class ProductRecord(ProductView, Edits):
    """One product."""

    def update_row(self, row: Product, values: Values, version: int) -> Product:
        return update_product(product=row, values=values, expected_version=version)


class CategoryCollection(Adds, StaffCollection):
    """The shelves."""

    queryset = Category.objects.order_by("id")
    serializer_class = CategorySerializer
    filterset_fields = ("parent", "is_active")
    ordering_fields = ("id", "name_en")

    def create_row(self, values: Values) -> Category:
        return create_category(values=values)


class CategoryRecord(Edits):
    """One shelf."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer

    def update_row(self, row: Category, values: Values, version: int) -> Category:
        return update_category(category=row, values=values, expected_version=version)


class PriceListCollection(Adds, StaffCollection):
    """The price lists."""

    queryset = PriceList.objects.order_by("id")
    serializer_class = PriceListSerializer
    filterset_fields = ("code", "currency", "is_active")
    ordering_fields = ("id", "code")

    def create_row(self, values: Values) -> PriceList:
        return create_price_list(values=values)


class PriceListRecord(Edits):
    """One price list."""

    queryset = PriceList.objects.all()
    serializer_class = PriceListSerializer

    def update_row(self, row: PriceList, values: Values, version: int) -> PriceList:
        return update_price_list(price_list=row, values=values, expected_version=version)


class PriceCollection(Adds, StaffCollection):
    """Prices of all lists. POST of a bracket that has a price sets it."""

    queryset = Price.objects.order_by("id")
    serializer_class = PriceSerializer
    filterset_fields = ("product", "price_list", "ownership")
    ordering_fields = ("id", "amount", "updated_at")

    def create_row(self, values: Values) -> Price:
        return set_price(**values)


class PriceRecord(Edits, Removes):
    """One price: its amount can be changed, and one of ours be taken off its list."""

    queryset = Price.objects.select_related("product", "price_list")
    serializer_class = PriceAmountSerializer

    def update_row(self, row: Price, values: Values, version: int) -> Price:
        return set_price(
            product=row.product,
            price_list=row.price_list,
            minimum_quantity=row.minimum_quantity,
            amount=values.get("amount", row.amount),
            expected_version=version,
        )

    def delete_row(self, row: Price, version: int) -> None:
        remove_price(price=row, expected_version=version)
