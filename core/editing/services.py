"""Adding, changing and removing one row: locked, checked, and with what changed told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models.fields.files import FieldFile

from core.editing.constraints import validate_changed
from core.editing.errors import StaleVersion
from core.editing.models import VersionedModel
from core.errors import NotFound
from core.events.mixins import EventMixin
from core.events.services import in_unit_of_work
from core.history.tracking import untold_fields

Row = TypeVar("Row", bound=VersionedModel)


@dataclass(frozen=True, slots=True)
class Edit(Generic[Row]):
    """A row after its change.

    `changes` is {field: {old, new}} as events carry it, references as keys. `untold` names the
    changed fields whose values history and events do not hold: personal and secret ones.
    """

    row: Row
    changes: dict[str, dict[str, Any]]
    untold: list[str]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changes or self.untold)

    def event_data(self) -> dict[str, Any]:
        """The data of an event that `declare_row_events` declared."""
        told = {"changes": self.changes}
        return {**told, "untold": self.untold} if self.untold else told


def lock_row(row: Row, *, expected_version: int | None) -> Row:
    """The row as it is stored, locked until the transaction ends.

    Raises StaleVersion when its version is not the expected one, NotFound when it is gone.
    """
    model = type(row)
    locked = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if locked is None:
        raise NotFound()
    require_version(locked, expected_version)
    return locked


def require_version(locked: VersionedModel, expected_version: int | None) -> None:
    """Raise StaleVersion when the locked row has another version than the one expected, if any."""
    if expected_version is not None and locked.version != expected_version:
        raise StaleVersion(seen=expected_version, current=locked.version)


@in_unit_of_work
def edit_row(
    *,
    row: Row,
    values: Mapping[str, Any],
    expected_version: int | None = None,
    also: Mapping[str, Any] | None = None,
) -> Edit[Row]:
    """Give the stored row these values; only columns that differ are written.

    `also` holds values that follow from the change and are no news of their own; they are written
    with it, not without it. Raises StaleVersion, NotFound, ValidationError.
    """
    locked = lock_row(row, expected_version=expected_version)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return Edit(locked, {}, [])
    before = {name: getattr(locked, name) for name in changed}
    for name, value in {**(also or {}), **{name: values[name] for name in changed}}.items():
        setattr(locked, name, value)
    _check(locked, changed, {*changed, *(also or {})})
    locked.version += 1  # what the trigger does
    locked.save(update_fields=[*changed, *(also or {}), "version", *_automatic(type(locked))])
    untold = untold_fields(type(locked))
    changes = {
        name: {"old": _told(old), "new": _told(getattr(locked, name))}
        for name, old in before.items()
        if name not in untold
    }
    return Edit(locked, changes, sorted(untold & set(changed)))


@in_unit_of_work
def add_row(*, row: Row) -> Row:
    """Store a new row. Raises ValidationError."""
    row.full_clean(exclude=generated_fields(type(row)))
    row.save(force_insert=True)
    return row


@in_unit_of_work
def create_and_tell(*, row: Row) -> Row:
    """Store a new row and emit `<its stream>.created`. Raises ValidationError."""
    _tell(add_row(row=row), "created", {})
    return row


@in_unit_of_work
def update_and_tell(
    *,
    row: Row,
    values: Mapping[str, Any],
    expected_version: int | None = None,
    also: Mapping[str, Any] | None = None,
) -> Row:
    """As `edit_row`; emits `<its stream>.updated` when something changed. The stored row."""
    edit = edit_row(row=row, values=values, expected_version=expected_version, also=also)
    if edit:
        _tell(edit.row, "updated", edit.event_data())
    return edit.row


def _tell(row: models.Model, what: str, data: dict[str, Any]) -> None:
    assert isinstance(row, EventMixin), f"{row._meta.label} has no events"
    row.emit_event(f"{row.event_stream}.{what}", data)


def _check(row: models.Model, changed: list[str], written: Collection[str]) -> None:
    """Raise ValidationError when a changed value, or the row as a whole, is not valid.

    A value that is left alone is not looked at by itself: what an import or an older rule let in
    must not keep people from mending the rest.
    """
    unchanged = {field.name for field in row._meta.fields if field.name not in changed}
    row.clean_fields(exclude=unchanged)
    row.clean()
    validate_changed(row, written)


def editable(values: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Those of the values that a service lets people change."""
    return {name: value for name, value in values.items() if name in fields}


def generated_fields(model: type[models.Model]) -> list[str]:
    """Columns the database computes: a model's check would have nothing to check."""
    return [field.name for field in model._meta.concrete_fields if field.generated]


def _automatic(model: type[models.Model]) -> list[str]:
    """Columns that Django fills by itself with every save, once they are named."""
    return [f.name for f in model._meta.concrete_fields if getattr(f, "auto_now", False)]


def _told(value: Any) -> Any:
    """A value as an event carries it: rows by their key, files by their name."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, FieldFile):
        return value.name or ""
    return value
