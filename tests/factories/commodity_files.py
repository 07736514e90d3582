"""What files of commodities name: categories, units and tax codes."""

from __future__ import annotations

from settings_modules.commodities.enums import Dimension
from settings_modules.commodities.models import CommodityCategory, TaxCode, Unit, UnitAlias

CATEGORIES = {
    "natural-fiber": "Natural Fiber",
    "yarn": "Yarn",
    "grains": "Grains",
    "precious-metals": "Precious Metals",
    "edible-oils": "Edible Oils",
    "spices": "Spices",
}
UNITS = {
    "KG": (Dimension.WEIGHT, "KG", "1"),
    "QUINTAL": (Dimension.WEIGHT, "KG", "100"),
    "BALE": (Dimension.COUNT, "KG", "170"),
    "POUND": (Dimension.WEIGHT, "KG", "0.45359237"),
    "METER": (Dimension.LENGTH, "METER", "1"),
}
TAX_CODES = ("5201", "5205", "1001", "1006", "7108", "1511", "0910")


def make_named_records() -> None:
    """The records that rows of commodities refer to, as far as they are not there."""
    for code, name in CATEGORIES.items():
        CommodityCategory.objects.get_or_create(code=code, defaults={"name_en": name})
    for code, (dimension, base, factor) in UNITS.items():
        Unit.objects.get_or_create(
            code=code,
            defaults={"name_en": code, "dimension": dimension, "base": base, "factor": factor},
        )
    UnitAlias.objects.get_or_create(alias="LBS-HERE", unit=Unit.objects.get(code="POUND"))
    for code in TAX_CODES:
        TaxCode.objects.get_or_create(kind="hsn", code=code)
    # The same digits are a service's too: goods are meant.
    TaxCode.objects.get_or_create(kind="sac", code="5201")
