"""What a load does to the database: connections, their pool, waiting, deadlocks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from bench.services import Services

_EVERY_SECONDS = 0.5
_STATES = ("size", "available", "waiting")
#: A process tells its statistics about once a second.
_STATISTICS_SECONDS = 1.5
_SESSIONS = """
SELECT count(*) FILTER (WHERE state <> 'idle'), count(*) FILTER (WHERE wait_event_type = 'Lock')
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""


@dataclass
class PoolUse:
    """The pools of the web processes together, and the sessions that PostgreSQL sees; each figure
    is the worst that was seen, twice a second.

    `size` are the connections of the pools, `available` those that nobody used, `waiting` the
    requests that waited for one; None when the processes did not tell.
    """

    size: int | None = None
    available: int | None = None
    waiting: int | None = None
    busy_sessions: int = 0
    sessions_awaiting_a_lock: int = 0
    looks: int = 0

    def look(self, pools: dict[str, float], sessions: tuple[int, int]) -> None:
        """Take one reading: the pools' states by name; busy sessions, those awaiting a lock."""
        if pools:
            size, available, waiting = (int(pools[state]) for state in _STATES)
            self.size = max(size, self.size or 0)
            self.available = available if self.available is None else min(available, self.available)
            self.waiting = max(waiting, self.waiting or 0)
        self.busy_sessions = max(self.busy_sessions, sessions[0])
        self.sessions_awaiting_a_lock = max(self.sessions_awaiting_a_lock, sessions[1])
        self.looks += 1


def pools_of(folder: Path) -> dict[str, float]:
    """What the processes that count here tell of their pools; nothing before they do."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    found = {
        sample.labels["state"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "tradepost_db_pool"
    }
    return found if set(_STATES) <= set(found) else {}


@contextmanager
def watching(services: Services, metrics: Path) -> Iterator[PoolUse]:
    """Look at the pools and the sessions for as long as the block lasts."""
    use, is_over = PoolUse(), threading.Event()

    def watch() -> None:
        with services.connect() as connection:
            while not is_over.wait(_EVERY_SECONDS):
                row = connection.execute(_SESSIONS).fetchone()
                assert row is not None
                use.look(pools_of(metrics), row)

    thread = threading.Thread(target=watch, name="pool watch")
    thread.start()
    try:
        yield use
    finally:
        is_over.set()
        thread.join()


def deadlocks(connection: psycopg.Connection[Any]) -> int:
    """The deadlocks in this database so far, those of a moment ago included."""
    time.sleep(_STATISTICS_SECONDS)
    row = connection.execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone()
    return int(row[0]) if row else 0
