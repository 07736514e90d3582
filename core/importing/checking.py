"""The dry run: every row typed and checked, by sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial

from core.importing.columns import Column, JsonObject, Reference, literal
from core.importing.comparing import MOST_WAVES, compare_rows
from core.importing.models import ImportFinding, Level, Phase
from core.importing.remarks import is_remark
from core.importing.resources import RowProblem, SetCheck
from core.importing.samples import LEFT_OUT
from core.importing.staging import INTO_FINDINGS, ROWS, Staging, run_sql

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
        ("rows are compared with the records", partial(compare_rows, staging)),
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
        if text and place not in run.mapping.values() and not is_remark(text)
    ]
    noted = [(1, *each) for each in found]
    noted += [
        (number, Level.WARNING, "", "sample_left_out", "")
        for number in run.options.get(LEFT_OUT, ())
    ]
    ImportFinding.objects.bulk_create(
        ImportFinding(
            run=run,
            phase=Phase.CHECK,
            level=level,
            number=number,
            column=column,
            code=code,
            value=value,
        )
        for number, level, column, code, value in noted
    )


def _find_untyped(staging: Staging, column: Column) -> None:
    cell = staging.cell(column)
    problems = column.kind.problems(cell)
    if not problems:
        return
    whens = " ".join(f"WHEN {each.condition} THEN {literal(each.code)}" for each in problems)
    run_sql(
        f"{INTO_FINDINGS}, 'error', r.number, %s, found.code, left({cell}, 200), %s::jsonb"
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
        f"{INTO_FINDINGS}, %s, r.number, %s, %s, left(COALESCE({shown}, ''), 200), %s::jsonb"
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
        f"{INTO_FINDINGS}, given.level, r.number, given.name, given.code,"
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
            f"{INTO_FINDINGS}, 'error', r.number, %s, 'unknown_reference',"
            f" left({text}, 200), '{{}}'"
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
