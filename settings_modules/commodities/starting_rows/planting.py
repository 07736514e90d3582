"""Putting the starting rows into the tables; what is there already stays as it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from settings_modules.commodities.starting_rows.categories import CATEGORIES
from settings_modules.commodities.starting_rows.hsn_headings import GOODS, HEADINGS

_SOURCE = "SEED"
_CONFIDENCE = Decimal("0.85")


def plant_categories(category: Any) -> None:
    """The categories whose code and English name are free, into the model given."""
    names = {name.upper() for name in category.objects.values_list("name_en", flat=True)}
    category.objects.bulk_create(
        (
            category(
                code=row.code,
                name_en=row.name_en,
                name_ar=row.name_ar,
                priority=row.priority,
                keywords=row.keywords,
            )
            for row in CATEGORIES
            if row.name_en.upper() not in names
        ),
        ignore_conflicts=True,
    )


def plant_hsn_knowledge(tax_code: Any, knowledge: Any) -> None:
    """The headings and the goods that are of them, into the models given."""
    tax_code.objects.bulk_create(
        (tax_code(kind="hsn", code=code, description=text) for code, text in HEADINGS.items()),
        ignore_conflicts=True,
    )
    keys = dict(tax_code.objects.filter(kind="hsn", code__in=GOODS).values_list("code", "pk"))
    knowledge.objects.bulk_create(
        (
            knowledge(
                commodity_name=name,
                tax_code_id=keys[code],
                source=_SOURCE,
                confidence=_CONFIDENCE,
            )
            for code, names in GOODS.items()
            for name in names
        ),
        ignore_conflicts=True,
    )


def uproot_hsn_knowledge(tax_code: Any, knowledge: Any) -> None:
    """Take the untouched rows away again; headings that something refers to stay."""
    knowledge.objects.filter(source=_SOURCE, version=1).delete()
    used = knowledge.objects.values("tax_code")
    rates = tax_code.objects.filter(rates__isnull=False).values("pk")
    tax_code.objects.filter(kind="hsn", code__in=HEADINGS, version=1, commodities=None).exclude(
        pk__in=used
    ).exclude(pk__in=rates).delete()


def uproot_categories(category: Any) -> None:
    """Take the untouched rows away again that nothing refers to."""
    category.objects.filter(
        code__in=[row.code for row in CATEGORIES],
        version=1,
        commodities=None,
        children=None,
        hsn_knowledge=None,
    ).delete()
