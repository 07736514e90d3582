"""What is on record about a partner: contacts, addresses, registrations, accounts.

Each kind has marks that exactly one of a partner's active rows holds; `core.editing.holders` says
what a change means for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from core.editing.holders import HolderRule, carry_out, hand_over, removal_successor
from core.editing.models import VersionedModel
from core.editing.services import (
    create_and_tell,
    editable,
    lock_row,
    require_version,
    update_and_tell,
)
from core.events.services import in_unit_of_work
from core.references.services import require_unused
from core.registration_numbers.checking import Checks, checked_values
from settings_modules.partners.errors import MarkNeedsHolder, PartnerErased
from settings_modules.partners.locks import lock_partner
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.erased import is_erased

Row = TypeVar("Row", bound=VersionedModel)
#: Takes the row, an unsaved one when it is new, and its checked new values; returns what follows
#: from them. Raises a DomainError for what must not be.
Follow = Callable[[Any, dict[str, Any]], dict[str, Any]]
#: Takes the row and its new values; the checks of the values.
ChecksFor = Callable[[Any, Mapping[str, Any]], Checks]


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[Row]):
    """A kind of record of a partner.

    `fields` are what people may edit, of which those in `kept` are written once. `marks` are the
    flags that one row holds. `checks_for` is in place of `checks` where they depend on the row;
    `follow` gives what follows from a change, stored with it.
    """

    model: type[Row]
    fields: tuple[str, ...]
    marks: tuple[str, ...]
    checks: Checks = field(default_factory=dict)
    checks_for: ChecksFor | None = None
    follow: Follow | None = None
    kept: tuple[str, ...] = ()

    def rules(self) -> list[HolderRule[Row]]:
        """How each mark is handed over."""
        return [
            HolderRule(self.model, mark, MarkNeedsHolder, owner="partner", asked_in=mark)
            for mark in self.marks
        ]


@in_unit_of_work
def add_record(
    kind: RecordKind[Row],
    *,
    partner: BusinessPartner,
    values: Mapping[str, Any],
    is_legacy: bool = False,
) -> Row:
    """A new row of the partner; emits `<its stream>.created`. The first active one gets the marks.

    `is_legacy` lets in what the checks refuse: it comes from an older system. Raises InvalidInput,
    HolderInactive, PartnerErased, ValidationError and what the kind raises.
    """
    owner = lock_partner(partner.pk)
    if is_erased(owner):
        raise PartnerErased()
    row = kind.model(partner=owner)
    given = _checked(kind, row, values, is_legacy=is_legacy)

    def store(settled: dict[str, Any]) -> Row:
        for name, value in settled.items():
            setattr(row, name, value)
        return create_and_tell(row=row)

    return _carry_out(kind.rules(), row, given, store)


@in_unit_of_work
def update_record(
    kind: RecordKind[Row],
    *,
    row: Row,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> Row:
    """The row with the fields given; emits `<its stream>.updated` for each row that changed.

    A mark given to it is taken from the row that had it. Raises MarkNeedsHolder when a mark would
    be left to nobody, HolderInactive, StaleVersion, InvalidInput, ValidationError and what the kind
    raises.
    """
    stored = _locked(row, expected_version)
    given = {name: value for name, value in values.items() if name not in kind.kept}
    changed = _checked(kind, stored, given)
    follow = {name: changed.pop(name) for name in [*changed] if name not in kind.fields}
    return _carry_out(
        kind.rules(),
        stored,
        changed,
        lambda settled: update_and_tell(row=stored, values=settled, also=follow),
    )


@in_unit_of_work
def remove_record(kind: RecordKind[Row], *, row: Row, expected_version: int | None = None) -> None:
    """Remove the row; emits `<its stream>.removed`.

    Raises MarkNeedsHolder unless it is the last active one or has no mark; StillInUse,
    StaleVersion.
    """
    stored: Any = _locked(row, expected_version)
    for rule in kind.rules():
        removal_successor(rule, stored, None)
    require_unused(stored)
    key = stored.pk
    stored.delete()
    stored.pk = key
    stored.emit_event(f"{stored.event_stream}.removed")


def _locked(row: Row, expected_version: int | None) -> Row:
    """The stored row, locked after its partner."""
    owner: Any = row
    partner = lock_partner(owner.partner_id)
    stored: Any = lock_row(row, expected_version=None)
    require_version(stored, expected_version)
    stored.partner = partner
    found: Row = stored
    return found


def _checked(
    kind: RecordKind[Row], row: Any, values: Mapping[str, Any], *, is_legacy: bool = False
) -> dict[str, Any]:
    """The editable values that differ from the row's, normalised, with what follows from them;
    null empties a text."""
    flags = {*kind.marks, "is_active"}
    given = {
        name: "" if value is None and name not in flags else value
        for name, value in editable(values, kind.fields).items()
    }
    is_new = row.pk is None
    differing = {
        name: value for name, value in given.items() if is_new or getattr(row, name) != value
    }
    checks = kind.checks if kind.checks_for is None else kind.checks_for(row, differing)
    checked = checked_values(differing, checks, is_legacy=is_legacy)
    return checked if kind.follow is None else {**checked, **kind.follow(row, checked)}


def _carry_out(
    rules: list[HolderRule[Row]],
    row: Row,
    values: dict[str, Any],
    store: Callable[[dict[str, Any]], Row],
) -> Row:
    """Store the values, with each mark handed over before or after, one inside the other."""
    if not rules:
        return store(values)
    rule, *others = rules
    change = hand_over(rule, row, values)
    return carry_out(
        rule,
        change,
        own=lambda settled: _carry_out(others, row, settled, store),
        other=lambda other, flags: update_and_tell(row=other, values=flags),
    )
