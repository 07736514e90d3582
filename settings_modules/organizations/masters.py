"""How organizations, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master, declare_merge_check
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


def switch_organization(
    row: Organization, *, is_active: bool, expected_version: int | None
) -> Organization:
    """The organization switched off or on."""
    return update_organization(
        organization=row, values={"is_active": is_active}, expected_version=expected_version
    )


def switch_series(
    row: DocumentSeries, *, is_active: bool, expected_version: int | None
) -> DocumentSeries:
    """The series switched off or on."""
    return update_series(
        series=row, values={"is_active": is_active}, expected_version=expected_version
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
        switch=switch_organization,
        remove=lambda row, expected_version: remove_organization(
            organization=row, expected_version=expected_version
        ),
    )
    declare_master(
        GstRegistration,
        meaning="A GST registration",
        switch=switch_registration,
        remove=lambda row, expected_version: remove_registration(
            registration=row, expected_version=expected_version
        ),
    )
    declare_master(
        BankAccount,
        meaning="A bank account",
        switch=switch_bank_account,
        remove=lambda row, expected_version: remove_account(
            account=row, expected_version=expected_version
        ),
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
        remove=lambda row, expected_version: remove_year(
            year=row, expected_version=expected_version
        ),
        is_merged=False,
    )
    declare_master(
        DocumentSeries,
        meaning="A document series",
        switch=switch_series,
        remove=lambda row, expected_version: remove_series(
            series=row, expected_version=expected_version
        ),
        is_merged=False,
    )
