"""Reading what packages of a commodity hold."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from settings_modules.commodities.models import Commodity, CommodityPackaging


def today() -> date:
    """The day it is in the installation's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def with_units() -> QuerySet[CommodityPackaging]:
    """Packagings with all that naming one takes."""
    return CommodityPackaging.objects.select_related("commodity", "unit", "weight_unit")


def packagings_on(commodity: Commodity, day: date) -> list[CommodityPackaging]:
    """The commodity's packagings that are valid on the day, at most one for each unit."""
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    rows = CommodityPackaging.objects.filter(valid, commodity=commodity, valid_from__lte=day)
    return list(rows.select_related("unit", "weight_unit").order_by("unit__code"))
