"""How much there is, what is promised, and every movement that made it so."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.enums import MovementKind, Ownership, ReservationState
from catalog.models.products import Product
from core.history.tracking import track_history, without_history
from core.identifiers import uuid7
from core.money import grouped_number
from core.references.fields import references_stay
from settings_modules.locations.models import Location

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def quantity_field(label: StrOrPromise, **options: object) -> models.DecimalField[Decimal, Decimal]:
    """A stock quantity in the product's unit, to three places."""
    return models.DecimalField(label, max_digits=15, decimal_places=3, **options)  # type: ignore[arg-type]


#: What is on hand equals the movements: both stay with the place and the product they are of.
_LEDGER = _("Stock and its movements stay with what they were counted for.")


@references_stay(_LEDGER)
@track_history(exclude=["available"])
class StockLevel(models.Model):
    """The stock of one product at one place.

    available = on hand - reserved - committed elsewhere, kept by the database. For stock of our own
    the database refuses a negative figure; Zoho's may be negative, because Zoho's is.
    `on_hand` always equals the sum of the movements.
    """

    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        related_name="stock",
        verbose_name=_("product"),
        db_index=False,  # the unique constraint begins with it
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="stock", verbose_name=_("location")
    )
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Ownership, default=Ownership.LOCAL
    )
    on_hand = quantity_field(_("on hand"), default=Decimal(0))
    reserved = quantity_field(_("reserved"), default=Decimal(0))
    committed_elsewhere = quantity_field(_("committed elsewhere"), default=Decimal(0))
    available = models.GeneratedField(
        expression=models.F("on_hand") - models.F("reserved") - models.F("committed_elsewhere"),
        output_field=models.DecimalField(max_digits=15, decimal_places=3),
        db_persist=True,
        verbose_name=_("available"),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        ordering = ["product", "location"]
        constraints = [
            models.UniqueConstraint(fields=["product", "location"], name="catalog_stock_unique"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0), name="catalog_stock_reserved_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(committed_elsewhere__gte=0),
                name="catalog_stock_committed_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(ownership=Ownership.ZOHO)
                | (
                    models.Q(on_hand__gte=0)
                    & models.Q(on_hand__gte=models.F("reserved") + models.F("committed_elsewhere"))
                ),
                name="catalog_stock_own_not_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.location}"


@references_stay(_LEDGER)
@without_history("is itself the ledger, append-only by trigger")
class Movement(models.Model):
    """A change of what is on hand: signed, final, with its reason. Never edited or deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="movements", verbose_name=_("product")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="movements", verbose_name=_("location")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MovementKind)
    quantity = quantity_field(_("quantity"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reservation = models.OneToOneField(
        "catalog.Reservation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="movement",
        verbose_name=_("reservation"),
    )
    actor = models.CharField(_("actor"), max_length=64)
    source = models.CharField(_("source"), max_length=16)
    request_id = models.CharField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-id"]
        indexes = [models.Index(fields=["product", "-id"], name="catalog_movement_product")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(quantity=0), name="catalog_movement_moves_something"
            ),
        ]

    def __str__(self) -> str:
        sign = "+" if self.quantity > 0 else ""
        return f"{sign}{grouped_number(self.quantity)} {self.product} ({self.get_kind_display()})"


@track_history()
class Reservation(models.Model):
    """Stock of one place promised to one order line.

    `mirrored_at` is when the owner's own committed figure began to include it (Zoho confirmed the
    sales order); from then on a pull takes it out of `committed_elsewhere` instead of counting it
    twice.
    """

    organization_lookup = "line__order__organization"

    line = models.ForeignKey(
        "catalog.OrderLine",
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("order line"),
    )
    stock = models.ForeignKey(
        StockLevel, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("stock")
    )
    quantity = quantity_field(_("quantity"))
    state = models.CharField(
        _("state"), max_length=16, choices=ReservationState, default=ReservationState.ACTIVE
    )
    mirrored_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "stock"], name="catalog_reservation_unique"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="catalog_reservation_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["stock"],
                condition=models.Q(state__in=["active", "shipped"]),
                name="catalog_reservation_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{grouped_number(self.quantity)} × {self.stock}"
