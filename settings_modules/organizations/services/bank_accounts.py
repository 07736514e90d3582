"""Bank accounts of organizations, exactly one of which is the default.

A change by one person waits for a second one when the organization wants it so: then these services
return the ApprovalRequest in place of the account. Events carry ids and names of fields, no values.
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
from core.context import current_context
from core.editing.holders import (
    HolderRule,
    carry_out,
    hand_over,
    removal_successor,
)
from core.editing.services import add_row, edit_row, editable, lock_row, require_version
from core.events.services import in_unit_of_work
from core.registration_numbers.checking import checked_values
from settings_modules.organizations.errors import (
    BankAccountKnown,
    DefaultNeedsSuccessor,
)
from settings_modules.organizations.locks import lock_organization
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    BankAccount,
    Organization,
)
from settings_modules.organizations.services.approvals import request_change
from settings_modules.organizations.services.removal import remove_unused

#: What people may edit.
ACCOUNT_FIELDS = (
    *("account_holder", "bank_name", "branch", "account_type", "currency"),
    *("account_number", "iban", "ifsc", "swift_code", "is_default", "is_active"),
)
#: Of a request that waits.
LONGEST_REASON = 200
_FLAGS = frozenset({"is_default", "is_active"})
DEFAULT = HolderRule(BankAccount, "is_default", DefaultNeedsSuccessor)
#: Where a proposal keeps who takes the place of the default.
_PROMOTE = "promote"


@in_unit_of_work
def add_account(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    is_legacy: bool = False,
    reason: str = "",
) -> BankAccount | ApprovalRequest:
    """A new account; emits `bank_account.created`. The first active one becomes the default.

    Without a currency it is in the organization's. `is_legacy` lets in what the checks refuse: it
    comes from an older system. Raises InvalidInput with every wrong field, AccountNumberMissing,
    BankAccountKnown, HolderInactive, ValidationError; PersonNeeded when it waits.
    """
    owner = lock_organization(organization.pk)
    account = BankAccount(organization=owner, currency=owner.base_currency)
    given = _checked(account, values, is_legacy=is_legacy)
    if owner.bank_changes_need_approval:
        _require_storable(account, given)
        return request_change(
            kind=ApprovalKind.ADD_BANK_ACCOUNT,
            organization=owner,
            target_id=None,
            seen_version=None,
            proposal=given,
            reason=reason or _given_reason(),
        )
    return _add(account, given)


@in_unit_of_work
def update_account(
    *,
    account: BankAccount,
    values: Mapping[str, Any],
    promote: int | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> BankAccount | ApprovalRequest:
    """The account with the fields given; emits `bank_account.updated` for each row that changed.

    `is_default` switches; whoever loses it that way names in `promote` which one gets it. A value
    that stays as it is stored is not checked again. Raises DefaultNeedsSuccessor, SuccessorUnfit,
    HolderInactive, AccountNumberMissing, BankAccountKnown, StaleVersion, InvalidInput,
    ValidationError; PersonNeeded and ChangeAlreadyWaiting when it waits.
    """
    owner, stored = _locked(account, expected_version)
    given = _checked(stored, values)
    if not given:
        return stored
    if owner.bank_changes_need_approval:
        _require_storable(stored, given)
        hand_over(DEFAULT, stored, given, promote=promote)
        return _request(ApprovalKind.CHANGE_BANK_ACCOUNT, stored, given, promote, reason)
    return _change(stored, given, promote)


def make_default(
    *, account: BankAccount, expected_version: int | None = None, reason: str = ""
) -> BankAccount | ApprovalRequest:
    """The account as the default one of its organization. As `update_account`."""
    return update_account(
        account=account,
        values={"is_default": True},
        expected_version=expected_version,
        reason=reason,
    )


def deactivate_account(
    *,
    account: BankAccount,
    promote: int | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> BankAccount | ApprovalRequest:
    """The account switched off. As `update_account`."""
    return update_account(
        account=account,
        values={"is_active": False},
        promote=promote,
        expected_version=expected_version,
        reason=reason,
    )


def restore_account(
    *, account: BankAccount, expected_version: int | None = None, reason: str = ""
) -> BankAccount | ApprovalRequest:
    """The account switched on again, the default when there is no other. As `update_account`."""
    return update_account(
        account=account,
        values={"is_active": True},
        expected_version=expected_version,
        reason=reason,
    )


@in_unit_of_work
def remove_account(
    *,
    account: BankAccount,
    promote: int | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> ApprovalRequest | None:
    """Remove an account that nothing refers to; emits `bank_account.removed`.

    Raises DefaultNeedsSuccessor, SuccessorUnfit, StillInUse, StaleVersion; PersonNeeded and
    ChangeAlreadyWaiting when it waits.
    """
    owner, stored = _locked(account, expected_version)
    removal_successor(DEFAULT, stored, promote)
    if owner.bank_changes_need_approval:
        return _request(ApprovalKind.REMOVE_BANK_ACCOUNT, stored, {}, promote, reason)
    _remove(stored, promote)
    return None


@in_unit_of_work
def reveal_account_number(*, account: BankAccount) -> RevealedAccount:
    """The whole numbers; emits `bank_account.revealed`. The caller has checked the permission."""
    account.emit_event("bank_account.revealed", {"organization_id": account.organization_id})
    return RevealedAccount(account.account_number, account.iban)


# What a second person agreed to; the request has locked organization and account.


def carry_out_addition(approval: ApprovalRequest, proposal: Mapping[str, Any]) -> None:
    """Add the account that was proposed. Raises as `add_account`."""
    account = BankAccount(organization=approval.organization)
    _add(account, _checked(account, proposal))


def carry_out_change(approval: ApprovalRequest, proposal: Mapping[str, Any]) -> None:
    """Change the account as it was proposed. Raises as `update_account`."""
    stored = lock_row(BankAccount(pk=approval.target_id), expected_version=None)
    _change(stored, _checked(stored, proposal), proposal.get(_PROMOTE))


def carry_out_removal(approval: ApprovalRequest, proposal: Mapping[str, Any]) -> None:
    """Remove the account. Raises as `remove_account`."""
    stored = lock_row(BankAccount(pk=approval.target_id), expected_version=None)
    _remove(stored, proposal.get(_PROMOTE))


def _request(
    kind: ApprovalKind,
    stored: BankAccount,
    values: Mapping[str, Any],
    promote: int | None,
    reason: str,
) -> ApprovalRequest:
    return request_change(
        kind=kind,
        organization=stored.organization,
        target_id=stored.pk,
        seen_version=stored.version,
        proposal={**values, _PROMOTE: promote} if promote is not None else dict(values),
        reason=reason or _given_reason(),
    )


def _given_reason() -> str:
    """Why the person makes this change, as they have told the page or the API."""
    return (current_context().reason or "")[:LONGEST_REASON]


def _add(account: BankAccount, given: dict[str, Any]) -> BankAccount:
    def store(settled: dict[str, Any]) -> BankAccount:
        _set(account, settled | derived_numbers(account, settled))
        add_row(row=account)
        account.emit_event("bank_account.created", {"organization_id": account.organization_id})
        return account

    return carry_out(DEFAULT, hand_over(DEFAULT, account, given), own=store, other=_write)


def _change(stored: BankAccount, given: dict[str, Any], promote: int | None) -> BankAccount:
    change = hand_over(DEFAULT, stored, given, promote=promote)
    return carry_out(DEFAULT, change, own=lambda values: _write(stored, values), other=_write)


def _remove(stored: BankAccount, promote: int | None) -> None:
    successor = removal_successor(DEFAULT, stored, promote)
    remove_unused(row=stored)
    stored.emit_event("bank_account.removed")
    if successor is not None:
        _write(successor, {"is_default": True})


def _write(row: BankAccount, values: Mapping[str, Any]) -> BankAccount:
    edit = edit_row(row=row, values=values, also=derived_numbers(row, values))
    if edit:
        told = {"organization_id": row.organization_id}
        fields = sorted({*edit.changes, *edit.untold})
        edit.row.emit_event("bank_account.updated", {**told, "fields": fields})
    return edit.row


def _locked(account: BankAccount, expected_version: int | None) -> tuple[Organization, BankAccount]:
    """The organization and the stored account, locked in this order."""
    owner = lock_organization(account.organization_id)
    stored = lock_row(account, expected_version=None)
    require_version(stored, expected_version)
    stored.organization = owner
    return owner, stored


def _checked(
    account: BankAccount, values: Mapping[str, Any], *, is_legacy: bool = False
) -> dict[str, Any]:
    """The editable values that differ from the account's, normalised; null empties a text.

    Raises InvalidInput, AccountNumberMissing, BankAccountKnown.
    """
    given = {
        name: "" if value is None and name not in _FLAGS else value
        for name, value in editable(values, ACCOUNT_FIELDS).items()
    }
    is_new = account.pk is None
    differing = {
        name: value for name, value in given.items() if is_new or getattr(account, name) != value
    }
    if not differing.get("currency", account.currency):
        differing["currency"] = account.organization.base_currency
    checked = checked_values(differing, ACCOUNT_CHECKS, is_legacy=is_legacy)
    if is_new or any(name in checked for name in ACCOUNT_SECRETS):
        _require_own_number(account, checked)
    return checked


def _require_own_number(account: BankAccount, values: Mapping[str, Any]) -> None:
    """Raise unless there is a number that no other account of the organization has."""
    text = text_after(account, values)
    if not text:
        raise AccountNumberMissing(field="account_number")
    others = BankAccount.objects.filter(organization_id=account.organization_id)
    if is_known(text, others.exclude(pk=account.pk)):
        raise BankAccountKnown(field="account_number")


def _require_storable(account: BankAccount, values: Mapping[str, Any]) -> None:
    """Raise ValidationError now for what would be refused once somebody agrees."""
    tried = BankAccount(**{name: getattr(account, name) for name in ACCOUNT_FIELDS})
    _set(tried, values)
    unchanged = {field.name for field in BankAccount._meta.fields} - set(values)
    tried.clean_fields(exclude=unchanged if account.pk is not None else _NO_INPUT)


_NO_INPUT = {field.name for field in BankAccount._meta.fields} - set(ACCOUNT_FIELDS)


def _set(account: BankAccount, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(account, name, value)
