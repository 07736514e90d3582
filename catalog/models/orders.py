"""What shoppers ordered."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from catalog.enums import MirrorState, OrderStatus
from catalog.models.prices import PriceList
from catalog.models.products import Product
from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.money import grouped_number
from settings_modules.organizations.models import Organization
from settings_modules.partners.models import BusinessPartner


@track_history(
    # What a shopper wrote may name anybody: like the personal fields it stays out of history.
    exclude=["customer_name", "customer_email", "customer_phone", "delivery_address", "notes"]
)
class Order(EventMixin, VersionedModel):
    """An order, stored here before anybody else hears of it.

    Money is in `currency`; name, phone and address are as the shopper gave them for this order,
    or empty once the customer was erased.
    """

    event_stream = "order"
    organization_lookup = "organization"

    number = models.CharField(_("number"), max_length=40, unique=True)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("organization"),
    )
    partner = models.ForeignKey(
        BusinessPartner, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="orders", verbose_name=_("price list")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=OrderStatus, default=OrderStatus.CONFIRMED
    )
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=3)
    customer_name = models.CharField(_("name"), max_length=200)
    customer_email = models.EmailField(_("e-mail"), blank=True)
    customer_phone = PhoneNumberField(_("phone"), blank=True)
    delivery_address = models.CharField(_("delivery address"), max_length=500, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    mirror_state = models.CharField(
        _("in Zoho"), max_length=16, choices=MirrorState, default=MirrorState.NOT_SENT
    )
    zoho_salesorder_id = models.CharField(
        _("Zoho sales order"), max_length=32, null=True, blank=True, unique=True
    )
    zoho_salesorder_number = models.CharField(_("number in Zoho"), max_length=40, blank=True)
    placed_at = models.DateTimeField(_("placed"), auto_now_add=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="catalog_order_status"),
            models.Index(fields=["mirror_state"], name="catalog_order_mirror"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total__gte=0), name="catalog_order_total_not_negative"
            ),
            # Without a phone number it is an erased customer's: nothing else may be left either.
            models.CheckConstraint(
                condition=~models.Q(customer_phone="")
                | models.Q(customer_email="", delivery_address="", notes=""),
                name="catalog_order_erased_entirely",
            ),
        ]

    def __str__(self) -> str:
        return self.number


@track_history(exclude=["comment"])
class OrderLine(models.Model):
    """One product in an order, at the price that held when it was placed."""

    organization_lookup = "order__organization"

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="order_lines", verbose_name=_("product")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    product_name = models.CharField(_("product name"), max_length=500)
    sku = models.CharField(_("SKU"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(_("price"), max_digits=15, decimal_places=3)
    line_total = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "product"], name="catalog_orderline_product_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="catalog_orderline_quantity_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(line_total=models.F("unit_price") * models.F("quantity")),
                name="catalog_orderline_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{grouped_number(self.quantity)} × {self.product_name}"
