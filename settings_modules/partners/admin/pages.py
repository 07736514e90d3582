"""Loads the pages of partners; the admin site imports it when it starts."""

from settings_modules.partners.admin import bank_accounts, partners, records

__all__ = ["bank_accounts", "partners", "records"]
