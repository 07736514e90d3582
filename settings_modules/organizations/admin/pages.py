"""Loads the pages of organizations; the admin site imports it when it starts."""

from settings_modules.organizations.admin import document_numbers, memberships, organizations

__all__ = ["document_numbers", "memberships", "organizations"]
