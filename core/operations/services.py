"""Keeping what was slow for two weeks, and the scheduler's sign of life."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.events.services import in_unit_of_work
from core.operations.models import Heartbeat, SlowOperation

log = structlog.get_logger(__name__)

KEPT = timedelta(days=14)
#: Rows that one process adds in a minute: a slow database is not made slower by telling so.
MOST_KEPT_PER_MINUTE = 30
LONGEST_ROUTE = 200
BEAT = "beat"


class MinuteAllowance:
    """At most so many a minute in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = -1
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        """How many of `wanted` are still allowed in this minute; they count as taken."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._taken = minute, 0
            given = min(wanted, self._most - self._taken)
            self._taken += given
            return given


_allowance = MinuteAllowance(MOST_KEPT_PER_MINUTE)


def keep_slow_operations(*, operations: Sequence[SlowOperation]) -> int:
    """Store what was slow, as far as this minute's allowance goes; how many were stored.

    Never raises for the database's sake: what cannot be stored is in the log all the same.
    """
    allowed = _allowance.take(len(operations))
    if not allowed:
        return 0
    try:
        with transaction.atomic():
            return len(SlowOperation.objects.bulk_create(operations[:allowed]))
    except DatabaseError as error:
        log.warning("slow_operations_not_kept", reason=type(error).__name__)
        return 0


def purge_slow_operations(*, batch: int = 2_000, limit: int = 100_000) -> int:
    """Forget what is older than 14 days, at most `limit`, each batch by itself; how many went."""
    purged = 0
    while purged < limit:
        old = SlowOperation.objects.filter(happened_at__lt=timezone.now() - KEPT)
        ids = list(old.order_by("happened_at").values_list("pk", flat=True)[:batch])
        if not ids:
            break
        purged += SlowOperation.objects.filter(pk__in=ids).delete()[0]
    return purged


@in_unit_of_work
def record_heartbeat() -> None:
    """Note that the scheduler's message was carried out by a worker just now."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=BEAT, beaten_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beaten_at"],
    )
