"""Price lists and the prices on them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import shown_number
from catalog.admin.products import PriceRowForm, ownership_badge
from catalog.models import Price, PriceList
from catalog.selectors.product_lists import matching_products
from catalog.services.prices import NOT_STORED, remove_price, return_price_to_zoho, set_price
from catalog.services.products import create_price_list, update_price_list
from core.admin.base import BaseAdmin, Values, action, display


@admin.register(PriceList)
class PriceListAdmin(BaseAdmin):
    """Prices in one currency for one kind of customer."""

    list_display = ("code", "shown_name", "currency", "price_count", "is_active")
    list_filter = ("is_active", "currency")
    search_fields = ("code", "name_en", "name_ar")
    ordering = ("code",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "currency"),
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "is_active",
                )
            },
        ),
        ("Zoho", {"fields": ("zoho_pricebook_id", "created_at")}),
    )
    readonly_fields = ("zoho_pricebook_id", "created_at")
    empty_text = _("A price list holds the prices of one kind of customer in one currency.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceList]:
        return super().get_queryset(request).annotate(price_total=Count("prices"))

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: PriceList) -> str:
        return obj.name

    @display(description=_("prices"), ordering="price_total")
    def price_count(self, obj: PriceList) -> str:
        return shown_number(getattr(obj, "price_total", None))

    def create_row(self, obj: PriceList, values: Values) -> PriceList:
        return create_price_list(values=values)

    def update_row(self, obj: PriceList, values: Values) -> None:
        update_price_list(price_list=obj, values=values, expected_version=obj.version)


@admin.register(Price)
class PriceAdmin(BaseAdmin):
    """All prices; the amounts are edited in the list."""

    list_display = ("product", "price_list", "shown_minimum", "amount", "currency", "shown_owner")
    list_display_links = ("product",)
    list_editable = ("amount",)
    list_filter = ("price_list", "ownership")
    list_select_related = ("product", "price_list")
    search_fields = ("product__search_text",)
    search_help_text = _("Search name, SKU, barcode")
    ordering = ("price_list__code", "product_id", "minimum_quantity")
    form = PriceRowForm
    actions = ("give_back",)
    fieldsets = (
        (None, {"fields": ("product", "price_list", ("minimum_quantity", "amount"))}),
        (None, {"fields": (("ownership", "updated_at"),)}),
    )
    readonly_fields = ("ownership", "updated_at", "shown_minimum", "shown_amount")
    empty_text = _("Prices come with a synchronisation, or are set on a product's page.")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Price | None = None
    ) -> tuple[str, ...]:
        return (*self.readonly_fields, *(("product",) if obj else ()))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Whoever may not edit amounts reads them as text."""
        if self.has_change_permission(request):
            return self.list_display
        return tuple("shown_amount" if name == "amount" else name for name in self.list_display)

    def get_fieldsets(self, request: HttpRequest, obj: Price | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        fields = ("product", "price_list", ("shown_minimum", "shown_amount"))
        return ((None, {"fields": fields}), self.fieldsets[1])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Price], search_term: str
    ) -> tuple[QuerySet[Price], bool]:
        """Prices of the products that are found."""
        if search_term.strip():
            queryset = queryset.filter(product__in=matching_products(search_term).values("pk"))
        return queryset, False

    @display(description=_("from quantity"), ordering="minimum_quantity")
    def shown_minimum(self, obj: Price) -> str:
        return shown_number(obj.minimum_quantity)

    @display(description=_("price"), ordering="amount")
    def shown_amount(self, obj: Price) -> str:
        return shown_number(obj.amount)

    @display(description=_("currency"), ordering="price_list__currency")
    def currency(self, obj: Price) -> str:
        return obj.price_list.currency

    @display(description=_("ownership"), ordering="ownership")
    def shown_owner(self, obj: Price) -> str:
        return ownership_badge(obj)

    @action(description=_("Give back to Zoho"), permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Price]) -> None:
        self.for_each(
            request,
            queryset.select_related("product", "price_list"),
            lambda row: return_price_to_zoho(price=row),
            _("%(row)s: given back to Zoho."),
        )

    def create_row(self, obj: Price, values: Values) -> Price:
        return self._set(obj, NOT_STORED)

    def update_row(self, obj: Price, values: Values) -> None:
        self._set(obj, obj.version)

    @staticmethod
    def _set(price: Price, expected_version: int) -> Price:
        return set_price(
            product=price.product,
            price_list=price.price_list,
            amount=price.amount,
            minimum_quantity=price.minimum_quantity,
            expected_version=expected_version,
        )

    def delete_row(self, obj: Price) -> None:
        remove_price(price=obj, expected_version=obj.version)
