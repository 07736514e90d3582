"""Loads the pages of organizations; the admin site imports it when it starts."""

from settings_modules.organizations.admin import (
    approvals,
    bank_accounts,
    document_numbers,
    financial_years,
    gst_registrations,
    memberships,
    organizations,
)

__all__ = [
    "approvals",
    "bank_accounts",
    "document_numbers",
    "financial_years",
    "gst_registrations",
    "memberships",
    "organizations",
]
