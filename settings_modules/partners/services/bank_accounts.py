"""The bank accounts of partners, exactly one of which is the default.

Events carry ids and names of fields, no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.bank_numbers.errors import AccountNumberMissing
from core.bank_numbers.numbers import (
    ACCOUNT_CHECKS,
    ACCOUNT_SECRETS,
    RevealedAccount,
    derived_numbers,
    is_known,
    text_after,
)
from core.events.services import in_unit_of_work
from settings_modules.partners.errors import PartnerAccountKnown
from settings_modules.partners.models import BusinessPartner, PartnerBankAccount
from settings_modules.partners.services.partner_records import (
    RecordKind,
    add_record,
    remove_record,
    update_record,
)

#: What people may edit.
ACCOUNT_FIELDS = (
    *("account_holder", "bank_name", "branch", "account_type", "currency"),
    *("account_number", "iban", "ifsc", "swift_code", "is_default", "is_active"),
)


def _follow(row: PartnerBankAccount, values: dict[str, Any]) -> dict[str, Any]:
    """The last four characters and the fingerprint; the partner's currency when none is given.

    Raises AccountNumberMissing, PartnerAccountKnown.
    """
    text = text_after(row, values)
    is_new = row.pk is None
    if not text:
        raise AccountNumberMissing(field="account_number")
    others = PartnerBankAccount.objects.filter(partner=row.partner, is_active=True)
    is_looked_at = is_new or {*ACCOUNT_SECRETS, "is_active"} & set(values)
    is_active = values.get("is_active", row.is_active)
    if is_active and is_looked_at and is_known(text, others.exclude(pk=row.pk)):
        raise PartnerAccountKnown(field="account_number")
    follow = derived_numbers(row, values)
    if not values.get("currency", row.currency):
        follow["currency"] = row.partner.currency
    return follow


ACCOUNTS = RecordKind(
    model=PartnerBankAccount,
    fields=ACCOUNT_FIELDS,
    marks=("is_default",),
    checks=ACCOUNT_CHECKS,
    follow=_follow,
)


def add_bank_account(
    *, partner: BusinessPartner, values: Mapping[str, Any], is_legacy: bool = False
) -> PartnerBankAccount:
    """A new account; emits `partner_bank_account.created`. The first active one is the default.

    `is_legacy` lets in what the checks refuse. Raises as `add_record`,
    AccountNumberMissing, PartnerAccountKnown.
    """
    return add_record(ACCOUNTS, partner=partner, values=values, is_legacy=is_legacy)


def update_bank_account(
    *,
    account: PartnerBankAccount,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> PartnerBankAccount:
    """The account with the fields given; emits `partner_bank_account.updated`.

    Raises as `update_record`, AccountNumberMissing, PartnerAccountKnown.
    """
    return update_record(ACCOUNTS, row=account, values=values, expected_version=expected_version)


def remove_bank_account(
    *, account: PartnerBankAccount, expected_version: int | None = None
) -> None:
    """Remove the account; emits `partner_bank_account.removed`. Raises as `remove_record`."""
    remove_record(ACCOUNTS, row=account, expected_version=expected_version)


@in_unit_of_work
def reveal_partner_account(*, account: PartnerBankAccount) -> RevealedAccount:
    """The whole numbers; emits `partner_bank_account.revealed`. The caller has checked the
    permission."""
    account.emit_event("partner_bank_account.revealed", {"partner_id": account.partner_id})
    return RevealedAccount(account.account_number, account.iban)
