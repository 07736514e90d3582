"""The way of bulk writes: COPY into a temporary table, then one statement through Django's cursor.

COPY carries no history context, so it only ever fills the staging table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def stage_rows(*, table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Fill the temporary table `table` with `rows`; they are gone at the end of the transaction.

    The empty table stays for the session's next batch: making one costs more than filling it.

    `columns` maps each column to its PostgreSQL type, in the order of the values of a row.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({definition}) ON COMMIT DELETE ROWS"
        )
        cursor.execute(f"DELETE FROM {table}")
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.set_types([kind.split("(")[0] for kind in columns.values()])
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def fetch(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement through Django's cursor and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []
