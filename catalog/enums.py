"""Closed sets of values in the catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ownership(models.TextChoices):
    """Whose word counts for a figure: what Zoho says, or what staff set here."""

    ZOHO = "zoho", "Zoho"
    LOCAL = "local", _("ours")


class MovementKind(models.TextChoices):
    IN = "in", _("in")
    OUT = "out", _("out")
    TRANSFER = "transfer", _("transfer")
    ADJUSTMENT = "adjustment", _("adjustment")
    COUNT = "count", _("count")
    MIRROR = "mirror", _("taken over from Zoho")


class ReservationState(models.TextChoices):
    """active: holds stock. shipped: moved out here, not yet seen in Zoho. settled: seen there too.

    Stock of our own goes from active to settled at once. released: given back.
    """

    ACTIVE = "active", _("active")
    SHIPPED = "shipped", _("shipped")
    SETTLED = "settled", _("settled")
    RELEASED = "released", _("released")


class OrderStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    SHIPPED = "shipped", _("shipped")
    CANCELLED = "cancelled", _("cancelled")


class MirrorState(models.TextChoices):
    """How far an order has come on its way to the accounting system."""

    NOT_SENT = "not_sent", _("not sent")
    WAITING = "waiting", _("waiting")
    CREATED = "created", _("created there")
    CONFIRMED = "confirmed", _("confirmed there")
    VOIDED = "voided", _("voided there")
    FAILED = "failed", _("needs attention")
