"""Changes that one person asks for and another agrees to."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from core.context import change_context
from core.editing.services import edit_row, lock_row
from core.errors import PermissionRefused
from core.events.services import in_unit_of_work
from core.identity.models import User
from core.identity.powers import acting_user_key
from settings_modules.organizations.approval_kinds import (
    TARGETS,
    Proposal,
    apply_of,
    declare_approval_kind,
)
from settings_modules.organizations.errors import (
    ChangeAlreadyDecided,
    ChangeAlreadyWaiting,
    ChangeNotYoursToWithdraw,
    PersonNeeded,
    SecondPersonNeeded,
)
from settings_modules.organizations.locks import lock_organization
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    Decision,
    Organization,
)

__all__ = [
    "agree_to_change",
    "declare_approval_kind",
    "refuse_change",
    "request_change",
    "withdraw_change",
]

DECIDE = "organizations.decide_approvalrequest"
#: What agreeing to and refusing such a change needs beside it.
_ALSO_NEEDED = {ApprovalKind.REOPEN_YEAR.value: "organizations.reopen_financialyear"}
#: What a new request has none of.
_EMPTY = ("target_id", "seen_version", "decided_by", "decided_at")


@in_unit_of_work
def request_change(
    *,
    kind: ApprovalKind,
    organization: Organization,
    target_id: int | None,
    seen_version: int | None,
    proposal: Proposal,
    reason: str = "",
) -> ApprovalRequest:
    """A change that waits for a second person; emits `approval_request.requested`.

    `proposal` is field name to new value, JSON-ready; it is stored encrypted. `target_id` and
    `seen_version` are the row to change as the asking person saw it, None for a new one.
    Raises PersonNeeded, ChangeAlreadyWaiting, ValidationError.
    """
    apply_of(kind)
    lock_organization(organization.pk)
    waiting = {"kind": kind, "target_id": target_id, "decision": Decision.WAITING}
    if target_id is not None and ApprovalRequest.objects.filter(**waiting).exists():
        raise ChangeAlreadyWaiting()
    approval = ApprovalRequest(
        organization=organization,
        kind=kind,
        target_id=target_id,
        seen_version=seen_version,
        proposal=json.dumps(proposal, cls=DjangoJSONEncoder),
        reason=reason.strip(),
        requested_by=_acting_person(),
    )
    approval.full_clean(exclude=_EMPTY)
    approval.save(force_insert=True)
    _tell(approval, "requested")
    return approval


@in_unit_of_work
def agree_to_change(
    *, approval: ApprovalRequest, note: str = "", expected_version: int | None = None
) -> ApprovalRequest:
    """The change carried out, by another person than who asked; `approval_request.agreed`.

    Raises ChangeAlreadyDecided, PersonNeeded, SecondPersonNeeded, PermissionRefused; StaleVersion
    when the row to change is no longer as the asking person saw it, NotFound when it is gone; and
    whatever carrying it out raises: then nothing is changed and the request goes on waiting.
    """
    stored, person = _waiting(approval, expected_version)
    _require_second_person(stored, person)
    if stored.target_id is not None:
        target = TARGETS[stored.kind](pk=stored.target_id)
        lock_row(target, expected_version=stored.seen_version)
    proposal: Proposal = json.loads(stored.proposal)
    decided = _decide(stored, person, Decision.AGREED, note)
    apply_of(stored.kind)(decided, proposal)
    return decided


@in_unit_of_work
def refuse_change(
    *, approval: ApprovalRequest, note: str = "", expected_version: int | None = None
) -> ApprovalRequest:
    """The change refused by another person than who asked; `approval_request.refused`.

    Raises ChangeAlreadyDecided, PersonNeeded, SecondPersonNeeded, PermissionRefused, StaleVersion.
    """
    stored, person = _waiting(approval, expected_version)
    _require_second_person(stored, person)
    return _decide(stored, person, Decision.REFUSED, note)


@in_unit_of_work
def withdraw_change(
    *, approval: ApprovalRequest, note: str = "", expected_version: int | None = None
) -> ApprovalRequest:
    """The change taken back by who asked for it, nobody else; `approval_request.withdrawn`.

    Raises ChangeAlreadyDecided, PersonNeeded, ChangeNotYoursToWithdraw, StaleVersion.
    """
    stored, person = _waiting(approval, expected_version)
    if person.pk != stored.requested_by_id:
        raise ChangeNotYoursToWithdraw()
    return _decide(stored, person, Decision.WITHDRAWN, note)


def _acting_person() -> User:
    """The account that acts. Raises PersonNeeded when it is the system, or no longer active."""
    key = acting_user_key()
    person = User.objects.filter(pk=key, is_active=True).first() if key is not None else None
    if person is None:
        raise PersonNeeded()
    return person


def _waiting(
    approval: ApprovalRequest, expected_version: int | None
) -> tuple[ApprovalRequest, User]:
    """The stored request, locked after its organization, and the acting person."""
    lock_organization(approval.organization_id)
    stored = lock_row(approval, expected_version=expected_version)
    if stored.decision != Decision.WAITING:
        raise ChangeAlreadyDecided()
    return stored, _acting_person()


def _require_second_person(stored: ApprovalRequest, person: User) -> None:
    if person.pk == stored.requested_by_id:
        raise SecondPersonNeeded()
    with change_context(organization_id=str(stored.organization_id)):
        needed = [DECIDE, _ALSO_NEEDED.get(stored.kind, DECIDE)]
        if not person.has_perms(needed):
            raise PermissionRefused()


def _decide(
    stored: ApprovalRequest, person: User, decision: Decision, note: str
) -> ApprovalRequest:
    values = {"decision": decision.value, "decided_by": person, "decided_at": timezone.now()}
    decided = edit_row(row=stored, values={**values, "note": note.strip()}).row
    _tell(decided, decision.value)
    return decided


def _tell(approval: ApprovalRequest, what: str) -> None:
    data: dict[str, Any] = {
        "kind": approval.kind,
        "organization_id": approval.organization_id,
        "target_id": approval.target_id,
        "requested_by": approval.requested_by_id,
    }
    approval.emit_event(f"approval_request.{what}", data)
