"""Tax codes, their rates, and what is known of them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import count

from settings_modules.commodities.enums import ConflictKind
from settings_modules.commodities.models import (
    CommodityCategory,
    HsnKnowledge,
    TaxCode,
    TaxCodeConflict,
    TaxRate,
    TaxRateRevision,
)
from settings_modules.commodities.services.rate_revisions import apply_revision

_numbers = count(1)
FIRST_DAY = datetime.date(2017, 7, 1)


def make_tax_code(code: str = "", description: str = "", **fields: object) -> TaxCode:
    """The code, made when it is not there; without one a code of eight digits."""
    found, _ = TaxCode.objects.update_or_create(
        kind=fields.pop("kind", "hsn"),
        code=code or f"98{next(_numbers):06d}",
        defaults={"description": description, **fields},
    )
    return found


def make_tax_rate(
    code: TaxCode | None = None, rate: str = "5", valid_from: datetime.date = FIRST_DAY, **fields
) -> TaxRate:
    """A rate of the code, without an end."""
    return TaxRate.objects.create(
        tax_code=code or make_tax_code(), rate=Decimal(rate), valid_from=valid_from, **fields
    )


def make_revision() -> TaxRateRevision:
    """A revision that gave a code of its own a rate."""
    return apply_revision(
        codes=[make_tax_code().code],
        rate=Decimal("12.5"),
        valid_from=datetime.date(2026, 4, 1),
        notification="09/2025",
    )


def make_goods_category(name: str = "", **fields: object) -> CommodityCategory:
    """A category with a name of its own."""
    number = next(_numbers)
    return CommodityCategory.objects.create(
        code=f"goods-{number}", name_en=name or f"Goods {number}", **fields
    )


def make_knowledge(
    name: str = "", code: TaxCode | None = None, confidence: str = "0.9", **fields: object
) -> HsnKnowledge:
    """Goods of the name with the code, unverified."""
    return HsnKnowledge.objects.create(
        commodity_name=name or f"Goods {next(_numbers)}",
        tax_code=code or make_tax_code(),
        confidence=Decimal(confidence),
        **fields,
    )


def make_conflict() -> TaxCodeConflict:
    """An open conflict about goods of their own."""
    row = make_knowledge()
    return TaxCodeConflict.objects.create(
        kind=ConflictKind.TWO_VERIFIED, goods=row.commodity_name.lower(), knowledge=row
    )
