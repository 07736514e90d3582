"""A session of its own on the test's database, and the end of other sessions, as a restart does."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper


@contextlib.contextmanager
def another_session() -> Iterator[CursorWrapper]:
    """A cursor outside of every transaction and connection that the test uses."""
    session: Any = connections.create_connection("default")
    try:
        with session.cursor() as cursor:
            yield cursor
    finally:
        session.close()


def terminate_sessions(condition: str = "true") -> int:
    """End the other sessions on this database of which `condition` is true; how many there were."""
    with another_session() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"
        )
        ended: int = cursor.fetchone()[0]
        return ended


def terminate_the_waiting_session() -> None:
    """Wait until one session waits for a row, and end it."""
    deadline = time.monotonic() + 20
    while not terminate_sessions("wait_event_type = 'Lock'"):
        assert time.monotonic() < deadline, "no session waited"
        time.sleep(0.02)
