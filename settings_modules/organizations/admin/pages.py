"""Loads the pages of organizations; the admin site imports it when it starts."""

from settings_modules.organizations.admin import memberships, organizations

__all__ = ["memberships", "organizations"]
