"""The numbers of bank accounts: checked, told apart without being read, and kept out of texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.bank_numbers.models import StoredAccount
from core.fingerprints import fingerprint, fingerprints
from core.registration_numbers import banking, contact, india
from core.registration_numbers.checking import Checks

ACCOUNT_CHECKS: Checks = {
    "currency": contact.checked_currency,
    "account_number": banking.checked_account_number,
    "iban": banking.checked_iban,
    "ifsc": india.checked_ifsc,
    "swift_code": banking.checked_swift,
}
#: What is never shown but to whom it is revealed.
ACCOUNT_SECRETS = ("account_number", "iban")


@dataclass(frozen=True, slots=True, repr=False)
class RevealedAccount:
    """The whole numbers of an account. They are in no text that stands for this."""

    account_number: str
    iban: str


def account_text(account: StoredAccount) -> str:
    """What tells the account from others: its number, else its IBAN."""
    return account.account_number or account.iban


def text_after(account: StoredAccount, values: Mapping[str, Any]) -> str:
    """The same for the account with these values."""
    number = values.get("account_number", account.account_number)
    return str(number or values.get("iban", account.iban))


def derived_numbers(account: StoredAccount, values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from other numbers: the last four characters and the fingerprint."""
    if not any(name in values for name in ACCOUNT_SECRETS):
        return {}
    text = text_after(account, values)
    return {"last_four": text[-4:], "fingerprint": fingerprint(text)}


def is_known(text: str, accounts: QuerySet[Any]) -> bool:
    """Whether one of the stored accounts has this number."""
    return accounts.filter(fingerprint__in=fingerprints(text)).exists()
