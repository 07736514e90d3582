"""Loads the pages of organizations; the admin site imports it when it starts."""

from settings_modules.organizations.admin import (
    approvals,
    financial_years,
    memberships,
    organizations,
)

__all__ = ["approvals", "financial_years", "memberships", "organizations"]
