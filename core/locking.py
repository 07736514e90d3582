"""Row locks in one order, so that no two transactions can wait for each other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, models, transaction
from psycopg import errors as postgres_errors

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")


def lock_rows(queryset: models.QuerySet[Row]) -> list[Row]:
    """The rows of `queryset`, locked until the transaction ends, in primary-key order."""
    return list(queryset.order_by("pk").select_for_update(of=("self",)))


def retry_on_deadlock(work: Callable[[], Result], *, attempts: int = 4) -> Result:
    """`work()` again when PostgreSQL chose it as a deadlock's victim or its snapshot was overtaken.

    `work` must open its own transaction and be called outside of one.
    """
    if transaction.get_connection().in_atomic_block:
        return work()
    for attempt in range(1, attempts + 1):
        try:
            return work()
        except OperationalError as error:
            lost = isinstance(
                error.__cause__,
                postgres_errors.DeadlockDetected | postgres_errors.SerializationFailure,
            )
            if not lost or attempt == attempts:
                raise
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")
