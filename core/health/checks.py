"""What a running Tradepost needs, looked at one by one, each for two seconds at most.

Every check runs on a thread of its own, so that one that hangs neither delays the others nor the
answer. It goes on hanging alone: no second one of its name is started beside it.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_redis.exceptions import ConnectionInterrupted
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from core.operations.selectors import heartbeat_age_seconds, relay_lag_seconds

log = structlog.get_logger(__name__)

CHECK_SECONDS = 2.0
#: How long a result is told again without looking.
RESULT_SECONDS = 1.0
LONGEST_RELAY_LAG_SECONDS = 60.0
#: Four beats: a restart of the worker is no alarm.
LONGEST_HEARTBEAT_SECONDS = 120.0
LEAST_FREE_BYTES = 500 * 1024 * 1024


class NotWell(Exception):
    """A check found something wrong; says what, for the log."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _migrations_in_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or {})


def _migrations() -> None:
    pending = _migrations_in_the_code() - set(MigrationRecorder(connection).applied_migrations())
    if pending:
        raise NotWell(f"{len(pending)} migrations are not applied")


def _cache() -> None:
    caches["counters"].get("health")


def _broker() -> None:
    with current_app.connection_for_write() as queue:
        queue.default_channel.client.ping()  # type: ignore[attr-defined]


def _relay() -> None:
    lag = relay_lag_seconds()
    if lag > LONGEST_RELAY_LAG_SECONDS:
        raise NotWell(f"an event has been due for {lag:.0f} s")


def _scheduler() -> None:
    age = heartbeat_age_seconds()
    if age is None or age > LONGEST_HEARTBEAT_SECONDS:
        raise NotWell(
            "no heartbeat yet" if age is None else f"the last heartbeat was {age:.0f} s ago"
        )


def _disk() -> None:
    folder = Path(settings.DATA_FOLDER)
    free = shutil.disk_usage(folder if folder.exists() else settings.BASE_DIR).free
    if free < LEAST_FREE_BYTES:
        raise NotWell(f"{free // 1024 // 1024} MiB are free")


@dataclass(frozen=True, slots=True)
class Check:
    """`is_needed`: without it no request can be served, so that none should be sent here."""

    name: str
    look: Callable[[], None]
    is_needed: bool = False


CHECKS: tuple[Check, ...] = (
    Check("database", _database, is_needed=True),
    Check("migrations", _migrations, is_needed=True),
    Check("cache", _cache),
    Check("broker", _broker),
    Check("relay", _relay),
    Check("scheduler", _scheduler),
    Check("disk", _disk),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one check ended, and after how many milliseconds."""

    check: Check
    is_ok: bool
    ms: float


class Examination:
    """Carries checks out; asked again within a second it tells what it found."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks
        self._threads = ThreadPoolExecutor(len(checks), thread_name_prefix="health")
        self._running: dict[str, Future[tuple[float, Exception | None]]] = {}
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Look again when asked next."""
        self._found: list[Finding] = []
        self._found_at = float("-inf")

    def findings(self) -> list[Finding]:
        """One finding for each check, in their order, at most a second old."""
        with self._lock:
            if time.monotonic() - self._found_at >= RESULT_SECONDS:
                self._found = self._examine()
                self._found_at = time.monotonic()
            return self._found

    def _examine(self) -> list[Finding]:
        for check in self._checks:
            if check.name not in self._running:
                self._running[check.name] = self._threads.submit(_timed, check.look)
        wait(self._running.values(), timeout=CHECK_SECONDS)
        return [self._finding(check) for check in self._checks]

    def _finding(self, check: Check) -> Finding:
        future = self._running[check.name]
        if not future.done():
            # The next examination waits for this very one.
            log.error("check_failed", check=check.name, reason="no answer in time")
            return Finding(check, is_ok=False, ms=CHECK_SECONDS * 1000)
        del self._running[check.name]
        ms, error = future.result()
        if error is not None:
            # Without the traceback: probes come every few seconds for as long as it lasts.
            reason = f"{type(error).__name__}: {error}"
            log.error("check_failed", check=check.name, reason=reason)
        return Finding(check, is_ok=error is None, ms=ms)


_FAILURES = (
    NotWell,
    DatabaseError,
    InterfaceError,
    RedisError,
    ConnectionInterrupted,
    BrokerError,
    OSError,
)


def _timed(look: Callable[[], None]) -> tuple[float, Exception | None]:
    """Carry a check out and give its thread's connection back: milliseconds, what was wrong."""
    started = time.perf_counter()
    error: Exception | None = None
    try:
        look()
    except _FAILURES as failure:
        error = failure
    finally:
        connection.close()
    return round((time.perf_counter() - started) * 1000, 1), error


examination = Examination(CHECKS)
