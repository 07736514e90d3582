"""Rates of currencies, and the units that prices are of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from settings_modules.commodities.enums import Dimension
from settings_modules.commodities.models import ExchangeRate, Unit, UnitAlias

#: What one of each weighs in kilograms, by the definition of the unit.
WEIGHTS = {
    "KG": "1",
    "MT": "1000",
    "POUND": "0.45359237",
    "TROY_OZ": "0.0311034768",
}


def make_rate(
    base: str = "USD",
    quote: str = "INR",
    rate: str = "84.25",
    valid_on: date | None = None,
    source: str = "manual",
) -> ExchangeRate:
    """A stored rate, of today unless said otherwise."""
    return ExchangeRate.objects.create(
        base=base,
        quote=quote,
        rate=Decimal(rate),
        valid_on=valid_on or timezone.localdate(),
        source=source,
    )


def make_weights() -> dict[str, Unit]:
    """The weights that prices are mostly of, by code; those that are there are taken."""
    made = {
        code: Unit.objects.get_or_create(
            code=code,
            defaults={
                "name_en": code.title(),
                "dimension": Dimension.WEIGHT,
                "base": "KG",
                "factor": Decimal(factor),
            },
        )[0]
        for code, factor in WEIGHTS.items()
    }
    UnitAlias.objects.get_or_create(alias="LB", defaults={"unit": made["POUND"]})
    return made
