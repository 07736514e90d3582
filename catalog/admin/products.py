"""Products and categories."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin.amounts import picture, shown_money, shown_number
from catalog.enums import Ownership
from catalog.models import Category, Price, Product, StockLevel
from catalog.selectors.product_lists import matching_products, products_for_staff
from catalog.selectors.shelf import consumer_price_list
from catalog.services.prices import NOT_STORED, remove_price, return_price_to_zoho, set_price
from catalog.services.products import (
    create_category,
    create_product,
    update_category,
    update_product,
)
from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import BaseAdmin, BaseTabularInline, Values, action, display
from core.admin.filters import AutocompleteSelectFilter


def ownership_badge(row: Price | StockLevel) -> str:
    """Whose word counts, in its colour."""
    tone = "info" if row.ownership == Ownership.ZOHO else "good"
    return badge(row.get_ownership_display(), tone)


class YesNoFilter(admin.SimpleListFilter, ABC):
    """A question about each product that a subquery answers."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    @abstractmethod
    def rows(self) -> Exists:
        """The subquery that finds what is asked for."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() == "yes":
            return queryset.filter(self.rows())
        if self.value() == "no":
            return queryset.filter(~self.rows())
        return queryset


class PricedFilter(YesNoFilter):
    title = _("has a consumer price")
    parameter_name = "priced"

    def rows(self) -> Exists:
        return Exists(
            Price.objects.filter(
                product=OuterRef("pk"), price_list__code=consumer_price_list(), amount__gt=0
            )
        )


class InStockFilter(YesNoFilter):
    title = _("in stock")
    parameter_name = "in_stock"

    def rows(self) -> Exists:
        return Exists(StockLevel.objects.filter(product=OuterRef("pk"), available__gte=1))


class OriginFilter(admin.SimpleListFilter):
    title = _("ownership")
    parameter_name = "ownership"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, label in Ownership.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() in Ownership.values:
            return queryset.filter(zoho_item_id__isnull=self.value() == Ownership.LOCAL)
        return queryset


class PriceRowForm(ModelForm):
    """An existing price keeps its list and quantity: another quantity is another price."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in ("price_list", "minimum_quantity"):
                if name in self.fields:
                    self.fields[name].disabled = True


class PriceInline(BaseTabularInline):
    """The product's prices."""

    model = Price
    form = PriceRowForm
    fields = ("price_list", "minimum_quantity", "amount", "shown_ownership", "updated_at")
    readonly_fields = ("shown_ownership", "updated_at", "shown_minimum", "shown_amount")
    ordering = ("price_list__code", "minimum_quantity")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whoever may not edit prices reads them as text."""
        if self.has_change_permission(request, obj):
            return self.fields
        return ("price_list", "shown_minimum", "shown_amount", "shown_ownership", "updated_at")

    @display(description=_("from quantity"))
    def shown_minimum(self, obj: Price) -> str:
        return shown_number(obj.minimum_quantity)

    @display(description=_("price"))
    def shown_amount(self, obj: Price) -> str:
        return shown_money(obj.amount, obj.price_list.currency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).select_related("price_list", "product")

    @display(description=_("ownership"))
    def shown_ownership(self, obj: Price) -> str:
        return ownership_badge(obj)

    def create_row(self, obj: Price, values: Values) -> Price:
        return set_price(
            product=obj.product,
            price_list=values["price_list"],
            amount=values["amount"],
            minimum_quantity=values["minimum_quantity"],
            expected_version=NOT_STORED,
        )

    def update_row(self, obj: Price, values: Values) -> None:
        set_price(
            product=obj.product,
            price_list=obj.price_list,
            amount=obj.amount,
            minimum_quantity=obj.minimum_quantity,
            expected_version=obj.version,
        )

    def delete_row(self, obj: Price) -> None:
        remove_price(price=obj, expected_version=obj.version)


class StockInline(BaseTabularInline):
    """The product's stock; adjusting has a page of its own, because it needs a reason."""

    model = StockLevel
    fields = (
        "location",
        "shown_on_hand",
        "shown_reserved",
        "shown_elsewhere",
        "shown_available",
        "ownership",
        "adjust_link",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        return super().get_queryset(request).select_related("location", "product")

    @display(description=_("on hand"))
    def shown_on_hand(self, obj: StockLevel) -> str:
        return shown_number(obj.on_hand)

    @display(description=_("reserved"))
    def shown_reserved(self, obj: StockLevel) -> str:
        return shown_number(obj.reserved)

    @display(description=_("committed elsewhere"))
    def shown_elsewhere(self, obj: StockLevel) -> str:
        return shown_number(obj.committed_elsewhere)

    @display(description=_("available"))
    def shown_available(self, obj: StockLevel) -> str:
        return shown_number(obj.available)

    @display(description="")
    def adjust_link(self, obj: StockLevel) -> str:
        address = reverse("admin:catalog_stocklevel_adjust_page", args=[obj.pk])
        return format_html('<a class="tp-link" href="{}">{}</a>', address, _("Adjust"))


@admin.register(Product)
class ProductAdmin(BaseAdmin):
    """What is sold."""

    list_display = (
        "thumbnail",
        "shown_name",
        "sku",
        "category",
        "shown_price",
        "shown_available",
        "is_active",
    )
    list_display_links = ("thumbnail", "shown_name")
    list_filter = (
        ("category", AutocompleteSelectFilter),
        "is_active",
        PricedFilter,
        InStockFilter,
        OriginFilter,
    )
    list_filter_submit = True
    search_fields = ("search_text",)
    search_help_text = _("Search name, SKU, barcode")
    ordering = ("-id",)
    inlines = (PriceInline, StockInline)
    actions_detail = ("return_prices_page",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    ("sku", "barcode"),
                    ("category", "unit"),
                    ("is_active", "is_stock_tracked"),
                )
            },
        ),
        (
            _("Description"),
            {
                "fields": (
                    ("description_en", "description_ar"),
                    ("description_ckb", "description_hi"),
                )
            },
        ),
        (_("Pictures"), {"fields": ("shown_picture", ("image_url", "cdn_image_url"))}),
        ("Zoho", {"fields": (("zoho_item_id", "zoho_modified_at"), ("created_at", "updated_at"))}),
    )
    readonly_fields = (
        "shown_picture",
        "zoho_item_id",
        "zoho_modified_at",
        "created_at",
        "updated_at",
    )
    empty_text = _("Products come with a synchronisation from Zoho, or add one of your own.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return products_for_staff().order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Search blind to spelling variants, digits and diacritics."""
        if search_term.strip():
            found = matching_products(search_term).values("pk")
            queryset = queryset.filter(pk__in=found)
        return queryset, False

    @display(description=_("picture"))
    def thumbnail(self, obj: Product) -> str:
        return picture(obj.cdn_image_url or obj.image_url)

    @display(description=_("picture"))
    def shown_picture(self, obj: Product) -> str:
        return picture(obj.cdn_image_url or obj.image_url)

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Product) -> str:
        return obj.name

    @display(description=_("consumer price"), ordering="consumer_price")
    def shown_price(self, obj: Any) -> str:
        return shown_money(obj.consumer_price, obj.consumer_currency)

    @display(description=_("available"), ordering="available")
    def shown_available(self, obj: Any) -> str:
        return shown_number(obj.available)

    def create_row(self, obj: Product, values: Values) -> Product:
        return create_product(values=values)

    def update_row(self, obj: Product, values: Values) -> None:
        update_product(product=obj, values=values, expected_version=obj.version)

    def has_price_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change prices may give them back."""
        return bool(request.user.has_perm("catalog.change_price"))

    @action(
        description=_("Give prices back to Zoho"), url_path="return-prices", permissions=["price"]
    )
    def return_prices_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then let the next pull overwrite the product's prices of ours."""
        product = self.get_object(request, object_id)
        if product is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        ours = Price.objects.filter(product=product, ownership=Ownership.LOCAL)

        def perform(_values: dict[str, Any]) -> str:
            prices = list(ours.select_related("product", "price_list").order_by("pk"))
            for price in prices:
                return_price_to_zoho(price=price)
            count = len(prices)
            return ngettext(
                "%(count)d price was given back to Zoho.",
                "%(count)d prices were given back to Zoho.",
                count,
            ) % {"count": count}

        return ActionPage(
            title=str(_("Give prices back to Zoho")),
            explanation=str(
                _(
                    "Prices set here are not overwritten by Zoho. Given back, the next"
                    " synchronisation replaces them with Zoho's."
                )
            ),
            submit_label=str(_("Give back")),
            back_url=self.page_url("change", product.pk),
            perform=perform,
            facts=[
                (str(price.price_list), f"{shown_number(price.amount)} {price.price_list.currency}")
                for price in ours.select_related("price_list").order_by("pk")[:50]
            ],
        ).answer(self, request)


@admin.register(Category)
class CategoryAdmin(BaseAdmin):
    """Shelves."""

    list_display = ("shown_name", "parent", "is_active", "zoho_category_id")
    list_filter = ("is_active",)
    list_select_related = ("parent",)
    search_fields = ("name_en", "name_ar", "name_ckb", "name_hi")
    ordering = ("name_en", "name_ar", "id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "parent",
                    "is_active",
                )
            },
        ),
        ("Zoho", {"fields": ("zoho_category_id",)}),
    )
    readonly_fields = ("zoho_category_id",)
    empty_text = _("Categories sort the shop. They come from Zoho, or add one of your own.")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Category) -> str:
        return obj.name

    def create_row(self, obj: Category, values: Values) -> Category:
        return create_category(values=values)

    def update_row(self, obj: Category, values: Values) -> None:
        update_category(category=obj, values=values, expected_version=obj.version)
