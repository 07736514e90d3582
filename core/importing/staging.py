"""The staged rows of one run: filled by COPY, then looked at and changed by sets only.

COPY carries no history context, so it fills nothing but the staging table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from core.importing.columns import Column, Reference, literal
from core.importing.models import ImportFinding, ImportRow, ImportRun
from core.importing.resources import ImportResource, Key, StagedRow
from core.tenancy import visible_rows

ROWS = ImportRow._meta.db_table
FINDINGS = ImportFinding._meta.db_table
#: What comes before the level, number, column, code, value and facts of findings of rows `r`.
INTO_FINDINGS = (
    f'INSERT INTO {FINDINGS} (run_id, phase, level, number, "column", code, value, facts)'
    " SELECT r.run_id, 'check'"
)
#: Rows handed to Python at a time.
BATCH = 2_000
#: A function of PostgreSQL takes a hundred arguments.
_PAIRS = 40
_NOWHERE = "SELECT NULL::bigint WHERE false"


def run_sql(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement through Django's cursor and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []


def change_count(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return int(cursor.rowcount)


def same_text(stored: str, text: str, ignores_case: bool) -> str:
    """SQL of whether a stored text is that of a row; an empty one is nobody's."""
    if not ignores_case:
        return f"{stored} = {text}"
    return f"upper({stored}) = upper({text}) AND {stored} <> ''"


class Staging:
    """The rows of a run with its resource, as checks, derivations and writers use them.

    `user` is the account in whose name the run works; None for the system, which sees all rows.
    """

    def __init__(self, run: ImportRun, resource: ImportResource, user: Any) -> None:
        self.run = run
        self.resource = resource
        self.user = user
        self.table = connection.ops.quote_name(resource.model._meta.db_table)

    # Filling

    def copy_rows(self, rows: Iterable[tuple[int, list[str]]]) -> int:
        """Stage (number, cells) pairs; how many."""
        count = 0
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {ROWS} (run_id, number, cells) FROM STDIN") as copy:
                copy.set_types(["uuid", "int4", "text[]"])
                for number, cells in rows:
                    copy.write_row((self.run.pk, number, cells))
                    count += 1
            cursor.execute(f"ANALYZE {ROWS}")
        return count

    def mapped(self) -> list[Column]:
        """The columns that the file has, in the resource's order."""
        return [column for column in self.resource.columns if column.name in self.run.mapping]

    def written_columns(self) -> list[Column]:
        """The columns that some row has a value for, derived ones included; what the database
        generates is not written."""
        found = run_sql(
            f"SELECT DISTINCT jsonb_object_keys(r.values) FROM {ROWS} r WHERE run_id = %s",
            [self.run.pk],
        )
        fields = {field.name: field for field in self.resource.model._meta.concrete_fields}
        names = {name for (name,) in found if not fields[name].generated}
        return [column for column in self.resource.columns if column.name in names]

    def cell(self, column: Column) -> str:
        """The SQL of the column's cell, with the staged rows as `r`."""
        return f"r.cells[{self.run.mapping[column.name] + 1}]"

    def set_values(self) -> None:
        """Turn the cells into values; a text that is no value leaves its column out."""
        parts = []
        columns = self.mapped()
        for start in range(0, len(columns), _PAIRS):
            pairs = ", ".join(
                f"{literal(column.name)}, {self._value(column)}"
                for column in columns[start : start + _PAIRS]
            )
            parts.append(f"jsonb_build_object({pairs})")
        whole = " || ".join(parts) or "'{}'::jsonb"
        run_sql(
            f"UPDATE {ROWS} r SET outcome = '', written = '', changes = '{{}}', wave = 0,"
            " target_id = NULL, target_version = NULL, version_after = NULL,"
            f' "values" = jsonb_strip_nulls({whole}) WHERE run_id = %s',
            [self.run.pk],
        )

    def _value(self, column: Column) -> str:
        """The SQL of the column's value: "" empties the field, NULL leaves it as it is."""
        cell = self.cell(column)
        problems = " OR ".join(f"({problem.condition})" for problem in column.kind.problems(cell))
        is_bad = f" WHEN {problems} THEN NULL" if problems else ""
        empty = "NULL" if column.keeps_when_empty else column.kind.emptied()
        return f"CASE WHEN {cell} = '' THEN {empty}{is_bad} ELSE {column.kind.canonical(cell)} END"

    # For derivations and row checks

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement of the resource's own. Name the staging table `{rows}` in it and narrow
        it to this run by `run_id = %s` with `run_id` among the parameters."""
        return run_sql(statement.replace("{rows}", ROWS), parameters)

    @property
    def run_id(self) -> Any:
        """The key of the run, for statements."""
        return self.run.pk

    def batches(self) -> Iterator[list[StagedRow]]:
        """All rows, `BATCH` at a time, by number."""
        last = 0
        while True:
            found = list(
                ImportRow.objects.filter(run=self.run, number__gt=last)
                .order_by("number")
                .values_list("number", "values")[:BATCH]
            )
            if not found:
                return
            yield [StagedRow(number, values) for number, values in found]
            last = found[-1][0]

    def replace_values(self, values: Mapping[int, Mapping[str, str]]) -> None:
        """Give rows values, by number, instead of what the file says."""
        run_sql(
            f'UPDATE {ROWS} r SET "values" = r.values || given.value'
            " FROM unnest(%s::int[], %s::jsonb[]) AS given (number, value)"
            " WHERE r.run_id = %s AND r.number = given.number",
            [list(values), [json.dumps(dict(each)) for each in values.values()], self.run.pk],
        )

    def merge_values(self, values: Mapping[int, Mapping[str, str]]) -> None:
        """Give rows further values, by number; what the file says of a row stays."""
        run_sql(
            f'UPDATE {ROWS} r SET "values" = given.value || (SELECT COALESCE(jsonb_object_agg('
            " held.key, held.value) FILTER (WHERE held.value <> '\"\"'"
            " OR NOT given.value ? held.key),"
            " '{}') FROM jsonb_each(r.values) AS held)"
            " FROM unnest(%s::int[], %s::jsonb[]) AS given (number, value)"
            " WHERE r.run_id = %s AND r.number = given.number",
            [
                list(values),
                [json.dumps(dict(each)) for each in values.values()],
                self.run.pk,
            ],
        )

    # What rows become

    def cast(self, column: Column, text: str) -> str:
        """SQL of the stored form of a value whose text the SQL `text` gives."""
        kind = column.kind
        if isinstance(kind, Reference):
            return self._named(column, kind, text)
        if column.is_nullable or kind.sql_type != "text":
            text = f"NULLIF({text}, '')"
        return text if kind.sql_type == "text" else f"({text})::{kind.sql_type}"

    def _named(self, column: Column, kind: Reference, text: str) -> str:
        """SQL of the key of the record that the SQL `text` names."""
        quote = connection.ops.quote_name
        keys, table = self._reference(column, kind)
        order = f" ORDER BY named.{quote(kind.first_by)} LIMIT 1" if kind.first_by else ""
        ways = [
            f"(SELECT named.id FROM {table} named"
            f" WHERE {same_text(f'named.{keys}', text, kind.ignores_case)}{order})"
        ]
        for other in kind.others:
            label = other.model_label or self.target_of(column)._meta.label
            options = apps.get_model(label)._meta
            field: Any = options.get_field(other.field)
            leading: Any = options.get_field(other.of) if other.of else options.pk
            same = same_text(f"named.{quote(field.column)}", text, kind.ignores_case)
            ways.append(
                f"(SELECT named.{quote(leading.column)} FROM {quote(options.db_table)} named"
                f" WHERE {same})"
            )
        return ways[0] if len(ways) == 1 else f"COALESCE({', '.join(ways)})"

    def _reference(self, column: Column, kind: Reference) -> tuple[str, str]:
        """The quoted key column, and the table of the records that the column refers to."""
        target = self.target_of(column)
        key: Any = target._meta.get_field(kind.key)
        quote = connection.ops.quote_name
        return quote(key.column), quote(target._meta.db_table)

    def target_of(self, column: Column) -> type[models.Model]:
        """The model that a reference refers to."""
        field: Any = self.resource.model._meta.get_field(column.name)
        target: type[models.Model] = field.remote_field.model
        return target

    def stored_name(self, column: Column) -> str:
        """The quoted name of the column in the model's table."""
        field: Any = self.resource.model._meta.get_field(column.name)
        return str(connection.ops.quote_name(field.column))

    # Which record a row is

    def has_key(self, key: Key) -> str:
        """SQL of whether a row has a value in each column of the key."""
        return " AND ".join(f"COALESCE({self.text(each)}, '') <> ''" for each in self._of(key))

    def same_key(self, key: Key) -> str:
        """SQL of whether a row has the same key as the record `t`."""
        return " AND ".join(self._same(each, key) for each in self._of(key))

    def _same(self, column: Column, key: Key) -> str:
        stored, text = f"t.{self.stored_name(column)}", self.text(column)
        if column.kind.sql_type == "text":
            return same_text(stored, text, key.ignores_case)
        return f"{stored} = {self.cast(column, text)}"

    def record_has_key(self, key: Key) -> str:
        """SQL of whether the record `t` has a value in each column of the key."""
        return " AND ".join(
            f"COALESCE(t.{self.stored_name(each)}::text, '') <> ''" for each in self._of(key)
        )

    def folded_key(self, key: Key) -> str:
        """SQL list of what two rows with the same key have the same of."""
        parts = []
        for each in self._of(key):
            text = f"upper({self.text(each)})" if key.ignores_case else self.text(each)
            is_reference = isinstance(each.kind, Reference)
            parts.append(
                f"COALESCE(({self.cast(each, self.text(each))})::text, {text})"
                if is_reference
                else text
            )
        return ", ".join(parts)

    def is_stored(self) -> str:
        """SQL of whether a record has one of a row's keys."""
        return " OR ".join(
            f"(({self.has_key(key)}) AND EXISTS"
            f" (SELECT FROM {self.table} t WHERE {self.same_key(key)}))"
            for key in self.resource.every_key
        )

    def _of(self, key: Key) -> list[Column]:
        return [self.resource.column(name) for name in key.columns]

    def shown_old(self, column: Column) -> str:
        """SQL of the stored value as JSON, with the record as `t`; of a reference its key."""
        stored = f"t.{self.stored_name(column)}"
        kind = column.kind
        if isinstance(kind, Reference):
            keys, target = self._reference(column, kind)
            own = [connection.ops.quote_name(each.field) for each in kind.others if not each.of]
            shown = ", ".join(f"NULLIF(named.{name}::text, '')" for name in [keys, *own])
            return (
                f"to_jsonb((SELECT COALESCE({shown}) FROM {target} named"
                f" WHERE named.id = {stored}))"
            )
        return f"to_jsonb({stored})"

    def shown_new(self, column: Column) -> str:
        """SQL of a row's value as JSON, with the staged rows as `r`; of a reference its key."""
        text = self.text(column)
        if isinstance(column.kind, Reference):
            return f"to_jsonb(NULLIF({text}, ''))"
        return f"to_jsonb({self.cast(column, text)})"

    def text(self, column: Column) -> str:
        """SQL of the text of a row's value, with the staged rows as `r`."""
        return f"(r.values->>{literal(column.name)})"

    def visible(self, model: type[models.Model]) -> tuple[str, list[Any]]:
        """SQL of the keys of the model's rows that the run may see, and its parameters."""
        rows = model._default_manager.order_by()
        seen = rows if self.user is None else visible_rows(rows, self.user)
        try:
            sql, parameters = seen.values("pk").query.sql_with_params()
        except EmptyResultSet:
            return _NOWHERE, []
        return sql, list(parameters)
