"""Monthly partitions of the event table, made ahead of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connection as default_connection
from django.utils import timezone

from core.identifiers import uuid7_floor

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MONTHS_AHEAD = 3


def month_start(moment: datetime, ahead: int = 0) -> datetime:
    """Midnight UTC of the first day of the month `ahead` months after `moment`'s."""
    months = moment.year * 12 + moment.month - 1 + ahead
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def create_partition(connection: BaseDatabaseWrapper, month: datetime) -> str:
    """Make the partition of the month that starts at `month`, unless it is there; its name."""
    name = f"core_event_{month:%Y_%m}"
    start, end = uuid7_floor(month), uuid7_floor(month_start(month, 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF core_event"
            f" FOR VALUES FROM ('{start}') TO ('{end}')"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()"
        )
    return name


def _has_strays(connection: BaseDatabaseWrapper, month: datetime) -> bool:
    """Whether events of this month already went to the default partition, where they stay."""
    bounds = [uuid7_floor(month), uuid7_floor(month_start(month, 1))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM core_event_other WHERE id >= %s AND id < %s)", bounds
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def create_coming_partitions() -> list[str]:
    """The partitions of this month and the next ones; their names.

    A month whose first events found no partition keeps the default one: append-only rows cannot
    be moved out of it, and PostgreSQL makes no partition over them.
    """
    now = timezone.now()
    months = [month_start(now, ahead) for ahead in range(MONTHS_AHEAD + 1)]
    return [
        create_partition(default_connection, month)
        for month in months
        if not _has_strays(default_connection, month)
    ]
