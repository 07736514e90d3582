"""Taking an import back: what it added goes, what it changed is set back, unless others touched it.

The values before are those that the dry run noted; a record is written, and set back, only at the
version it was seen at, so they are the ones its history has. Personal fields, which history does
not hold, come back too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from core.events.services import queue_event
from core.importing.applying import STREAM
from core.importing.batches import RowRefused, note_row, write_bisected
from core.importing.columns import Column, Reference, Texts, literal
from core.importing.models import ImportRow, Phase, Written
from core.importing.staging import ROWS, Staging, run_sql
from core.references.fields import referring_fields

BATCH = 500
_UNDOABLE = (Written.ADDED, Written.CHANGED)


def undo_rows(staging: Staging, *, after_batch: Callable[[int], None]) -> None:
    """Take back every written row, the last first; `after_batch` gets how many are looked at.

    Each batch commits by itself, as in applying. What cannot be taken back is told row by row.
    """
    columns = staging.written_columns()
    done = 0
    for numbers in _written_rows(staging):
        write_bisected(
            numbers,
            lambda part: _take_back(staging, columns, part),
            lambda number, refused: _keep_refused(staging, number, refused),
        )
        done += len(numbers)
        after_batch(done)


def _written_rows(staging: Staging) -> Iterator[list[int]]:
    while True:
        rows = list(
            ImportRow.objects.filter(run=staging.run, written__in=_UNDOABLE)
            .order_by("-wave", "-number")
            .values_list("wave", "number")[:BATCH]
        )
        if not rows:
            return
        yield [number for wave, number in rows if wave == rows[0][0]]


def _keep_refused(staging: Staging, number: int, refused: RowRefused) -> None:
    note_row(
        staging.run,
        number,
        phase=Phase.UNDO,
        code="cannot_be_undone",
        written=Written.KEPT,
        facts=refused.facts,
    )


def _take_back(staging: Staging, columns: Sequence[Column], numbers: Sequence[int]) -> None:
    """One batch. The caller holds the unit of work."""
    rows = {
        number: (int(target or 0), written)
        for number, target, written in ImportRow.objects.filter(
            run=staging.run, number__in=numbers, written__in=_UNDOABLE
        ).values_list("number", "target_id", "written")
    }
    untouched = _lock_untouched(staging, list(rows))
    for number in sorted(set(rows) - set(untouched)):
        note_row(staging.run, number, phase=Phase.UNDO, code="changed_since", written=Written.KEPT)
    added = [number for number in untouched if rows[number][1] == Written.ADDED]
    in_use = _referred_to(staging, [rows[number][0] for number in added])
    removed = [number for number in added if rows[number][0] not in in_use]
    used = [number for number in added if rows[number][0] in in_use]
    changed = [number for number in untouched if rows[number][1] == Written.CHANGED]
    _remove(staging, removed)
    _set_back(staging, columns, changed)
    _switch_off(staging, used)
    _tell(
        staging,
        removed=[rows[number][0] for number in removed],
        set_back=[rows[number][0] for number in changed],
        deactivated=[rows[number][0] for number in used],
    )


def _lock_untouched(staging: Staging, numbers: list[int]) -> list[int]:
    """Rows whose record is at the version that the import gave it; the records are locked."""
    rows = run_sql(
        f"SELECT r.number FROM {ROWS} r JOIN {staging.table} t ON t.id = r.target_id"
        " WHERE r.run_id = %s AND r.number = ANY(%s) AND t.version = r.version_after"
        " ORDER BY t.id FOR UPDATE OF t",
        [staging.run.pk, numbers],
    )
    return [number for (number,) in rows]


def _referred_to(staging: Staging, keys: list[int]) -> set[int]:
    """Those of the records that some other record refers to; histories do not count."""
    found: set[int] = set()
    for referring in referring_fields(staging.resource.model):
        field = referring.field
        if field.many_to_many:
            continue
        rows = referring.model._base_manager.filter(**{f"{field.name}__in": keys}).order_by()
        found |= set(rows.values_list(field.attname, flat=True).distinct())
    return found


def _remove(staging: Staging, numbers: list[int]) -> None:
    run_sql(
        f"DELETE FROM {staging.table} t USING {ROWS} r WHERE t.id = r.target_id"
        " AND r.run_id = %s AND r.number = ANY(%s)",
        [staging.run.pk, numbers],
    )
    _mark(staging, numbers, Written.REMOVED)


def _set_back(staging: Staging, columns: Sequence[Column], numbers: list[int]) -> None:
    if not numbers:
        return
    assignments = []
    for column in columns:
        name = staging.stored_name(column)
        old = _old_value(staging, column)
        assignments.append(
            f"{name} = CASE WHEN r.changes ? {literal(column.name)} THEN {old} ELSE t.{name} END"
        )
    run_sql(
        f"UPDATE {staging.table} t SET {', '.join(assignments)} FROM {ROWS} r"
        " WHERE t.id = r.target_id AND r.run_id = %s AND r.number = ANY(%s)",
        [staging.run.pk, numbers],
    )
    _mark(staging, numbers, Written.SET_BACK)


def _old_value(staging: Staging, column: Column) -> str:
    """SQL of what the record had before."""
    place = "old_id" if isinstance(column.kind, Reference) else "old"
    path = f"ARRAY[{literal(column.name)}, '{place}']"
    if isinstance(column.kind, Texts):
        texts = f"SELECT jsonb_array_elements_text(r.changes #> {path})"
        return f"ARRAY({texts})::{_type(staging, column)}"
    return f"(r.changes #>> {path})::{_type(staging, column)}"


def _type(staging: Staging, column: Column) -> str:
    field: Any = staging.resource.model._meta.get_field(column.name)
    return str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection))


def _switch_off(staging: Staging, numbers: list[int]) -> None:
    """What others refer to stays, inactive where there is such a thing."""
    names = {field.name for field in staging.resource.model._meta.concrete_fields}
    for number in numbers:
        has_switch = "is_active" in names
        note_row(
            staging.run,
            number,
            phase=Phase.UNDO,
            code="still_in_use" if has_switch else "changed_since",
            written=Written.DEACTIVATED if has_switch else Written.KEPT,
        )
    if "is_active" in names:
        run_sql(
            f"UPDATE {staging.table} t SET is_active = false FROM {ROWS} r"
            " WHERE t.id = r.target_id AND r.run_id = %s AND r.number = ANY(%s)",
            [staging.run.pk, numbers],
        )


def _mark(staging: Staging, numbers: list[int], written: Written) -> None:
    ImportRow.objects.filter(run=staging.run, number__in=numbers).update(written=written)


def _tell(
    staging: Staging, *, removed: list[int], set_back: list[int], deactivated: list[int]
) -> None:
    if removed or set_back or deactivated:
        queue_event(
            stream_type=STREAM,
            stream_id=str(staging.run.pk),
            type=f"{staging.resource.stream}.import_undone",
            data={
                "run_id": str(staging.run.pk),
                "removed_ids": sorted(removed),
                "set_back_ids": sorted(set_back),
                "deactivated_ids": sorted(deactivated),
            },
        )
