"""The kinds of changes that wait for a second person, and what carries each of them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    BankAccount,
    FinancialYear,
)

Proposal = dict[str, Any]
#: Carries the proposed change out, in the transaction of whoever agrees to it; what it raises
#: leaves the request waiting.
Apply = Callable[[ApprovalRequest, Proposal], object]

#: What `target_id` is the key of.
TARGETS: dict[str, type[BankAccount | FinancialYear]] = {
    ApprovalKind.ADD_BANK_ACCOUNT: BankAccount,
    ApprovalKind.CHANGE_BANK_ACCOUNT: BankAccount,
    ApprovalKind.REMOVE_BANK_ACCOUNT: BankAccount,
    ApprovalKind.REOPEN_YEAR: FinancialYear,
}

_applies: dict[str, Apply] = {}


class UnknownApprovalKindError(LookupError):
    """A change was asked for or agreed to whose kind nobody declared."""


def declare_approval_kind(kind: ApprovalKind, apply: Apply) -> None:
    """Say what carries such a change out. The application calls it in `ready()`."""
    _applies[kind] = apply


def apply_of(kind: str) -> Apply:
    """What carries such a change out. Raises UnknownApprovalKindError."""
    try:
        return _applies[kind]
    except KeyError:
        raise UnknownApprovalKindError(kind) from None
