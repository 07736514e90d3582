"""Loads the pages of commodities; the admin site imports it when it starts."""

from settings_modules.commodities.admin import commodities, quality_parameters, varieties

__all__ = ["commodities", "quality_parameters", "varieties"]
