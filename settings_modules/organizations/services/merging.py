"""Which organizations and accounts are not merged."""

from __future__ import annotations

from settings_modules.organizations.errors import (
    BankChangeNeedsSecondPerson,
    NumbersInItsName,
    SellerNotMerged,
)
from settings_modules.organizations.models import BankAccount, IssuedNumber, Organization


def refuse_selling_or_numbered(_kept: Organization, merged: Organization) -> None:
    """Raise SellerNotMerged, NumbersInItsName: a company that traded stays one of its own."""
    if merged.is_seller:
        raise SellerNotMerged(field="is_seller")
    if IssuedNumber.objects.filter(organization=merged).exists():
        raise NumbersInItsName()


def refuse_unapproved(kept: BankAccount, _merged: BankAccount) -> None:
    """Raise BankChangeNeedsSecondPerson where nobody changes accounts alone."""
    if kept.organization.bank_changes_need_approval:
        raise BankChangeNeedsSecondPerson()
