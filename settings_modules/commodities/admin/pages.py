"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import (
    categories,
    commissions,
    commodities,
    exchange_rates,
    hsn_knowledge,
    packagings,
    quality_parameters,
    rate_revisions,
    tax_codes,
    terms,
    units,
    varieties,
)

__all__ = [
    "categories",
    "commissions",
    "commodities",
    "exchange_rates",
    "hsn_knowledge",
    "packagings",
    "quality_parameters",
    "rate_revisions",
    "tax_codes",
    "terms",
    "units",
    "varieties",
]
