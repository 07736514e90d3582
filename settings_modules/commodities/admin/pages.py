"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import (
    categories,
    commodities,
    exchange_rates,
    hsn_knowledge,
    packagings,
    quality_parameters,
    rate_revisions,
    tax_codes,
    units,
    varieties,
)

__all__ = [
    "categories",
    "commodities",
    "exchange_rates",
    "hsn_knowledge",
    "packagings",
    "quality_parameters",
    "rate_revisions",
    "tax_codes",
    "units",
    "varieties",
]
