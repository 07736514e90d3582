"""How organizations, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master, declare_merge_check, removed_by, switched_by
from settings_modules.organizations.models import (
    ApprovalRequest,
    BankAccount,
    DocumentSeries,
    FinancialYear,
    GstRegistration,
    Organization,
)
from settings_modules.organizations.services.bank_accounts import (
    deactivate_account,
    remove_account,
    restore_account,
)
from settings_modules.organizations.services.document_series import remove_series, update_series
from settings_modules.organizations.services.financial_years import remove_year
from settings_modules.organizations.services.gst_registrations import (
    deactivate_registration,
    remove_registration,
    restore_registration,
)
from settings_modules.organizations.services.merging import (
    refuse_selling_or_numbered,
    refuse_unapproved,
)
from settings_modules.organizations.services.organizations import (
    remove_organization,
    update_organization,
)


def switch_registration(
    row: GstRegistration, *, is_active: bool, expected_version: int | None
) -> GstRegistration:
    """The registration switched off or on."""
    change = restore_registration if is_active else deactivate_registration
    return change(registration=row, expected_version=expected_version)


def switch_bank_account(
    row: BankAccount, *, is_active: bool, expected_version: int | None
) -> BankAccount | ApprovalRequest:
    """The account switched off or on, or the change that waits for a second person."""
    change = restore_account if is_active else deactivate_account
    return change(account=row, expected_version=expected_version)


def declare() -> None:
    """Tell core, and who must agree before two are merged."""
    declare_master(
        Organization,
        meaning="An organization",
        switch=switched_by(update_organization, "organization"),
        remove=removed_by(remove_organization, "organization"),
    )
    declare_master(
        GstRegistration,
        meaning="A GST registration",
        switch=switch_registration,
        remove=removed_by(remove_registration, "registration"),
    )
    declare_master(
        BankAccount,
        meaning="A bank account",
        switch=switch_bank_account,
        remove=removed_by(remove_account, "account"),
    )
    _declare_numbering()
    declare_merge_check(Organization, "organizations.traded", refuse_selling_or_numbered)
    declare_merge_check(BankAccount, "organizations.approval", refuse_unapproved)


def _declare_numbering() -> None:
    """Years of an organization never cover the same days, and a series has numbers of its own: of
    neither is one a double of another. Which year is active is chosen with the years."""
    declare_master(
        FinancialYear,
        meaning="A financial year",
        switch=None,
        remove=removed_by(remove_year, "year"),
        is_merged=False,
    )
    declare_master(
        DocumentSeries,
        meaning="A document series",
        switch=switched_by(update_series, "series"),
        remove=removed_by(remove_series, "series"),
        is_merged=False,
    )
