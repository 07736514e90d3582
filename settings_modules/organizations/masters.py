"""How organizations, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master, declare_merge_check, switch_by_itself
from settings_modules.organizations.models import (
    BankAccount,
    DocumentSeries,
    FinancialYear,
    GstRegistration,
    Organization,
)
from settings_modules.organizations.services.document_series import update_series
from settings_modules.organizations.services.merging import (
    refuse_selling_or_numbered,
    refuse_unapproved,
)
from settings_modules.organizations.services.organizations import update_organization


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


def switch_bank_account(
    row: BankAccount, *, is_active: bool, expected_version: int | None
) -> BankAccount:
    """The account switched off or on. Raises BankChangeNeedsSecondPerson."""
    refuse_unapproved(row, row)
    switched: BankAccount = switch_by_itself(  # type: ignore[assignment]
        row, is_active=is_active, expected_version=expected_version
    )
    return switched


def declare() -> None:
    """Tell core.

    Years of an organization never cover the same days, and a series has numbers of its own: of
    neither is one a double of another. Which year is active is chosen with the years.
    """
    declare_master(Organization, meaning="An organization", switch=switch_organization)
    declare_master(GstRegistration, meaning="A GST registration")
    declare_master(BankAccount, meaning="A bank account", switch=switch_bank_account)
    declare_master(FinancialYear, meaning="A financial year", switch=None, is_merged=False)
    declare_master(
        DocumentSeries, meaning="A document series", switch=switch_series, is_merged=False
    )
    declare_merge_check(Organization, "organizations.traded", refuse_selling_or_numbered)
    declare_merge_check(BankAccount, "organizations.approval", refuse_unapproved)
