"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import exchange_rates

__all__ = ["exchange_rates"]
