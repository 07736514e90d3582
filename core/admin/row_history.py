"""What happened to one row, field by field, from its history table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.admin.actors import actor_names
from core.admin.labels import language_label, shown_reason, source_name
from core.history.selectors import audited_models
from core.money import grouped_number

#: What to call the row of a model with a key.
ReferenceNames = Mapping[tuple[Any, Any], str]
ENTRIES_PER_PAGE = 50
#: Columns of every history table that are not the tracked row's own.
_OWN_COLUMNS = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context")
#: Keys, and what steps with every change: showing it would repeat what the other fields say.
COUNTERS = frozenset({"id", "version", "updated_at", "zoho_content_hash"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after; an empty text stands for no value."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class HistoryEntry:
    """One change of the row: its number, when, what kind, by whom, through which door."""

    number: int
    time: datetime
    kind: str
    is_change: bool
    actor: str
    source: str
    request_id: str
    reason: str
    changes: list[FieldChange]


def history_model(model: type[models.Model]) -> type[models.Model] | None:
    """The table of the model's past states; None when it keeps no history."""
    return audited_models().get(model._meta.label_lower)


def _tracked_fields(history: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in history._meta.concrete_fields
        if field.name not in _OWN_COLUMNS and field.name not in COUNTERS
    ]


def field_label(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    """What the pages call the model's column, its language included."""
    own = model._meta.get_field(field.name)
    name = str(getattr(own, "verbose_name", field.name))
    language = getattr(own, "_translated_field_language_code", "")
    return language_label(name, language) if language else capfirst(name)


def _reference_names(states: Iterable[Any]) -> ReferenceNames:
    """The names of all rows that these states refer to, in one query for each kind of row."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for state in states:
        for field in _tracked_fields(type(state)):
            value = field.value_from_object(state)
            if isinstance(field, models.ForeignKey) and value is not None:
                wanted.setdefault(field.related_model, set()).add(value)
    return {
        (target, pk): str(row)
        for target, keys in wanted.items()
        for pk, row in target._base_manager.select_related().in_bulk(keys).items()
    }


def _reference_name(field: Any, key: Any, names: ReferenceNames | None) -> str:
    if names is not None:
        return names.get((field.related_model, key), f"#{key}")
    row = field.related_model._base_manager.filter(pk=key).first()
    return str(row) if row is not None else f"#{key}"


def shown_value(field: models.Field[Any, Any], value: Any, names: ReferenceNames | None) -> str:
    """The column's value in words, "" for none; without `names` a reference is looked up."""
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return _reference_name(field, value, names)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, Decimal):
        return grouped_number(value)
    return _in_words(value, dict(field.flatchoices))


def _in_words(value: Any, choices: Mapping[Any, Any]) -> str:
    """A value that may hold others; pairs in a list are spans."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_in_words(part, choices)}" for key, part in value.items())
    parts = value if isinstance(value, list) else [value]
    return ", ".join(
        "–".join(map(str, part)) if isinstance(part, list) else _word(part, choices)
        for part in parts
    )


def _word(part: Any, choices: Mapping[Any, Any]) -> str:
    if isinstance(part, bool):
        return _("yes") if part else _("no")
    return str(choices.get(part, part))


def field_changes(
    model: type[models.Model],
    before: models.Model | None,
    after: models.Model | None,
    names: ReferenceNames,
) -> list[FieldChange]:
    """The fields in which two states of a row differ; a missing state has no values."""
    state = after or before
    if state is None:
        return []
    changes = []
    for field in _tracked_fields(type(state)):
        old = shown_value(field, field.value_from_object(before), names) if before else ""
        new = shown_value(field, field.value_from_object(after), names) if after else ""
        if old != new:
            changes.append(FieldChange(field_label(model, field), old, new))
    return changes


def _states(model: type[models.Model], pk: Any) -> models.QuerySet[Any] | None:
    history = history_model(model)
    if history is None:
        return None
    return history._default_manager.filter(pgh_obj_id=pk).order_by("-pgh_id")


def history_page(model: type[models.Model], pk: Any, number: int) -> Page[Any] | None:
    """A page of the row's changes, newest first; None when the model keeps no history."""
    states = _states(model, pk)
    if states is None:
        return None
    page = Paginator(states, ENTRIES_PER_PAGE).get_page(number)
    rows = list(page.object_list)
    older = states.filter(pgh_id__lt=rows[-1].pgh_id).first() if rows else None
    known = _reference_names([*rows, *([older] if older else [])])
    people = actor_names(_origin(row) for row in rows)
    entries = [
        _entry(model, row, before, known, people[_origin(row)])
        for row, before in zip(rows, [*rows[1:], older], strict=True)
    ]
    page.object_list = entries
    return page


def _origin(row: Any) -> tuple[str, str]:
    context = row.pgh_context or {}
    return context.get("actor", ""), context.get("source", "")


def _entry(
    model: type[models.Model], row: Any, before: Any, names: ReferenceNames, actor: str
) -> HistoryEntry:
    context = row.pgh_context or {}
    if row.pgh_label == "delete":
        kind, changes = _("deleted"), field_changes(model, row, None, names)
    elif row.pgh_label == "insert":
        kind, changes = _("added"), field_changes(model, None, row, names)
    else:
        kind, changes = _("changed"), field_changes(model, before, row, names)
    return HistoryEntry(
        number=row.pgh_id,
        time=row.pgh_created_at,
        kind=kind,
        is_change=row.pgh_label == "update",
        actor=actor,
        source=source_name(context.get("source", "")),
        request_id=context.get("request_id", ""),
        reason=shown_reason(context.get("reason", ""), context.get("actor", "")),
        changes=changes,
    )
