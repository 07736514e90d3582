"""Zoho's three limits per organization: calls per minute, per day, and at the same time."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from .clock import VirtualClock
from .replies import daily_limit_exceeded, minute_limit_exceeded, too_many_in_process
from .switches import Switches

_WINDOW_S = 60.0
_CONCURRENCY_WAIT_S = 5


@dataclass
class _Usage:
    recent: deque[float] = field(default_factory=deque)
    blocked_until: float = 0.0
    day: str = ""
    used_today: int = 0
    in_process: int = 0
    daily_override: int | None = None


class Limits:
    """Counts the authenticated resource calls of each organization."""

    def __init__(self, clock: VirtualClock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._usage: dict[str, _Usage] = {}

    def clear(self) -> None:
        """Forget every call, block and override; calls in process stay counted."""
        with self._lock:
            for organization_id, usage in self._usage.items():
                self._usage[organization_id] = _Usage(in_process=usage.in_process)

    def block(self, organization_id: str, seconds: float) -> None:
        """Refuse every call of the organization for ``seconds`` of virtual time."""
        with self._lock:
            usage = self._usage.setdefault(organization_id, _Usage())
            usage.blocked_until = self._clock.now() + seconds

    def set_daily(self, organization_id: str, limit: int) -> None:
        """Give one organization another daily limit (0: unlimited)."""
        with self._lock:
            self._usage.setdefault(organization_id, _Usage()).daily_override = limit

    def enter(self, organization_id: str, in_zone: tzinfo) -> None:
        """Count one call, refused ones too. Raises ZohoError 44, 45 or 1070.

        Every call of :meth:`enter` is to be followed by :meth:`leave`.
        """
        with self._lock:
            usage = self._usage.setdefault(organization_id, _Usage())
            usage.in_process += 1
            now = self._clock.now()
            self._turn_day(usage, now, in_zone)
            usage.used_today += 1
            self._judge(usage, now, in_zone)

    def leave(self, organization_id: str) -> None:
        """Note that a call has been answered."""
        with self._lock:
            self._usage[organization_id].in_process -= 1

    def headers(self, organization_id: str, in_zone: tzinfo) -> dict[str, str]:
        """Return the x-rate-limit headers of the organization's next reply."""
        with self._lock:
            usage = self._usage.setdefault(organization_id, _Usage())
            now = self._clock.now()
            self._turn_day(usage, now, in_zone)
            limit = self._daily(usage)
            return {
                "x-rate-limit-limit": str(limit),
                "x-rate-limit-reset": str(_seconds_to_midnight(now, in_zone)),
                "x-rate-limit-remaining": str(max(0, limit - usage.used_today)),
            }

    def _daily(self, usage: _Usage) -> int:
        if usage.daily_override is not None:
            return usage.daily_override
        return self._switches.limits["daily"]

    def _turn_day(self, usage: _Usage, now: float, in_zone: tzinfo) -> None:
        day = datetime.fromtimestamp(now, in_zone).date().isoformat()
        if usage.day != day:
            usage.day = day
            usage.used_today = 0

    def _judge(self, usage: _Usage, now: float, in_zone: tzinfo) -> None:
        limits = self._switches.limits
        if now < usage.blocked_until:
            raise minute_limit_exceeded(self._retry_after(usage.blocked_until - now))
        daily = self._daily(usage)
        if daily and usage.used_today > daily:
            wait = _seconds_to_midnight(now, in_zone)
            raise daily_limit_exceeded(daily, self._retry_after(wait))
        if limits["concurrency"] and usage.in_process > limits["concurrency"]:
            raise too_many_in_process(self._retry_after(_CONCURRENCY_WAIT_S))
        while usage.recent and usage.recent[0] <= now - _WINDOW_S:
            usage.recent.popleft()
        if not limits["per_minute"]:
            usage.recent.clear()
            return
        if len(usage.recent) >= limits["per_minute"]:
            usage.blocked_until = now + limits["block_seconds"]
            usage.recent.clear()
            raise minute_limit_exceeded(self._retry_after(limits["block_seconds"]))
        usage.recent.append(now)

    def _retry_after(self, seconds: float) -> dict[str, str]:
        if self._switches["retry_after"] == "yes":
            return {"Retry-After": str(max(1, round(seconds)))}
        return {}


def _seconds_to_midnight(now: float, in_zone: tzinfo) -> int:
    local = datetime.fromtimestamp(now, in_zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), in_zone)
    return int(midnight.timestamp() - now)
