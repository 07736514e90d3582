"""The audit trail: who changed what, when and why, read from the history tables.

One reading for all tracked models: what there is to say about a model comes from the registry of
history tables. Secrets and personal fields have no column there, so nothing here can show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value, Window
from django.db.models.functions import Lag, Lead
from pghistory.core import event_models
from pgtrigger import IsDistinctFrom

from core.history.errors import HistoryNotFound
from core.tenancy import visible_states

#: How many of the newest matching changes of each model the lists over all models look through.
REACH = 2000
#: How many changes somebody who was slower is told about.
LATEST = 50
#: Entries read at a time while a whole history is written out.
BATCH = 500
_DELETE, _UPDATE = "delete", "update"
_JSON_TYPES = (bool, int, str, Decimal, datetime, list, dict)

HistoryModel = type[models.Model]
States = models.QuerySet[Any]


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which changes are asked for. Empty parts do not narrow; `until` is exclusive.

    `reader` is the account that may see no more than the rows of its organization; None sees all.

    `actor` is "system" or "user:<id>". `field` holds for one object's trail only: the changes in
    which that field got another value, or that added or removed a row in which it had one.
    """

    actor: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    field: str = ""
    reader: Any = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change of one row.

    `changes` maps a field to its `old` and `new` value: of an insert all fields with a value as
    new, of a delete as old. A reference is the key of what it points to.
    """

    id: str
    model: str
    object_id: str
    operation: str
    changed_at: datetime
    actor: str
    source: str
    request_id: str
    reason: str
    changes: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A part of the answer, and how many entries the whole has."""

    entries: list[AuditEntry]
    total: int


@cache
def audited_models() -> dict[str, HistoryModel]:
    """Label of each tracked model, in lower case, to its history table."""
    tables: list[Any] = event_models()
    return {table.pgh_tracked_model._meta.label_lower: table for table in tables}


def tracked_model(label: str) -> type[models.Model]:
    """The model behind a label such as `catalog.product`. Raises HistoryNotFound."""
    table: Any = audited_models().get(label.lower())
    if table is None:
        raise HistoryNotFound()
    model: type[models.Model] = table.pgh_tracked_model
    return model


def audited_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields whose values the history holds, without the key and the version.

    The version steps with every change: telling it would repeat that there was one.
    """
    table = audited_models()[model._meta.label_lower]
    untold = {model._meta.pk.name if model._meta.pk else "", "version"}
    return [
        field
        for field in table._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name not in untold
    ]


def object_trail(
    model: type[models.Model], object_id: str, question: AuditQuestion, *, skip: int, limit: int
) -> AuditPage:
    """Changes of one row, newest first. Raises HistoryNotFound for a row without any."""
    states = _object_states(model, object_id, question)
    rows = list(states.order_by("-pgh_id")[skip : skip + limit])
    return AuditPage(_entries(model, rows), states.count())


def count_changes(model: type[models.Model], object_id: str, question: AuditQuestion) -> int:
    """How many changes of one row match. Raises HistoryNotFound for a row without any."""
    return _object_states(model, object_id, question).count()


def whole_trail(
    model: type[models.Model], object_id: str, question: AuditQuestion
) -> Iterator[AuditEntry]:
    """All changes of one row, newest first, read in batches as they are consumed.

    Raises HistoryNotFound, at the call, for a row without any.
    """
    return _in_batches(model, _object_states(model, object_id, question).order_by("-pgh_id"))


def combined_trail(
    among: Iterable[type[models.Model]], question: AuditQuestion, *, skip: int, limit: int
) -> AuditPage:
    """Changes of all rows of these models, newest first: of each model the newest `REACH`.

    At most two queries for each model on the page and two more. Narrow by time to see further
    back. `question.field` is not looked at.
    """
    parts = [_keys(model, question) for model in among]
    if not parts:
        return AuditPage([], 0)
    found = parts[0].union(*parts[1:], all=True)
    keys = list(found.order_by("-at", "label", "-key")[skip : skip + limit])
    return AuditPage(_entries_of_keys(keys), found.count())


def changes_of_request(request_id: str, *, limit: int) -> list[AuditEntry]:
    """What one request changed in rows of any model, newest first.

    Among the newest `REACH` changes of each model: the request id has no index in the history
    tables, which would cost every bulk write.
    """
    parts = []
    for label, table in audited_models().items():
        states = table._default_manager
        newest = states.order_by("-pgh_id").values("pgh_id")[:REACH]
        found = states.filter(pgh_id__in=newest, pgh_context__request_id=request_id)
        parts.append(found.values(label=Value(label), key=F("pgh_id"), at=F("pgh_created_at")))
    every = parts[0].union(*parts[1:], all=True)
    return _entries_of_keys(list(every.order_by("-at", "label", "-key")[:limit]))


def changes_since_version(
    row: models.Model, version: int
) -> tuple[AuditEntry | None, dict[str, dict[str, Any]]]:
    """The row's latest change, and {field: {old, new}} between that version and the present state.

    The change is None for a row without history, the difference empty for an unknown version.
    """
    model = type(row)
    states = _all_states(model, str(row.pk)).order_by("-pgh_id")
    newest, seen = states.first(), states.filter(version=version).first()
    if newest is None:
        return None, {}
    entry = _entries(model, [newest])[0]
    return entry, _differences(audited_fields(model), seen, newest) if seen else {}


def entries_after_version(row: models.Model, version: int) -> list[AuditEntry]:
    """The row's latest changes since that version, newest first, at most `LATEST`."""
    states = _all_states(type(row), str(row.pk)).filter(version__gt=version)
    return _entries(type(row), list(states.order_by("-pgh_id")[:LATEST]))


def later_entries(entry: AuditEntry) -> list[AuditEntry]:
    """Changes of the entry's row after it, newest first, at most `REACH`."""
    model = tracked_model(entry.model)
    number = int(entry.id.rpartition(":")[2])
    states = _all_states(model, entry.object_id).filter(pgh_id__gt=number)
    return _entries(model, list(states.order_by("-pgh_id")[:REACH]))


def object_entry(model: type[models.Model], object_id: str, number: int) -> AuditEntry:
    """One change of one row by its number. Raises HistoryNotFound."""
    states = list(_all_states(model, object_id).filter(pgh_id=number))
    if not states:
        raise HistoryNotFound()
    return _entries(model, states)[0]


def has_trail(model: type[models.Model], object_id: str) -> bool:
    """Whether the row was ever recorded."""
    return _all_states(model, object_id).exists()


def _keys(model: type[models.Model], question: AuditQuestion) -> States:
    label = model._meta.label_lower
    states = audited_models()[label]._default_manager
    # By key, which has an index, and which grows with time: no search through the whole table.
    newest = (
        _seen(model, states.filter(_matches(question)), question)
        .order_by("-pgh_id")
        .values("pgh_id")[:REACH]
    )
    return states.filter(pgh_id__in=newest).values(
        label=Value(label), key=F("pgh_id"), at=F("pgh_created_at")
    )


def _entries_of_keys(keys: Sequence[dict[str, Any]]) -> list[AuditEntry]:
    wanted: dict[str, list[int]] = {}
    for key in keys:
        wanted.setdefault(key["label"], []).append(key["key"])
    entries = {
        entry.id: entry
        for label, numbers in wanted.items()
        for entry in _entries(
            tracked_model(label),
            list(audited_models()[label]._default_manager.filter(pgh_id__in=numbers)),
        )
    }
    return [entries[f"{key['label']}:{key['key']}"] for key in keys]


def _matches(question: AuditQuestion) -> Q:
    condition = Q()
    if question.actor:
        condition &= Q(pgh_context__actor=question.actor)
    if question.source:
        condition &= Q(pgh_context__source=question.source)
    if question.since:
        condition &= Q(pgh_created_at__gte=question.since)
    if question.until:
        condition &= Q(pgh_created_at__lt=question.until)
    return condition


def _all_states(model: type[models.Model], object_id: str) -> States:
    table = audited_models()[model._meta.label_lower]
    try:
        key = model._meta.pk.clean(object_id, None) if model._meta.pk else None
    except ValidationError:
        raise HistoryNotFound() from None
    states: States = table._default_manager.filter(pgh_obj_id=key)
    return states


def _object_states(model: type[models.Model], object_id: str, question: AuditQuestion) -> States:
    every = _seen(model, _all_states(model, object_id), question)
    if not every.exists():
        raise HistoryNotFound()
    states = every.filter(_matches(question))
    if question.field:
        states = states.filter(pgh_id__in=_changing(every, question.field))
    return states


def _seen(model: type[models.Model], states: States, question: AuditQuestion) -> States:
    return visible_states(states, model, question.reader) if question.reader else states


def _changing(states: States, field: str) -> States:
    """Keys of one row's states in which the field differs from the state before."""
    column = states.model._meta.get_field(field)
    kept: Any = getattr(column, "target_field", column)
    empty = Q(**{f"{field}__isnull": True})
    if isinstance(kept, models.CharField | models.TextField):
        empty |= Q(**{field: ""})
    before = Window(Lag(F(column.attname)), order_by=F("pgh_id").asc(), output_field=kept)
    differs = Q(IsDistinctFrom(F("_before"), F(column.attname)))
    condition = (Q(pgh_label=_UPDATE) & differs) | (~Q(pgh_label=_UPDATE) & ~empty)
    changing: States = states.annotate(_before=before).filter(condition).values("pgh_id")
    return changing


def _in_batches(model: type[models.Model], states: States) -> Iterator[AuditEntry]:
    rows = list(states[:BATCH])
    while rows:
        yield from _entries(model, rows)
        rows = list(states.filter(pgh_id__lt=rows[-1].pgh_id)[:BATCH])


def _states_before(rows: Sequence[Any]) -> dict[int, Any]:
    """For each updated state the state of the same row before it, in one query.

    One pass over the histories of the rows concerned: a look-up for each state would tempt the
    planner to search the whole table backwards.
    """
    updated = [row for row in rows if row.pgh_label == _UPDATE]
    if not updated:
        return {}
    found = (
        type(updated[0])
        ._default_manager.filter(
            pgh_obj_id__in={row.pgh_obj_id for row in updated},
            pgh_id__lte=max(row.pgh_id for row in updated),
        )
        .annotate(
            _next=Window(Lead("pgh_id"), partition_by=F("pgh_obj_id"), order_by=F("pgh_id").asc())
        )
        .filter(_next__in=[row.pgh_id for row in updated])
    )
    return {state._next: state for state in found}


def _entries(model: type[models.Model], rows: Sequence[Any]) -> list[AuditEntry]:
    before = _states_before(rows)
    fields = audited_fields(model)
    return [_entry(model, row, _changes(fields, row, before.get(row.pgh_id))) for row in rows]


def _entry(model: type[models.Model], row: Any, changes: dict[str, dict[str, Any]]) -> AuditEntry:
    label = model._meta.label_lower
    context = row.pgh_context or {}
    return AuditEntry(
        id=f"{label}:{row.pgh_id}",
        model=label,
        object_id=str(row.pgh_obj_id),
        operation=row.pgh_label,
        changed_at=row.pgh_created_at,
        actor=context.get("actor", ""),
        source=context.get("source", ""),
        request_id=context.get("request_id", ""),
        reason=context.get("reason", ""),
        changes=changes,
    )


def _changes(
    fields: Iterable[models.Field[Any, Any]], row: Any, before: Any
) -> dict[str, dict[str, Any]]:
    if row.pgh_label == _UPDATE:
        return _differences(fields, before, row)
    held = {field.name: _plain(field, row) for field in fields}
    held = {name: value for name, value in held.items() if value is not None and value != ""}
    if row.pgh_label == _DELETE:
        return {name: {"old": value, "new": None} for name, value in held.items()}
    return {name: {"old": None, "new": value} for name, value in held.items()}


def _differences(
    fields: Iterable[models.Field[Any, Any]], before: Any, after: Any
) -> dict[str, dict[str, Any]]:
    """{field: {old, new}} of two states; a missing one has no values."""
    pairs = {field.name: (_plain(field, before), _plain(field, after)) for field in fields}
    return {name: {"old": old, "new": new} for name, (old, new) in pairs.items() if old != new}


def _plain(field: models.Field[Any, Any], state: Any) -> Any:
    """The field's value as JSON has it; None when there is no state."""
    value = field.value_from_object(state) if state is not None else None
    return value if value is None or isinstance(value, _JSON_TYPES) else str(value)
