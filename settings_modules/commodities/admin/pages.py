"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import (
    commodities,
    packagings,
    quality_parameters,
    units,
    varieties,
)

__all__ = [
    "commodities",
    "packagings",
    "quality_parameters",
    "units",
    "varieties",
]
