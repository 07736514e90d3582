"""What financial years declare: the lines of the closing checklist, and how one is reopened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from settings_modules.organizations.approval_kinds import declare_approval_kind
from settings_modules.organizations.closing_checks import declare_closing_check
from settings_modules.organizations.models import ApprovalKind
from settings_modules.organizations.selectors.financial_years import (
    audit_not_noted,
    series_with_missing_numbers,
)
from settings_modules.organizations.services.year_end import apply_reopening


def declare() -> None:
    """Add all of it to the registries."""
    declare_approval_kind(ApprovalKind.REOPEN_YEAR, apply_reopening)
    declare_closing_check(
        "audit_not_noted",
        _("The audit of the year is not noted"),
        audit_not_noted,
        is_blocking=True,
    )
    declare_closing_check(
        "numbers_missing",
        _("Document series with missing numbers"),
        series_with_missing_numbers,
    )
