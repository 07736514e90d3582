"""How commodities, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master
from settings_modules.commodities.models import (
    CommodityCategory,
    HsnKnowledge,
    TaxCode,
    TaxRate,
)


def declare_categories() -> None:
    """Categories are switched off, merged, removed."""
    declare_master(CommodityCategory, meaning="A commodity category")


def declare_tax_codes() -> None:
    """Codes are switched off, merged, removed. A rate has its days, and knowledge its name and
    code: neither is a double of another."""
    declare_master(TaxCode, meaning="A tax code")
    declare_master(TaxRate, meaning="A tax rate", switch=None, is_merged=False)
    declare_master(HsnKnowledge, meaning="A piece of HSN knowledge", is_merged=False)


def declare() -> None:
    """Tell core."""
    declare_categories()
    declare_tax_codes()
