"""Small true-to-life commodities. Every figure that a test relies on is given by the test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from settings_modules.commodities.models import (
    Commodity,
    CommodityCategory,
    CommodityPackaging,
    Unit,
)
from settings_modules.commodities.services.packagings import add_packaging

_numbers = count(1)


def unit(code: str) -> Unit:
    """The unit with that code."""
    return Unit.objects.get(code=code)


def make_commodity(
    *,
    name: str = "",
    base: str = "KG",
    trade: str | None = None,
    rate: str | None = None,
    **fields: object,
) -> Commodity:
    """A commodity counted in these units."""
    number = next(_numbers)
    category = CommodityCategory.objects.create(code=f"kind-{number}", name_en=f"Kind {number}")
    return Commodity.objects.create(
        name_en=name or f"Commodity {number}",
        category=category,
        base_unit=unit(base),
        trade_unit=unit(trade) if trade else None,
        rate_unit=unit(rate) if rate else None,
        **fields,
    )


def make_packaging(
    commodity: Commodity | None = None,
    code: str = "BALE",
    weight: str = "165",
    *,
    since: date = date(2026, 1, 1),
    until: date | None = None,
) -> CommodityPackaging:
    """One package of the commodity holds that much of its base unit."""
    return add_packaging(
        commodity=commodity or make_commodity(),
        unit=unit(code),
        values={"weight": Decimal(weight), "valid_from": since, "valid_until": until},
    )
