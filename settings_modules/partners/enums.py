"""What a business partner is to us, and how it stands."""

from __future__ import annotations

from itertools import combinations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerRole(models.TextChoices):
    """What a partner does in a trade; several at once."""

    CUSTOMER = "customer", _("customer")
    SUPPLIER = "supplier", _("supplier")
    TRANSPORTER = "transporter", _("transporter")
    BROKER = "broker", _("broker")


class PartnerStatus(models.TextChoices):
    """How a partner that is not archived stands. Shoppers who are blocked cannot order."""

    LEAD = "lead", pgettext_lazy("status of a partner", "lead")
    ACTIVE = "active", pgettext_lazy("status of a partner", "trading")
    BLOCKED = "blocked", pgettext_lazy("status of a partner", "blocked")


class Language(models.TextChoices):
    """In which language a partner is written to."""

    ENGLISH = "en", _("English")
    ARABIC = "ar", _("Arabic")
    KURDISH = "ckb", _("Kurdish")
    HINDI = "hi", _("Hindi")


def every_role_set() -> list[list[str]]:
    """Every set of roles that a partner may have, each in the order of `PartnerRole`."""
    roles = [role.value for role in PartnerRole]
    return [list(chosen) for n in range(1, len(roles) + 1) for chosen in combinations(roles, n)]
