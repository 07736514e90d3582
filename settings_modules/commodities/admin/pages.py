"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import (
    commodities,
    exchange_rates,
    packagings,
    quality_parameters,
    units,
    varieties,
)

__all__ = [
    "commodities",
    "exchange_rates",
    "packagings",
    "quality_parameters",
    "units",
    "varieties",
]
