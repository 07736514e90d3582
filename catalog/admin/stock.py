"""Stock by place, its corrections, and the ledger of movements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import shown_number
from catalog.admin.products import ownership_badge
from catalog.enums import MovementKind
from catalog.models import Movement, StockLevel
from catalog.selectors.product_lists import matching_products
from catalog.services.stock import adjust_stock, change_stock_by, open_stock
from core.admin.action_page import ActionPage
from core.admin.actors import actor_name, actor_names
from core.admin.badges import badge
from core.admin.base import BaseAdmin, UncountedPaginator, Values, action, display
from core.admin.filters import AutocompleteSelectFilter, RangeDateTimeFilter
from core.admin.labels import shown_reason, source_name
from core.admin.widgets import DecimalInput, RadioSelect, TextInput

KIND_TONES: dict[str, str] = {
    MovementKind.IN: "good",
    MovementKind.OUT: "warning",
    MovementKind.ADJUSTMENT: "info",
}


class AdjustmentForm(forms.Form):
    """What was counted, or by how much it differs, and why."""

    mode = forms.ChoiceField(
        label=_("How"),
        choices=[("count", _("New quantity on hand")), ("change", _("Add or take off (±)"))],
        initial="count",
        widget=RadioSelect(),
    )
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=15, decimal_places=3, widget=DecimalInput()
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=TextInput(),
        help_text=_("Kept with the movement for good."),
    )


class AvailabilityFilter(admin.SimpleListFilter):
    title = _("availability")
    parameter_name = "availability"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("yes", _("Available")),
            ("no", _("Nothing available")),
            ("negative", _("Oversold")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[StockLevel]
    ) -> QuerySet[StockLevel]:
        if self.value() == "yes":
            return queryset.filter(available__gt=0)
        if self.value() == "no":
            return queryset.filter(available__lte=0)
        if self.value() == "negative":
            return queryset.filter(available__lt=0)
        return queryset


@admin.register(StockLevel)
class StockLevelAdmin(BaseAdmin):
    """What is where. Figures change by movements only: see Adjust."""

    list_display = (
        "product",
        "location",
        "shown_on_hand",
        "shown_reserved",
        "shown_elsewhere",
        "shown_available",
        "shown_owner",
        "adjust_link",
    )
    list_display_links = ("product",)
    list_filter = ("location", "ownership", AvailabilityFilter)
    list_select_related = ("product", "location")
    search_fields = ("product__search_text",)
    search_help_text = _("Search name, SKU, barcode")
    ordering = ("product_id", "location_id")
    actions_detail = ("adjust_page",)
    add_fieldsets = ((None, {"fields": ("product", "location")}),)
    fieldsets = (
        (None, {"fields": (("product", "location"), ("shown_owner", "updated_at"))}),
        (
            _("Quantities"),
            {
                "fields": (
                    ("shown_on_hand", "shown_reserved"),
                    ("shown_elsewhere", "shown_available"),
                )
            },
        ),
    )
    readonly_fields = (
        "shown_owner",
        "updated_at",
        "shown_on_hand",
        "shown_reserved",
        "shown_elsewhere",
        "shown_available",
    )
    empty_text = _("Stock comes with a synchronisation, or add a product at a location.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StockLevel], search_term: str
    ) -> tuple[QuerySet[StockLevel], bool]:
        """Stock of the products that are found."""
        if search_term.strip():
            queryset = queryset.filter(product__in=matching_products(search_term).values("pk"))
        return queryset, False

    def create_row(self, obj: StockLevel, values: Values) -> StockLevel:
        return open_stock(product=obj.product, location=obj.location)

    @display(description=_("on hand"), ordering="on_hand")
    def shown_on_hand(self, obj: StockLevel) -> str:
        return shown_number(obj.on_hand)

    @display(description=_("reserved"), ordering="reserved")
    def shown_reserved(self, obj: StockLevel) -> str:
        return shown_number(obj.reserved)

    @display(description=_("committed elsewhere"), ordering="committed_elsewhere")
    def shown_elsewhere(self, obj: StockLevel) -> str:
        return shown_number(obj.committed_elsewhere)

    @display(description=_("available"), ordering="available")
    def shown_available(self, obj: StockLevel) -> str:
        return shown_number(obj.available)

    @display(description=_("ownership"), ordering="ownership")
    def shown_owner(self, obj: StockLevel) -> str:
        return ownership_badge(obj)

    @display(description="")
    def adjust_link(self, obj: StockLevel) -> str:
        address = self.page_url("adjust_page", obj.pk)
        return format_html('<a class="tp-link" href="{}">{}</a>', address, _("Adjust"))

    def has_adjust_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change stock may adjust it."""
        return bool(request.user.has_perm("catalog.change_stocklevel"))

    @action(description=_("Adjust"), url_path="adjust", permissions=["adjust"], icon="tune")
    def adjust_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the new quantity or the difference and the reason, then adjust."""
        stock = self.get_object(request, object_id)
        if stock is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(values: dict[str, Any]) -> str:
            quantity: Decimal = values["quantity"]
            if values["mode"] == "count":
                adjusted = adjust_stock(stock=stock, new_on_hand=quantity, reason=values["reason"])
            else:
                adjusted = change_stock_by(stock=stock, quantity=quantity, reason=values["reason"])
            return _("%(stock)s: %(quantity)s on hand now.") % {
                "stock": stock,
                "quantity": shown_number(adjusted.on_hand),
            }

        return ActionPage(
            title=str(_("Adjust stock")),
            explanation=f"{stock.product} — {stock.location}",
            submit_label=str(_("Adjust")),
            back_url=self.page_url("change", stock.pk),
            perform=perform,
            form_class=AdjustmentForm,
            facts=[
                (str(_("On hand")), shown_number(stock.on_hand)),
                (str(_("Reserved")), shown_number(stock.reserved)),
                (str(_("Available")), shown_number(stock.available)),
                (str(_("Ownership")), stock.get_ownership_display()),
            ],
        ).answer(self, request)


@admin.register(Movement)
class MovementAdmin(BaseAdmin):
    """The ledger: every change of what is on hand."""

    list_display = (
        "created_at",
        "product",
        "location",
        "signed_quantity",
        "shown_kind",
        "shown_reason",
        "actor_name",
    )
    list_display_links = ("created_at",)
    list_filter = (
        "kind",
        "location",
        ("product", AutocompleteSelectFilter),
        ("created_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    list_select_related = ("product", "location")
    ordering = ("-id",)
    sortable_by = ()
    paginator = UncountedPaginator
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("product", "location"),
                    ("shown_kind", "signed_quantity"),
                    "shown_reason",
                )
            },
        ),
        (
            _("Origin"),
            {"fields": ("reservation", "actor_name", "shown_source", "request_id", "created_at")},
        ),
    )
    readonly_fields = (
        "shown_kind",
        "signed_quantity",
        "shown_reason",
        "actor_name",
        "shown_source",
    )
    empty_text = _("Movements appear when stock is shipped, adjusted or taken over from Zoho.")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the names of all its actors fetched at once."""
        listed = super().get_changelist_instance(request)
        names = actor_names((row.actor, row.source) for row in listed.result_list)
        for movement in listed.result_list:
            movement.actor_shown = names[movement.actor, movement.source]
        return listed

    @display(description=_("quantity"))
    def signed_quantity(self, obj: Movement) -> str:
        sign = "+" if obj.quantity > 0 else "−"
        return format_html('<bdi dir="ltr">{}{}</bdi>', sign, shown_number(abs(obj.quantity)))

    @display(description=_("kind"))
    def shown_kind(self, obj: Movement) -> str:
        return badge(obj.get_kind_display(), KIND_TONES.get(obj.kind, "plain"))

    @display(description=_("reason"))
    def shown_reason(self, obj: Movement) -> str:
        return shown_reason(obj.reason, obj.actor)

    @display(description=_("source"))
    def shown_source(self, obj: Movement) -> str:
        return source_name(obj.source)

    @display(description=_("by"))
    def actor_name(self, obj: Movement) -> str:
        shown: str = getattr(obj, "actor_shown", "") or actor_name(obj.actor, obj.source)
        return shown
