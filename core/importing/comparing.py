"""The end of the dry run: which record each row is about, and what it would change."""

from __future__ import annotations

from core.importing.columns import Column, Reference, literal
from core.importing.resources import Key
from core.importing.staging import FINDINGS, INTO_FINDINGS, ROWS, Staging, run_sql

#: How far rows of a file may refer to each other.
MOST_WAVES = 50


def compare_rows(staging: Staging) -> None:
    """Find each row's record and what it would change; every row gets its outcome."""
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
            f" {INTO_FINDINGS}, 'error', r.number, %s, 'refers_to_failing',"
            f" left({text}, 200), '{{}}' FROM failed r RETURNING 1",
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
    """Rows with a key that another row of the file has too."""
    for key in staging.resource.every_key:
        column = key.columns[-1]
        text = staging.text(staging.resource.column(column))
        run_sql(
            f"{INTO_FINDINGS}, 'error', r.number, %s, 'twice_in_file', left(r.text, 200),"
            " jsonb_build_object('first', r.first) FROM ("
            f"SELECT r.run_id, r.number, {text} AS text, count(*) OVER same AS count,"
            f" min(r.number) OVER same AS first FROM {ROWS} r"
            f" WHERE r.run_id = %s AND {staging.has_key(key)}"
            f" WINDOW same AS (PARTITION BY {staging.folded_key(key)})"
            ") AS r WHERE r.count > 1 ORDER BY r.number",
            [column, staging.run.pk],
        )


def _find_targets(staging: Staging) -> None:
    """The record that each row is about; one that is somebody else's is an error."""
    taken: list[Key] = []
    for key in staging.resource.every_key:
        # Who has an earlier key is another record than the one of a row with another such key.
        others = "".join(
            f" AND NOT ({staging.has_key(each)} AND {staging.record_has_key(each)})"
            for each in taken
        )
        run_sql(
            f"UPDATE {ROWS} r SET target_id = t.id, target_version = t.version"
            f" FROM {staging.table} t WHERE r.run_id = %s AND r.target_id IS NULL"
            f" AND {staging.has_key(key)} AND {staging.same_key(key)}{others}",
            [staging.run.pk],
        )
        taken.append(key)
    if len(taken) > 1:
        _find_contradictory_keys(staging)
    column = staging.resource.column(staging.resource.key)
    seen, parameters = staging.visible(staging.resource.model)
    run_sql(
        f"{INTO_FINDINGS}, 'error', r.number, %s, 'used_elsewhere',"
        f" left(COALESCE({staging.text(column)}, ''), 200), '{{}}'"
        f" FROM {ROWS} r WHERE target_id IS NOT NULL AND target_id NOT IN ({seen})"
        " AND r.run_id = %s",
        [column.name, *parameters, staging.run.pk],
    )
    run_sql(
        f"UPDATE {ROWS} r SET target_id = NULL, target_version = NULL"
        f" WHERE target_id NOT IN ({seen}) AND run_id = %s",
        [*parameters, staging.run.pk],
    )


def _find_contradictory_keys(staging: Staging) -> None:
    """Rows with a key of another record than theirs, and rows that mean the same record."""
    for key in staging.resource.every_key:
        column = key.columns[-1]
        text = staging.text(staging.resource.column(column))
        run_sql(
            f"{INTO_FINDINGS}, 'error', r.number, %s, 'used_elsewhere', left({text}, 200), '{{}}'"
            f" FROM {ROWS} r WHERE r.run_id = %s AND {staging.has_key(key)} AND EXISTS"
            f" (SELECT FROM {staging.table} t WHERE {staging.same_key(key)}"
            " AND t.id IS DISTINCT FROM r.target_id) ORDER BY r.number",
            [column, staging.run.pk],
        )
    run_sql(
        f"{INTO_FINDINGS}, 'error', r.number, '', 'twice_in_file', '',"
        " jsonb_build_object('first', r.first) FROM ("
        "SELECT r.run_id, r.number, count(*) OVER same AS count, min(r.number) OVER same AS first"
        f" FROM {ROWS} r WHERE r.run_id = %s AND r.target_id IS NOT NULL"
        " WINDOW same AS (PARTITION BY r.target_id)) AS r WHERE r.count > 1"
        f" AND NOT EXISTS (SELECT FROM {FINDINGS} f WHERE f.run_id = r.run_id"
        " AND f.number = r.number AND f.code = 'twice_in_file') ORDER BY r.number",
        [staging.run.pk],
    )


def _set_changes(staging: Staging) -> None:
    parts = [
        _change(staging, column)
        for column in staging.written_columns()
        if not _names_every_row(staging, column)
    ]
    if not parts:
        return
    run_sql(
        f"UPDATE {ROWS} r SET changes = {' || '.join(parts)}"
        f" FROM {staging.table} t WHERE r.run_id = %s AND t.id = r.target_id",
        [staging.run.pk],
    )


def _names_every_row(staging: Staging, column: Column) -> bool:
    """Whether rows find their record by this column alone, so that it never changes."""
    [first, *more] = staging.resource.every_key
    return not more and column.name in first.columns


def _found_by(staging: Staging, column: Column) -> str:
    """SQL of whether the row found the record `t` by a key with this column."""
    earlier: list[str] = []
    for key in staging.resource.every_key:
        same = f"({staging.has_key(key)} AND {staging.same_key(key)})"
        if column.name in key.columns:
            return " AND ".join([f"{same} IS TRUE", *earlier])
        earlier.append(f"{same} IS NOT TRUE")
    return "false"


def _differs(staging: Staging, column: Column) -> str:
    """SQL of whether the row gives the record `t` another value. How a key is spelled that the
    record was found by does not count."""
    stored, text = f"t.{staging.stored_name(column)}", staging.text(column)
    if isinstance(column.kind, Reference):
        named = staging.cast(column, text)
        differs = f"({stored} IS DISTINCT FROM {named} OR ({text} <> '' AND {named} IS NULL))"
    elif column.kind.sql_type == "text":
        # White space around a stored text is none that a file could carry.
        space = "E' \\t\\r\\n'"
        differs = f"btrim(COALESCE({stored}, ''), {space}) <> btrim({text}, {space})"
    else:
        differs = f"{staging.shown_old(column)} IS DISTINCT FROM {staging.shown_new(column)}"
    if any(column.name in key.columns for key in staging.resource.every_key):
        differs += f" AND NOT ({_found_by(staging, column)})"
    return differs


def _change(staging: Staging, column: Column) -> str:
    """SQL of `{column: {old, new}}` when the row gives the record `t` another value, else `{}`."""
    before = ""
    if isinstance(column.kind, Reference):
        before = f", 'old_id', t.{staging.stored_name(column)}"
    name = literal(column.name)
    return (
        f"CASE WHEN r.values ? {name} AND {_differs(staging, column)}"
        f" THEN jsonb_build_object({name}, jsonb_build_object("
        f"'old', {staging.shown_old(column)}, 'new', {staging.shown_new(column)}{before}))"
        " ELSE '{}'::jsonb END"
    )
