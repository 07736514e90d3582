"""What core and the approvals are told about bank accounts."""

from __future__ import annotations

from core.bank_numbers.numbers import account_text
from core.fingerprints import declare_fingerprints
from settings_modules.organizations.approval_kinds import declare_approval_kind
from settings_modules.organizations.models import ApprovalKind, BankAccount
from settings_modules.organizations.services.bank_accounts import (
    carry_out_addition,
    carry_out_change,
    carry_out_removal,
)


def declare() -> None:
    """Say what carries agreed changes out, and what fingerprints are made of."""
    declare_approval_kind(ApprovalKind.ADD_BANK_ACCOUNT, carry_out_addition)
    declare_approval_kind(ApprovalKind.CHANGE_BANK_ACCOUNT, carry_out_change)
    declare_approval_kind(ApprovalKind.REMOVE_BANK_ACCOUNT, carry_out_removal)
    declare_fingerprints(BankAccount, "fingerprint", account_text)
