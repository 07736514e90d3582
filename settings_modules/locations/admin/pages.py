"""Loads the pages of locations; the admin site imports it when it starts."""

from settings_modules.locations.admin import locations

__all__ = ["locations"]
