"""Reading changes that wait for a second person, readable and without secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.encryption import EncryptedTextField
from settings_modules.organizations.approval_kinds import TARGETS
from settings_modules.organizations.models import (
    ApprovalRequest,
    BankAccount,
    Decision,
    FinancialYear,
)

Target = BankAccount | FinancialYear

#: In a proposal, the key of the record that takes the place of the one that is changed.
SUCCESSOR = "promote"
#: How much of a number may be shown.
SHOWN_CHARACTERS = 4
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """One value that is to change, as people read it; of numbers the last four characters.

    `before` is the present value while the change waits, "—" otherwise and for new records.
    """

    field: str
    label: str
    before: str
    after: str


def waiting_changes(organization_id: int) -> models.QuerySet[ApprovalRequest]:
    """What waits in the organization, the oldest first."""
    return ApprovalRequest.objects.filter(
        organization=organization_id, decision=Decision.WAITING
    ).order_by("id")


def target_of(approval: ApprovalRequest) -> Target | None:
    """The record to change; None for a new one and for one that is gone."""
    if approval.target_id is None:
        return None
    rows = TARGETS[approval.kind]._default_manager.filter(
        pk=approval.target_id, organization=approval.organization_id
    )
    return rows.first()


def is_overtaken(approval: ApprovalRequest, target: Target | None) -> bool:
    """Whether a waiting change can no longer be agreed to: its record changed or is gone."""
    if approval.target_id is None or approval.decision != Decision.WAITING:
        return False
    return target is None or target.version != approval.seen_version


def proposed_changes(approval: ApprovalRequest, target: Target | None) -> list[ProposedChange]:
    """What the request would change, in the language in force."""
    proposal: dict[str, Any] = json.loads(approval.proposal or "{}")
    known = target if approval.decision == Decision.WAITING else None
    return [_described(approval, known, name, value) for name, value in proposal.items()]


def _described(
    approval: ApprovalRequest, target: Target | None, name: str, value: Any
) -> ProposedChange:
    model = TARGETS[approval.kind]
    if name == SUCCESSOR:
        successor = model._default_manager.filter(
            pk=value, organization=approval.organization_id
        ).first()
        return ProposedChange(name, _("Takes its place"), NOTHING, str(successor or NOTHING))
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        # A proposal of an earlier release; nothing says whether the value may be shown.
        return ProposedChange(name, name, NOTHING, NOTHING)
    assert isinstance(field, models.Field)
    before = NOTHING if target is None else shown_value(field, getattr(target, name))
    label = str(capfirst(field.verbose_name))
    return ProposedChange(name, label, before, shown_value(field, value))


def shown_value(field: models.Field[Any, Any], value: Any) -> str:
    """The value as people read it: choices by their names, numbers of accounts masked."""
    if value is None or value == "":
        return NOTHING
    if isinstance(field, EncryptedTextField):
        text = str(value)
        return f"••••{text[-SHOWN_CHARACTERS:] if len(text) > SHOWN_CHARACTERS else ''}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(localize(value))
