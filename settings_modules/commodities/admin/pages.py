"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import packagings, units

__all__ = ["packagings", "units"]
