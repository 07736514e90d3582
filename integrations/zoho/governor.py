"""How fast all workers together may call Zoho, and when nobody may.

Pace (a token bucket) and parallelism (a semaphore of leases) live in Valkey; the gate that a limit
closed lives on the connection's row, so that it holds without Valkey too.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from integrations.zoho.errors import GateClosed
from integrations.zoho.models import Connection

log = structlog.get_logger(__name__)

FIRST_BLOCK = timedelta(minutes=15)
LONGEST_BLOCK = timedelta(minutes=60)
DAY_WITHOUT_RESET = timedelta(hours=1)
#: Below this share of the day's calls, reads stop: the rest is for orders.
DAILY_RESERVE = 0.1
#: How long a call may hold its place before the place counts as abandoned.
SLOT_SECONDS = 120
#: The longest a call waits for its turn before it gives up.
LONGEST_TURN_WAIT = 120.0

# KEYS: bucket, slots, parallelism.
# ARGV: calls a minute, burst, kept back, places, lease id, lease seconds.
# Answers 0 when the call may go now, otherwise the milliseconds to wait.
_TAKE_TURN = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local rate = tonumber(ARGV[1]) / 60000
local burst = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local places = tonumber(ARGV[4])
local lowered = tonumber(redis.call('GET', KEYS[3]) or places)
if lowered < places then places = lowered end
if redis.call('ZCARD', KEYS[2]) >= places then return 25 end
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1] or burst)
local at = tonumber(bucket[2] or now)
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local needed = 1 + tonumber(ARGV[3])
if tokens < needed then
  redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
  return math.max(5, math.ceil((needed - tokens) / rate))
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - 1), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 600)
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[6]) * 1000, ARGV[5])
redis.call('EXPIRE', KEYS[2], 600)
return 0
"""


class Governor:
    """The turn-taking of one connection. Writes may use places and tokens that reads must leave."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id
        self._own_pace: int | None = None
        prefix = f"zoho:{connection_id}"
        self._keys = [f"{prefix}:bucket", f"{prefix}:slots", f"{prefix}:parallelism"]

    @contextmanager
    def turn(self, *, is_write: bool, keep_alive: Callable[[], None]) -> Iterator[None]:
        """Wait for a turn, hold it for the block. Raises GateClosed when none comes in time."""
        lease = uuid.uuid4().hex
        shared = self._wait_for_turn(lease, is_write, keep_alive)
        try:
            yield
        finally:
            if shared:
                self._give_back(lease)

    def _wait_for_turn(self, lease: str, is_write: bool, keep_alive: Callable[[], None]) -> bool:
        deadline = time.monotonic() + LONGEST_TURN_WAIT
        told = time.monotonic()
        while True:
            try:
                wait = self._ask(lease, is_write)
            except (RedisError, OSError):
                _alone.wait()
                return False
            if wait == 0:
                return True
            if time.monotonic() > deadline:
                raise GateClosed(
                    until=timezone.now() + timedelta(seconds=30), reason="too many calls waiting"
                )
            if time.monotonic() - told > 10:
                keep_alive()
                told = time.monotonic()
            time.sleep(min(wait / 1000, 2.0) * random.uniform(0.8, 1.2))  # noqa: S311

    def _ask(self, lease: str, is_write: bool) -> int:
        per_minute = self._per_minute()
        burst = max(1, per_minute * 2 // 7)
        places = max(1, settings.ZOHO_MAX_IN_FLIGHT)
        kept_back = 0 if is_write or burst < 4 else burst // 4
        if not is_write and places > 1:
            places -= 1
        arguments = [per_minute, burst, kept_back, places, lease, SLOT_SECONDS]
        return int(_redis().eval(_TAKE_TURN, 3, *self._keys, *arguments))

    def _per_minute(self) -> int:
        """The connection's own pace, read once, or the installation's."""
        if self._own_pace is None:
            own = Connection.objects.values_list("requests_per_minute", flat=True)
            self._own_pace = own.get(pk=self._connection_id) or 0
        return self._own_pace or max(1, settings.ZOHO_REQUESTS_PER_MINUTE)

    def _give_back(self, lease: str) -> None:
        try:
            _redis().zrem(self._keys[1], lease)
        except (RedisError, OSError):
            log.warning("zoho_turn_not_returned")

    def halve_parallelism(self) -> None:
        """Let half as many calls run at once for a minute."""
        try:
            now = int(_redis().get(self._keys[2]) or settings.ZOHO_MAX_IN_FLIGHT)
            _redis().set(self._keys[2], max(1, now // 2), ex=60)
        except (RedisError, OSError):
            log.warning("zoho_parallelism_not_lowered")


class _Alone:
    """The pace of this process while Valkey is away: slow enough for several such processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        gap = 60 / max(1, settings.ZOHO_REQUESTS_PER_MINUTE) * max(1, settings.ZOHO_MAX_IN_FLIGHT)
        with self._lock:
            start = max(time.monotonic(), self._next)
            self._next = start + gap
        time.sleep(max(0.0, start - time.monotonic()))


_alone = _Alone()


def _redis() -> Any:
    return caches["counters"].client.get_client()  # type: ignore[attr-defined]


def refuse_while_closed(connection: Connection, *, is_write: bool) -> None:
    """Raise GateClosed while a limit holds, or when a read would touch the day's reserve."""
    now = timezone.now()
    if connection.gate_closed_until and connection.gate_closed_until > now:
        raise GateClosed(until=connection.gate_closed_until, reason=connection.gate_reason)
    if is_write or not connection.daily_limit or connection.daily_remaining is None:
        return
    reset = connection.daily_reset_at
    if (
        reset
        and reset > now
        and connection.daily_remaining < connection.daily_limit * DAILY_RESERVE
    ):
        raise GateClosed(until=reset, reason="the rest of today's calls is kept for orders")


def close_gate(*, connection_id: int, code: int, reset_seconds: int | None) -> GateClosed:
    """Close the gate for everybody after a 429 and return the error to raise.

    Code 45 (day) holds until the reset Zoho names; 1070 (too many at once) for 5 to 30 s; every
    other one for 15 minutes, growing to 60 while it keeps happening.
    """
    now = timezone.now()
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection_id)
        still_closed = row.gate_closed_until is not None and row.gate_closed_until > now
        if code == 1070:
            Governor(connection_id).halve_parallelism()
            until = now + timedelta(seconds=random.uniform(5, 30))  # noqa: S311
            reason = "Zoho has too many calls in process"
        elif code == 45:
            until = now + (timedelta(seconds=reset_seconds) if reset_seconds else DAY_WITHOUT_RESET)
            reason = "today's calls are used up"
        else:
            if not still_closed or row.gate_strikes == 0:
                row.gate_strikes = min(row.gate_strikes + 1, 8)
            until = now + min(FIRST_BLOCK * 2 ** (row.gate_strikes - 1), LONGEST_BLOCK)
            reason = "Zoho blocked the organization for too many calls a minute"
        if still_closed and row.gate_closed_until and row.gate_closed_until > until:
            until, reason = row.gate_closed_until, row.gate_reason
        row.gate_closed_until, row.gate_reason = until, reason
        row.save(update_fields=["gate_closed_until", "gate_reason", "gate_strikes"])
    log.warning("zoho_gate_closed", code=code, until=until.isoformat())
    return GateClosed(until=until, reason=reason)


def note_success(connection: Connection, headers: dict[str, str]) -> None:
    """Remember what the headers say of the day's calls, and that the limit has passed."""
    changes: dict[str, Any] = {}
    limit, remaining = _whole(headers, "limit"), _whole(headers, "remaining")
    if limit and remaining is not None and _is_news(connection, limit, remaining):
        reset = _whole(headers, "reset")
        changes = {
            "daily_limit": limit,
            "daily_remaining": remaining,
            "daily_reset_at": timezone.now() + timedelta(seconds=reset or 3600),
        }
    if connection.gate_strikes:
        changes |= {"gate_strikes": 0, "gate_closed_until": None, "gate_reason": ""}
    if changes:
        _update_unless_closed(connection, changes)


def _update_unless_closed(connection: Connection, changes: dict[str, Any]) -> None:
    """A late answer must not open a gate that was closed meanwhile."""
    rows = Connection.objects.filter(pk=connection.pk)
    if "gate_strikes" in changes:
        rows = rows.filter(gate_closed_until=connection.gate_closed_until)
    rows.update(**changes)


def _is_news(connection: Connection, limit: int, remaining: int) -> bool:
    seen = connection.daily_remaining
    if connection.daily_limit != limit or seen is None:
        return True
    return abs(seen - remaining) >= 10 or remaining < limit * DAILY_RESERVE * 2


def _whole(headers: dict[str, str], name: str) -> int | None:
    text = headers.get(f"x-rate-limit-{name}", "")
    return int(text) if text.isdigit() else None


def seconds_until_reset(headers: dict[str, str]) -> int | None:
    """The seconds to wait that a reply names; None when it names none."""
    after = headers.get("retry-after", "")
    return int(after) if after.isdigit() else _whole(headers, "reset")
