"""The masters: records that others refer to, and what may be done with one instead of removing it.

Applications declare theirs in `ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

from core.editing.services import update_and_tell
from core.events.models import Event
from core.events.registry import declare_event_type, subscribe
from core.events.schemas import Schema, object_schema

#: Takes the record to keep and the one to merge into it; raises a DomainError when they must not
#: be merged now.
MergeCheck = Callable[[Any, Any], None]
#: Takes both, the merged one out of use already: writes what the kept one takes over from it.
Absorb = Callable[[Any, Any], None]

_COUNTS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "integer", "minimum": 0},
}
_KEY: Schema = {"type": "integer", "minimum": 1}
_MERGED_FIELDS = {
    "merged_id": "the other one",
    "moved": "field that referred to it to how many rows refer to this one instead",
    "stayed": "field of a ledger to how many of its rows go on referring to the other one",
    "removed": "whether the other one was removed",
}
_MERGED = object_schema(
    {"merged_id": _KEY, "moved": _COUNTS, "stayed": _COUNTS, "removed": {"type": "boolean"}}
)


class Switch(Protocol):
    """Switches a record off or on, by the service of its application.

    Returns the stored record, or another one that stands for a change that waits for somebody.
    """

    def __call__(
        self, row: Any, *, is_active: bool, expected_version: int | None
    ) -> models.Model: ...


class Remove(Protocol):
    """Removes a record that nothing refers to, by the service of its application."""

    def __call__(self, row: Any, *, expected_version: int | None) -> object: ...


@dataclass(frozen=True, slots=True)
class Master:
    """How records of a model leave use.

    `switch` is None for records that have no off switch, `remove` for those that core's own service
    removes. `outside_keys` are the columns by which other systems know a record: one of them goes
    over to the record that is kept. `absorb` is called in the transaction of a merge.
    """

    model: type[models.Model]
    switch: Switch | None
    remove: Remove | None
    outside_keys: tuple[str, ...]
    is_merged: bool
    absorb: Absorb | None


_masters: dict[str, Master] = {}
_checks: dict[str, dict[str, MergeCheck]] = {}


def switch_by_itself(row: Any, *, is_active: bool, expected_version: int | None) -> models.Model:
    """The switch of records whose application has no rules of its own about it."""
    switched: models.Model = update_and_tell(
        row=row, values={"is_active": is_active}, expected_version=expected_version
    )
    return switched


def switched_by(update: Callable[..., models.Model], name: str) -> Switch:
    """The switch of records whose service `update` takes the record as `name`, and values."""

    def switch(row: Any, *, is_active: bool, expected_version: int | None) -> models.Model:
        return update(
            **{name: row}, values={"is_active": is_active}, expected_version=expected_version
        )

    return switch


def removed_by(remove: Callable[..., object], name: str) -> Remove:
    """The removal of records whose service `remove` takes the record as `name`."""

    def removed(row: Any, *, expected_version: int | None) -> object:
        return remove(**{name: row}, expected_version=expected_version)

    return removed


def declare_master(
    model: type[models.Model],
    *,
    meaning: str,
    switch: Switch | None = switch_by_itself,
    remove: Remove | None = None,
    outside_keys: tuple[str, ...] = (),
    is_merged: bool = True,
    absorb: Absorb | None = None,
) -> None:
    """Say that the model's records can be looked up, switched off, merged and removed.

    `meaning` is the record with its article, as a sentence begins: "A location". Declares the
    events `<its stream>.merged` (unless `is_merged` is false) and `<its stream>.removed`.
    """
    _masters[model._meta.label] = Master(model, switch, remove, outside_keys, is_merged, absorb)
    stream: str = model.event_stream  # type: ignore[attr-defined]
    declare_event_type(
        f"{stream}.removed",
        meaning=f"{meaning} that nothing referred to was removed.",
        fields={},
        schema=object_schema({}),
    )
    if not is_merged:
        return
    declare_event_type(
        f"{stream}.merged",
        meaning=f"{meaning} took the place of another one, which is switched off or removed.",
        fields=_MERGED_FIELDS,
        schema=_MERGED,
    )
    merged = [f"{stream_of(one)}.merged" for one in declared_masters() if one.is_merged]
    subscribe("core.move_stragglers", merged, _move_stragglers)


def _move_stragglers(event: Event) -> None:
    from core.references.stragglers import move_stragglers  # noqa: PLC0415  (builds on this module)

    move_stragglers(event)


def stream_of(master: Master) -> str:
    """The type of the streams of the master's records."""
    stream: str = master.model.event_stream  # type: ignore[attr-defined]
    return stream


def master_of_stream(stream_type: str) -> Master | None:
    """The master whose records have streams of that type."""
    return next((one for one in declared_masters() if stream_of(one) == stream_type), None)


def master_of(model: type[models.Model]) -> Master | None:
    """How the model's records leave use; None for a model that is no master."""
    return _masters.get(model._meta.label)


def declared_masters() -> list[Master]:
    """All masters, by label."""
    return [_masters[label] for label in sorted(_masters)]


def declare_merge_check(model: type[models.Model], name: str, check: MergeCheck) -> None:
    """Ask `check` before two records are merged, also for a preview; it must not write."""
    _checks.setdefault(model._meta.label, {})[name] = check


def merge_checks(model: type[models.Model]) -> list[MergeCheck]:
    """The declared checks of the model."""
    return list(_checks.get(model._meta.label, {}).values())
