"""The dry run: every row typed, checked and compared with what is stored, by sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial

from core.importing.columns import Column, JsonObject, Reference, literal
from core.importing.models import ImportFinding, Level, Phase
from core.importing.resources import RowProblem, SetCheck
from core.importing.staging import ROWS, Staging, run_sql

FINDINGS = ImportFinding._meta.db_table
#: How far rows of a file may refer to each other.
MOST_WAVES = 50
_INTO = (
    f'INSERT INTO {FINDINGS} (run_id, phase, level, number, "column", code, value, facts)'
    " SELECT r.run_id, 'check'"
)

Step = tuple[str, Callable[[], None]]


def check_steps(staging: Staging) -> list[Step]:
    """The parts of the dry run, in order: what each is called, and what does it.

    Each may run in a transaction of its own; the first forgets what an earlier dry run found.
    """
    return [
        ("rows are typed", partial(_type_rows, staging)),
        ("rows are checked", partial(_check_rows, staging)),
        ("what follows is filled in", partial(_derive, staging)),
        ("references are looked up", partial(_check_references, staging)),
        ("rows are compared with the records", partial(_compare, staging)),
    ]


def _type_rows(staging: Staging) -> None:
    ImportFinding.objects.filter(run=staging.run).delete()
    staging.set_values()
    _find_headings(staging)
    for column in staging.mapped():
        _find_untyped(staging, column)
        if column.is_required:
            _add_findings(staging, column, f"{staging.cell(column)} = ''", "required")


def _find_headings(staging: Staging) -> None:
    """Columns that must be there and are not, and headings that nothing is taken from."""
    run, resource = staging.run, staging.resource
    found = [
        (Level.ERROR, column.name, "column_missing", "")
        for column in resource.columns
        if column.is_required and column.name not in run.mapping
    ]
    found += [
        (Level.WARNING, "", "column_unknown", text)
        for place, text in enumerate(run.headings)
        if text and place not in run.mapping.values()
    ]
    ImportFinding.objects.bulk_create(
        ImportFinding(
            run=run, phase=Phase.CHECK, level=level, number=1, column=column, code=code, value=value
        )
        for level, column, code, value in found
    )


def _find_untyped(staging: Staging, column: Column) -> None:
    cell = staging.cell(column)
    problems = column.kind.problems(cell)
    if not problems:
        return
    whens = " ".join(f"WHEN {each.condition} THEN {literal(each.code)}" for each in problems)
    run_sql(
        f"{_INTO}, 'error', r.number, %s, found.code, left({cell}, 200), %s::jsonb"
        f" FROM {ROWS} r CROSS JOIN LATERAL (SELECT CASE {whens} END AS code) AS found"
        f" WHERE r.run_id = %s AND {cell} <> '' AND found.code IS NOT NULL ORDER BY r.number",
        [column.name, json.dumps(column.kind.facts()), staging.run.pk],
    )


def _add_findings(
    staging: Staging, column: Column, condition: str, code: str, level: str = "error"
) -> None:
    """A finding of the column in every row for which the SQL condition on `r` holds."""
    shown = staging.cell(column) if column.name in staging.run.mapping else staging.text(column)
    run_sql(
        f"{_INTO}, %s, r.number, %s, %s, left(COALESCE({shown}, ''), 200), %s::jsonb"
        f" FROM {ROWS} r WHERE r.run_id = %s AND ({condition}) ORDER BY r.number",
        [level, column.name, code, json.dumps(column.kind.facts()), staging.run.pk],
    )


def _check_rows(staging: Staging) -> None:
    resource = staging.resource
    for check in resource.set_checks:
        level = _level(staging, check)
        _add_findings(staging, resource.column(check.column), check.condition, check.code, level)
    objects = [column for column in staging.mapped() if isinstance(column.kind, JsonObject)]
    row_check = resource.row_check
    if not objects and row_check is None:
        return
    for batch in staging.batches():
        problems = [
            RowProblem(row.number, column.name, "not_an_object")
            for column in objects
            for row in batch
            if row.values.get(column.name) and not _is_object(str(row.values[column.name]))
        ]
        _store_problems(staging, problems)
        _forget_values(staging, problems)
        if row_check is not None:
            _store_problems(staging, row_check(batch))


def _level(staging: Staging, check: SetCheck | RowProblem) -> str:
    is_soft = check.is_soft and bool(staging.run.options.get("legacy"))
    return Level.WARNING if is_soft else Level.ERROR


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict) and "\\u0000" not in text
    except (ValueError, RecursionError):
        return False


def _store_problems(staging: Staging, problems: Iterable[RowProblem]) -> None:
    found = list(problems)
    if not found:
        return
    run_sql(
        f"{_INTO}, given.level, r.number, given.name, given.code,"
        " left(COALESCE(r.values->>given.name, ''), 200), given.facts"
        f" FROM {ROWS} r JOIN unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::jsonb[])"
        " AS given (number, name, code, level, facts) ON given.number = r.number"
        " WHERE r.run_id = %s ORDER BY r.number",
        [
            [each.number for each in found],
            [each.column for each in found],
            [each.code for each in found],
            [_level(staging, each) for each in found],
            [json.dumps(dict(each.facts or {})) for each in found],
            staging.run.pk,
        ],
    )


def _forget_values(staging: Staging, problems: list[RowProblem]) -> None:
    """Values that cannot be cast are left out, as those that SQL found."""
    if problems:
        run_sql(
            f'UPDATE {ROWS} r SET "values" = r.values - given.name'
            " FROM unnest(%s::int[], %s::text[]) AS given (number, name)"
            " WHERE r.run_id = %s AND r.number = given.number",
            [
                [each.number for each in problems],
                [each.column for each in problems],
                staging.run.pk,
            ],
        )


def _derive(staging: Staging) -> None:
    if staging.resource.derive is not None:
        staging.resource.derive(staging)


def _check_references(staging: Staging) -> None:
    for column in staging.written_columns():
        if not isinstance(column.kind, Reference):
            continue
        text = staging.text(column)
        seen, parameters = staging.visible(staging.target_of(column))
        is_known = f"{staging.cast(column, text)} IN ({seen})"
        if column.kind.within:
            key = literal(staging.resource.key)
            is_known += (
                f" OR EXISTS (SELECT FROM {ROWS} other WHERE other.run_id = r.run_id"
                f" AND other.values->>{key} = {text})"
            )
        run_sql(
            f"{_INTO}, 'error', r.number, %s, 'unknown_reference', left({text}, 200), '{{}}'"
            f" FROM {ROWS} r WHERE ({is_known}) IS NOT TRUE AND {text} <> '' AND r.run_id = %s",
            [column.name, *parameters, staging.run.pk],
        )
        if column.kind.within:
            _set_waves(staging, column)


def _set_waves(staging: Staging, column: Column) -> None:
    """Rows that another row of the file refers to are written in an earlier wave."""
    key, text = literal(staging.resource.key), staging.text(column)
    above = (
        f"SELECT FROM {ROWS} above WHERE above.run_id = r.run_id"
        f" AND above.values->>{key} = {text} AND above.wave = -1"
    )
    run_sql(f"UPDATE {ROWS} r SET wave = -1 WHERE run_id = %s AND {text} <> ''", [staging.run.pk])
    for wave in range(1, MOST_WAVES):
        with_parents = run_sql(
            f"UPDATE {ROWS} r SET wave = %s WHERE r.run_id = %s AND r.wave = -1"
            f" AND NOT EXISTS ({above}) RETURNING 1",
            [wave, staging.run.pk],
        )
        if not with_parents:
            break
    _add_findings(staging, column, "r.wave = -1", "refers_in_a_circle")


def _compare(staging: Staging) -> None:
    _find_repeated_keys(staging)
    _find_targets(staging)
    _set_changes(staging)
    _set_order(staging)
    failing = (
        f"EXISTS (SELECT FROM {FINDINGS} f WHERE f.run_id = r.run_id AND f.level = 'error'"
        " AND f.number IN (1, r.number))"
    )
    run_sql(
        f"UPDATE {ROWS} r SET outcome = CASE WHEN {failing} THEN 'failing'"
        " WHEN target_id IS NULL THEN 'new' WHEN changes = '{}' THEN 'unchanged'"
        " ELSE 'changed' END WHERE run_id = %s",
        [staging.run.pk],
    )
    for column in staging.written_columns():
        if isinstance(column.kind, Reference) and column.kind.within:
            _fail_below_failing(staging, column)


def _fail_below_failing(staging: Staging, column: Column) -> None:
    """Rows that refer to a new row that will not be written cannot be written either."""
    key, text = literal(staging.resource.key), staging.text(column)
    missing = (
        f"{text} <> '' AND {staging.cast(column, text)} IS NULL AND EXISTS ("
        f"SELECT FROM {ROWS} above WHERE above.run_id = r.run_id AND above.outcome = 'failing'"
        f" AND above.values->>{key} = {text})"
    )
    for _ in range(MOST_WAVES):
        found = run_sql(
            f"WITH failed AS (UPDATE {ROWS} r SET outcome = 'failing' WHERE r.run_id = %s"
            f" AND r.outcome <> 'failing' AND {missing} RETURNING r.*)"
            f" {_INTO}, 'error', r.number, %s, 'refers_to_failing', left({text}, 200), '{{}}'"
            " FROM failed r RETURNING 1",
            [staging.run.pk, column.name],
        )
        if not found:
            return


def _set_order(staging: Staging) -> None:
    """Rows that must come first are written in an earlier wave than the others."""
    if staging.resource.first:
        run_sql(
            f"UPDATE {ROWS} r SET wave = wave + 1 WHERE run_id = %s"
            f" AND ({staging.resource.first}) IS NOT TRUE",
            [staging.run.pk],
        )


def _find_repeated_keys(staging: Staging) -> None:
    key = staging.text(staging.resource.column(staging.resource.key))
    run_sql(
        f"{_INTO}, 'error', r.number, %s, 'twice_in_file', left(r.key, 200),"
        " jsonb_build_object('first', r.first) FROM ("
        f"SELECT r.run_id, r.number, {key} AS key, count(*) OVER same AS count,"
        f" min(r.number) OVER same AS first FROM {ROWS} r"
        f" WHERE r.run_id = %s AND {key} <> '' WINDOW same AS (PARTITION BY {key})"
        ") AS r WHERE r.count > 1 ORDER BY r.number",
        [staging.resource.key, staging.run.pk],
    )


def _find_targets(staging: Staging) -> None:
    """The record that each row is about; one that is somebody else's is an error."""
    column = staging.resource.column(staging.resource.key)
    stored, key = staging.stored_name(column), staging.text(column)
    run_sql(
        f"UPDATE {ROWS} r SET target_id = t.id, target_version = t.version"
        f" FROM {staging.table} t WHERE r.run_id = %s AND t.{stored} = {key}",
        [staging.run.pk],
    )
    seen, parameters = staging.visible(staging.resource.model)
    run_sql(
        f"{_INTO}, 'error', r.number, %s, 'used_elsewhere', left({key}, 200), '{{}}'"
        f" FROM {ROWS} r WHERE target_id IS NOT NULL AND target_id NOT IN ({seen})"
        " AND r.run_id = %s",
        [column.name, *parameters, staging.run.pk],
    )
    run_sql(
        f"UPDATE {ROWS} r SET target_id = NULL, target_version = NULL"
        f" WHERE target_id NOT IN ({seen}) AND run_id = %s",
        [*parameters, staging.run.pk],
    )


def _set_changes(staging: Staging) -> None:
    parts = [
        _change(staging, column)
        for column in staging.written_columns()
        if column.name != staging.resource.key
    ]
    if not parts:
        return
    run_sql(
        f"UPDATE {ROWS} r SET changes = {' || '.join(parts)}"
        f" FROM {staging.table} t WHERE r.run_id = %s AND t.id = r.target_id",
        [staging.run.pk],
    )


def _change(staging: Staging, column: Column) -> str:
    """SQL of `{column: {old, new}}` when the row gives the record `t` another value, else `{}`."""
    old, new = staging.shown_old(column), staging.shown_new(column)
    differs = f"{old} IS DISTINCT FROM {new}"
    if column.kind.sql_type == "text":
        # White space around a stored text is none that a file could carry.
        stored, space = f"t.{staging.stored_name(column)}", "E' \\t\\r\\n'"
        differs = (
            f"btrim(COALESCE({stored}, ''), {space}) <> btrim({staging.text(column)}, {space})"
        )
    before = ""
    if isinstance(column.kind, Reference):
        before = f", 'old_id', t.{staging.stored_name(column)}"
    name = literal(column.name)
    return (
        f"CASE WHEN r.values ? {name} AND {differs} THEN jsonb_build_object({name},"
        f" jsonb_build_object('old', {old}, 'new', {new}{before})) ELSE '{{}}'::jsonb END"
    )
