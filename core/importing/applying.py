"""Writing the rows of a checked run into their records in batches, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, models

from core.events.services import queue_event
from core.importing.batches import RowRefused, note_row, write_bisected
from core.importing.columns import Column, Reference, literal
from core.importing.models import ImportRow, Outcome, Phase, Written
from core.importing.staging import ROWS, Staging, change_count, run_sql

BATCH = 1_000
STREAM = "import"
#: The row's number, and key and version of its record.
WrittenRecord = tuple[Any, ...]


def apply_rows(staging: Staging, *, after_batch: Callable[[int], None]) -> None:
    """Write every new and changed row that is not written yet; `after_batch` gets how many are.

    Each batch commits by itself, with its event and the note of what it wrote: after a crash the
    next call goes on with the rest.
    """
    columns = staging.written_columns()
    done = 0
    for numbers in _waiting(staging):
        write_bisected(
            numbers,
            lambda part: _write(staging, columns, part),
            lambda number, refused: _refuse(staging, number, refused),
        )
        done += len(numbers)
        after_batch(done)


def _waiting(staging: Staging) -> Iterator[list[int]]:
    """The numbers of the rows to write, in batches; waves are not mixed."""
    rows = ImportRow.objects.filter(
        run=staging.run, outcome__in=[Outcome.NEW, Outcome.CHANGED], written=""
    )
    for wave in list(rows.order_by("wave").values_list("wave", flat=True).distinct()):
        last = 0
        while True:
            numbers = list(
                rows.filter(wave=wave, number__gt=last)
                .order_by("number")
                .values_list("number", flat=True)[:BATCH]
            )
            if not numbers:
                break
            yield numbers
            last = numbers[-1]


def _refuse(staging: Staging, number: int, refused: RowRefused) -> None:
    note_row(
        staging.run,
        number,
        phase=Phase.APPLY,
        code="refused_by_rule",
        written=Written.REFUSED,
        facts=refused.facts,
    )


def _write(staging: Staging, columns: Sequence[Column], numbers: Sequence[int]) -> None:
    """One batch, and the notes of what it did. The caller holds the unit of work."""
    seen = _lock_targets(staging, numbers)
    wanted = _without_unresolved(staging, columns, _without_stale(staging, numbers, seen))
    if not wanted:
        return
    changed = _update(staging, columns, wanted)
    added = _insert(staging, columns, wanted)
    _note_written(staging, wanted, added, changed)
    if added or changed:
        queue_event(
            stream_type=STREAM,
            stream_id=str(staging.run.pk),
            type=f"{staging.resource.stream}.imported",
            data={
                "run_id": str(staging.run.pk),
                "added_ids": sorted(key for _, key, _ in added),
                "changed_ids": sorted(key for _, key, _ in changed),
            },
        )


def _lock_targets(staging: Staging, numbers: Sequence[int]) -> dict[int, int]:
    """Key and version of the batch's records as they are now, locked in the order of their keys."""
    rows = run_sql(
        f"SELECT t.id, t.version FROM {staging.table} t WHERE t.id IN (SELECT r.target_id"
        f" FROM {ROWS} r WHERE r.run_id = %s AND r.number = ANY(%s)) ORDER BY t.id FOR UPDATE",
        [staging.run.pk, list(numbers)],
    )
    return {key: version for key, version in rows}


def _without_stale(staging: Staging, numbers: Sequence[int], seen: dict[int, int]) -> list[int]:
    """The rows whose record is as the dry run saw it, if there was one; the others are refused."""
    rows = ImportRow.objects.filter(run=staging.run, number__in=numbers, written="").order_by(
        "number"
    )
    fresh = []
    for number, target, version in rows.values_list("number", "target_id", "target_version"):
        if target is None or seen.get(target) == version:
            fresh.append(number)
        else:
            _refuse_stale(staging, number, "changed_meanwhile")
    return fresh


def _without_unresolved(
    staging: Staging, columns: Sequence[Column], numbers: Sequence[int]
) -> list[int]:
    """The rows whose references are there now; a row that they refer to may have been refused."""
    texts = [(staging.text(each), each) for each in columns if isinstance(each.kind, Reference)]
    if not texts:
        return list(numbers)
    lacking = " OR ".join(
        f"({text} <> '' AND {staging.cast(column, text)} IS NULL)" for text, column in texts
    )
    unresolved = run_sql(
        f"SELECT r.number FROM {ROWS} r WHERE r.run_id = %s AND r.number = ANY(%s)"
        f" AND ({lacking}) ORDER BY r.number",
        [staging.run.pk, list(numbers)],
    )
    refused = {number for (number,) in unresolved}
    for number in sorted(refused):
        _refuse_stale(staging, number, "unknown_reference")
    return [number for number in numbers if number not in refused]


def _refuse_stale(staging: Staging, number: int, code: str) -> None:
    note_row(staging.run, number, phase=Phase.APPLY, code=code, written=Written.REFUSED)


def _update(
    staging: Staging, columns: Sequence[Column], numbers: Sequence[int]
) -> list[WrittenRecord]:
    """Write what changes in the records that are there; they are locked."""
    names = [(literal(column.name), staging.stored_name(column), column) for column in columns]
    assignments = [
        f"{stored} = CASE WHEN r.changes ? {name}"
        f" THEN {staging.cast(column, staging.text(column))} ELSE t.{stored} END"
        for name, stored, column in names
    ]
    automatic = [str(field.column) for field in _dated(staging.resource.model) if field.auto_now]
    assignments += [f"{connection.ops.quote_name(name)} = now()" for name in automatic]
    return run_sql(
        f"UPDATE {staging.table} t SET {', '.join(assignments)} FROM {ROWS} r"
        " WHERE r.run_id = %s AND r.number = ANY(%s) AND t.id = r.target_id"
        " RETURNING r.number, t.id, t.version",
        [staging.run.pk, list(numbers)],
    )


def _insert(
    staging: Staging, columns: Sequence[Column], numbers: Sequence[int]
) -> list[WrittenRecord]:
    """Add the records that are not there; one that somebody added since the dry run stays.

    They get their keys before, by which it is known afterwards which row is which record.
    """
    fresh = run_sql(
        "SELECT r.number, nextval(pg_get_serial_sequence(%s, 'id')) FROM ("
        f"SELECT r.number FROM {ROWS} r WHERE r.run_id = %s AND r.number = ANY(%s)"
        f" AND r.target_id IS NULL AND NOT ({staging.is_stored()}) ORDER BY r.number) AS r",
        [staging.table, staging.run.pk, list(numbers)],
    )
    if not fresh:
        return []
    names, values, parameters = _insert_list(staging, columns)
    made = run_sql(
        f"INSERT INTO {staging.table} (id, {', '.join(names)})"
        f" SELECT fresh.id, {', '.join(values)} FROM unnest(%s::int[], %s::bigint[])"
        f" AS fresh (number, id) JOIN {ROWS} r ON r.run_id = %s AND r.number = fresh.number"
        " ORDER BY r.number RETURNING id, version",
        [*parameters, *_columns_of(fresh), staging.run.pk],
    )
    numbers_of = {key: number for number, key in fresh}
    return [(numbers_of[key], key, version) for key, version in made]


def _columns_of(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _dated(model: type[models.Model]) -> list[models.DateTimeField[Any, Any]]:
    """The columns that Django fills with the time of the write."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)
    ]


def _insert_list(
    staging: Staging, columns: Sequence[Column]
) -> tuple[list[str], list[str], list[Any]]:
    """Column names, the SQL of what each gets, and the parameters of that.

    A column of the file gets the row's value, else the model's default; one that is not in the file
    the default, unless the database has one of its own.
    """
    model = staging.resource.model
    given = {staging.stored_name(column): column for column in columns}
    dated = {field.column for field in _dated(model)}
    names: list[str] = []
    values: list[str] = []
    parameters: list[Any] = []
    for field in model._meta.concrete_fields:
        name = connection.ops.quote_name(str(field.column))
        if field.primary_key or field.generated:
            continue
        if field.column in dated:
            values.append("now()")
        elif name in given:
            column = given[name]
            own = staging.cast(column, staging.text(column))
            values.append(
                f"CASE WHEN r.values ? {literal(column.name)} THEN {own}"
                f" ELSE %s::{field.db_type(connection)} END"
            )
            parameters.append(_default(field))
        elif field.has_db_default():
            continue
        else:
            values.append(f"%s::{field.db_type(connection)}")
            parameters.append(_default(field))
        names.append(name)
    return names, values, parameters


def _default(field: Any) -> Any:
    value = field.get_default()
    if value is None and not field.null and field.empty_strings_allowed:
        value = ""
    return field.get_db_prep_save(value, connection)


def _note_written(
    staging: Staging,
    numbers: Sequence[int],
    added: Sequence[WrittenRecord],
    changed: Sequence[WrittenRecord],
) -> None:
    for written, records in ((Written.ADDED, added), (Written.CHANGED, changed)):
        if records:
            change_count(
                f"UPDATE {ROWS} r SET written = %s, target_id = done.id,"
                " version_after = done.version"
                " FROM unnest(%s::int[], %s::bigint[], %s::int[]) AS done (number, id, version)"
                " WHERE r.run_id = %s AND r.number = done.number",
                [written, *_columns_of(records), staging.run.pk],
            )
    unwritten = ImportRow.objects.filter(run=staging.run, number__in=numbers, written="")
    for number in unwritten.values_list("number", flat=True):
        _refuse_stale(staging, number, "added_meanwhile")
