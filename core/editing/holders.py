"""The one of its kind that its owner uses: the primary registration, the default account.

While there are active ones exactly one holds the mark; the database keeps that too. The caller has
locked the owner, so that no two changes of holders run side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.editing.errors import HolderInactive, SuccessorUnfit
from core.editing.models import VersionedModel
from core.errors import DomainError

Row = TypeVar("Row", bound=VersionedModel)


@dataclass(frozen=True, slots=True)
class HolderRule(Generic[Row]):
    """Rows of `model` with the mark `flag`; `needs_successor` refuses to leave none with it.

    `owner` is the field whose rows have one holder each, `asked_in` the value on which the refusal
    is told.
    """

    model: type[Row]
    flag: str
    needs_successor: type[DomainError]
    owner: str = "organization"
    asked_in: str = "promote"

    def others_of(self, row: Any) -> Any:
        """The active rows of the same owner beside this one."""
        owner = f"{self.owner}_id"
        rows = self.model._default_manager.filter(is_active=True, **{owner: getattr(row, owner)})
        return rows.exclude(pk=row.pk)


@dataclass(frozen=True, slots=True)
class HandOver(Generic[Row]):
    """A change of a row with what follows for others: `displaced` loses the mark before it,
    `successor` gets it afterwards."""

    values: dict[str, Any]
    displaced: Row | None = None
    successor: Row | None = None


def hand_over(
    rule: HolderRule[Row], row: Any, values: Mapping[str, Any], *, promote: int | None = None
) -> HandOver[Row]:
    """What the change means for the mark. `row` is stored, or new when it has no key.

    The first active one gets the mark by itself. One that loses it names in `promote` who takes its
    place. Raises HolderInactive, SuccessorUnfit, and the rule's refusal.
    """
    others = rule.others_of(row)
    displaced = others.filter(**{rule.flag: True}).first()
    is_active = values.get("is_active", row.is_active)
    has_it = row.pk is not None and getattr(row, rule.flag)
    if not is_active and values.get(rule.flag):
        raise HolderInactive(field=rule.flag)
    is_first = not has_it and displaced is None
    wants_it = bool(is_active and (is_first or values.get(rule.flag, has_it)))
    if has_it and not wants_it:
        successor = _successor(rule, others, promote, is_needed=is_active)
        return HandOver({**values, rule.flag: False}, successor=successor)
    return HandOver({**values, rule.flag: wants_it}, displaced=displaced if wants_it else None)


def removal_successor(rule: HolderRule[Row], row: Any, promote: int | None) -> Row | None:
    """Who gets the mark when the stored row is gone; None: it has none, or nobody is left.

    Raises SuccessorUnfit and the rule's refusal.
    """
    if not getattr(row, rule.flag):
        return None
    return _successor(rule, rule.others_of(row), promote, is_needed=False)


def carry_out(
    rule: HolderRule[Row],
    change: HandOver[Row],
    *,
    own: Callable[[dict[str, Any]], Row],
    other: Callable[[Row, dict[str, Any]], object],
) -> Row:
    """Store the change by `own`, and by `other` what follows from it, in the order the database
    wants: never two with the mark."""
    if change.displaced is not None:
        other(change.displaced, {rule.flag: False})
    stored = own(change.values)
    if change.successor is not None:
        other(change.successor, {rule.flag: True})
    return stored


def _successor(
    rule: HolderRule[Row], others: Any, promote: int | None, *, is_needed: bool
) -> Row | None:
    if promote is not None:
        successor: Row | None = others.filter(pk=promote).first()
        if successor is None:
            raise SuccessorUnfit(field="promote")
        return successor
    if is_needed or others.exists():
        raise rule.needs_successor(field=rule.asked_in)
    return None
