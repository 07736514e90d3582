"""Orders: what was ordered, how far it is, and what happened to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import shown_money, shown_number
from catalog.admin.order_story import order_story
from catalog.enums import MirrorState, OrderStatus
from catalog.models import Order, OrderLine, Reservation
from catalog.services.orders import cancel_order, ship_order
from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, BaseTabularInline, action, display
from core.admin.directions import left_to_right
from core.admin.filters import RangeDateTimeFilter
from core.admin.widgets import TextInput
from core.i18n import DATA_LANGUAGES

STATUS_TONES: dict[str, str] = {
    OrderStatus.CONFIRMED: "info",
    OrderStatus.SHIPPED: "good",
    OrderStatus.CANCELLED: "danger",
}
MIRROR_TONES: dict[str, str] = {
    MirrorState.NOT_SENT: "warning",
    MirrorState.WAITING: "info",
    MirrorState.CREATED: "info",
    MirrorState.CONFIRMED: "good",
    MirrorState.VOIDED: "warning",
    MirrorState.FAILED: "danger",
}


#: How many orders one confirmation page names and cancels.
MOST_CANCELLED = 200


class CancellationForm(forms.Form):
    """Why the order is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=TextInput())


class OrderLineInline(BaseTabularInline):
    """What was ordered, at the prices of that moment."""

    model = OrderLine
    fields = (
        "position",
        "shown_product",
        "sku",
        "quantity",
        "shown_price",
        "shown_amount",
        "held",
        "comment",
    )
    readonly_fields = fields
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return (
            super()
            .get_queryset(request)
            .select_related("product", "order")
            .prefetch_related("reservations__stock__location")
        )

    @display(description=_("product"))
    def shown_product(self, obj: OrderLine) -> str:
        """The product, and the name under which it was ordered where that is another."""
        product = obj.product
        address = reverse("admin:catalog_product_change", args=[product.pk])
        link = format_html('<a class="tp-link" href="{}">{}</a>', address, product)
        names = {getattr(product, f"name_{language}") for language in DATA_LANGUAGES}
        if obj.product_name in names:
            return link
        return format_html('{}<br><bdi class="tp-quiet">{}</bdi>', link, obj.product_name)

    @display(description=_("price"))
    def shown_price(self, obj: OrderLine) -> str:
        return shown_money(obj.unit_price, obj.order.currency)

    @display(description=_("amount"))
    def shown_amount(self, obj: OrderLine) -> str:
        return shown_money(obj.line_total, obj.order.currency)

    @display(description=_("stock held"))
    def held(self, obj: OrderLine) -> str:
        return "; ".join(_held_text(row) for row in obj.reservations.all()) or "—"


def _held_text(row: Reservation) -> str:
    return f"{shown_number(row.quantity)} · {row.stock.location} · {row.get_state_display()}"


@admin.register(Order)
class OrderAdmin(BaseAdmin):
    """Orders are placed by shoppers; staff ship, cancel and send them to Zoho."""

    list_display = (
        "number",
        "shown_status",
        "shown_mirror",
        "customer_name",
        "shown_phone",
        "shown_total",
        "placed_at",
    )
    list_display_links = ("number",)
    list_filter = (
        "status",
        "mirror_state",
        "organization",
        ("placed_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    list_select_related = ()
    search_fields = (
        "number",
        "zoho_salesorder_number",
        "customer_name",
        "customer_phone",
        "customer_email",
    )
    search_help_text = _("Search number, customer, phone")
    ordering = ("-id",)
    inlines = (OrderLineInline,)
    actions: tuple[Any, ...] = ("ship", "cancel")
    actions_detail = ("ship_page", "cancel_page")
    change_form_after_template = "admin/order_timeline.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "shown_status"),
                    ("shown_total", "placed_at"),
                    ("shipped_at", "cancelled_at"),
                    ("organization", "price_list"),
                    "notes",
                )
            },
        ),
        (
            _("Customer"),
            {
                "fields": (
                    ("customer_name", "partner"),
                    ("shown_phone", "customer_email"),
                    "delivery_address",
                )
            },
        ),
        ("Zoho", {"fields": (("shown_mirror", "zoho_salesorder_number"), "zoho_salesorder_id")}),
    )
    readonly_fields = ("shown_status", "shown_mirror", "shown_total", "shown_phone")
    empty_text = _("Orders appear here as soon as shoppers place them.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("organization", "partner", "price_list")

    @display(description=_("status"), ordering="status")
    def shown_status(self, obj: Order) -> str:
        return badge(obj.get_status_display(), STATUS_TONES.get(obj.status, "plain"))

    @display(description=_("in Zoho"), ordering="mirror_state")
    def shown_mirror(self, obj: Order) -> str:
        return badge(obj.get_mirror_state_display(), MIRROR_TONES.get(obj.mirror_state, "plain"))

    @display(description=_("phone"), ordering="customer_phone")
    def shown_phone(self, obj: Order) -> str:
        return left_to_right(obj.customer_phone)

    @display(description=_("total"), ordering="total")
    def shown_total(self, obj: Order) -> str:
        return shown_money(obj.total, obj.currency)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the timeline below the form."""
        order: Order | None = context.get("original")
        if order is not None:
            context["timeline"] = order_story(order)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def has_process_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change orders may ship and cancel them."""
        return bool(request.user.has_perm("catalog.change_order"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Shipping and cancelling are offered while the order is confirmed."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        is_open = Order.objects.filter(pk=object_id, status=OrderStatus.CONFIRMED).exists()
        return offered if is_open else []

    @action(description=_("Ship"), permissions=["process"])
    def ship(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self.for_each(request, queryset, lambda row: ship_order(order=row), _("%(row)s: shipped."))

    @action(description=_("Cancel orders"), permissions=["process"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """Ask for the reason, then cancel each and say for each how it went.

        More than `MOST_CANCELLED` are refused.
        """
        chosen = list(queryset.order_by("pk")[: MOST_CANCELLED + 1])
        if len(chosen) > MOST_CANCELLED:
            message = _("At most %(most)d orders can be cancelled at once. Nothing was cancelled.")
            self.message_user(request, message % {"most": MOST_CANCELLED}, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

        def perform(values: dict[str, Any]) -> str:
            self.for_each(
                request,
                queryset,
                lambda row: cancel_order(order=row, reason=values["reason"]),
                _("%(row)s: cancelled."),
            )
            return ""

        return ActionPage(
            title=str(_("Cancel orders")),
            explanation=str(_("Their stock is given back at once.")),
            submit_label=str(_("Cancel orders")),
            back_url=request.get_full_path(),
            perform=perform,
            form_class=CancellationForm,
            facts=[(order.number, order.customer_name) for order in chosen],
            hidden=[
                ("action", "cancel"),
                *((ACTION_CHECKBOX_NAME, str(order.pk)) for order in chosen),
            ],
            is_dangerous=True,
        ).answer(self, request)

    @action(description=_("Ship"), url_path="ship", permissions=["process"], icon="local_shipping")
    def ship_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then ship this order."""
        order = self.get_object(request, object_id)
        if order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(_values: dict[str, Any]) -> str:
            ship_order(order=order)
            return _("%(row)s: shipped.") % {"row": order}

        return ActionPage(
            title=str(_("Ship order %(number)s") % {"number": order.number}),
            explanation=str(_("The reserved stock leaves the warehouse.")),
            submit_label=str(_("Ship")),
            back_url=self.page_url("change", order.pk),
            perform=perform,
        ).answer(self, request)

    @action(
        description=_("Cancel order"),
        url_path="cancel",
        permissions=["process"],
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def cancel_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then cancel this order."""
        order = self.get_object(request, object_id)
        if order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(values: dict[str, Any]) -> str:
            cancel_order(order=order, reason=values["reason"])
            return _("%(row)s: cancelled.") % {"row": order}

        return ActionPage(
            title=str(_("Cancel order %(number)s") % {"number": order.number}),
            explanation=str(_("Its stock is given back at once.")),
            submit_label=str(_("Cancel order")),
            back_url=self.page_url("change", order.pk),
            perform=perform,
            form_class=CancellationForm,
            is_dangerous=True,
        ).answer(self, request)
