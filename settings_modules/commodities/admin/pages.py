"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import commissions, terms

__all__ = ["commissions", "terms"]
