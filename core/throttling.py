"""How often a caller may knock.

`ScopeThrottle` counts per process and adds up with the others through Valkey every 250 ms: a
caller can overshoot by what the other processes admitted in that quarter second. It fails open.
`exact_limit` is django-ratelimit's atomic counter for posts worth abusing; it fails closed (503).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.errors import DependencyDown, TooManyRequests

if TYPE_CHECKING:
    from rest_framework.views import APIView

WINDOW_SECONDS = 60
RECONCILE_SECONDS = 0.25
#: Callers remembered per process; beyond it the oldest windows are forgotten first.
LARGEST_TABLE = 50_000


def client_address(request: HttpRequest) -> str:
    """The caller's address: the socket's, or what our own proxies in front report."""
    hops = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", "")) or "unknown"


def caller_of(request: HttpRequest | Request) -> str:
    """Who is counted: the token, the signed-in user, else the address."""
    token = getattr(request, "auth", None)
    if isinstance(token, models.Model):
        return f"token:{token.pk}"
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return f"address:{client_address(request)}"


@dataclass(slots=True)
class Window:
    """The count of one caller in one minute: ours since the last sum, and everybody's then."""

    minute: int
    everybody: int = 0
    ours: int = 0
    summed_at: float = 0.0
    is_summing: bool = False


class WindowCounter:
    """Counts in process, sums up across processes at most every `RECONCILE_SECONDS`."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}
        self._lock = threading.Lock()

    def hit(self, key: str, now: float) -> int:
        """Count one request of `key`; the count of this minute so far, this one included."""
        minute = int(now // WINDOW_SECONDS)
        with self._lock:
            window = self._windows.get(key)
            if window is None or window.minute != minute:
                self._make_room()
                window = self._windows[key] = Window(minute=minute, summed_at=now)
            window.ours += 1
            if window.is_summing or now - window.summed_at < RECONCILE_SECONDS:
                return window.everybody + window.ours
            window.is_summing = True
            window.summed_at = now
            unsent = window.ours
        # Outside the lock: a slow counter server delays this caller alone.
        total = self._add_to_sum(f"throttle:{key}:{minute}", unsent)
        with self._lock:
            window.is_summing = False
            if total is not None:
                window.everybody = total
                window.ours -= unsent
            return window.everybody + window.ours

    def _make_room(self) -> None:
        while len(self._windows) >= LARGEST_TABLE:
            self._windows.pop(next(iter(self._windows)))

    def _add_to_sum(self, name: str, unsent: int) -> int | None:
        """Everybody's count with `unsent` added; None when the counters cannot be reached."""
        cache = caches["counters"]
        try:
            cache.add(name, 0, timeout=2 * WINDOW_SECONDS)
            total: int = cache.incr(name, unsent)
        except (RedisError, ConnectionInterrupted, ValueError, OSError):
            # Fails open: this process goes on counting what it sees itself.
            return None
        return total


_counter = WindowCounter()


class ScopeThrottle(BaseThrottle):
    """The rate of the view's `throttle_scope` (see `THROTTLE_RATES`), per caller and minute."""

    def __init__(self) -> None:
        self._now = time.time()

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope: str = view.throttle_scope  # type: ignore[attr-defined]
        limit = settings.THROTTLE_RATES[scope]
        return _counter.hit(f"{scope}:{caller_of(request)}", self._now) <= limit

    def wait(self) -> float:
        return WINDOW_SECONDS - self._now % WINDOW_SECONDS


def by_address(group: str, request: HttpRequest) -> str:  # noqa: ARG001  (asked with both)
    """Count by the caller's address: django-ratelimit's kind of key."""
    return client_address(request)


def exact_limit(
    request: HttpRequest,
    *,
    group: str,
    rate: str,
    key: Callable[[str, HttpRequest], str] = by_address,
) -> None:
    """Count one request of `group` and refuse it above `rate` ("30/m"), by address or `key`.

    Raises TooManyRequests, and DependencyDown when the counters cannot be reached.
    """
    try:
        usage: dict[str, Any] | None = get_usage(
            request, group=group, key=key, rate=rate, increment=True
        )
    except (RedisError, ConnectionInterrupted, OSError) as error:
        raise DependencyDown(retry_after=5) from error
    if usage and not usage["limit"]:
        # The library's way to say that it got no count: the counters went away in between.
        raise DependencyDown(retry_after=5)
    if usage and usage["should_limit"]:
        seconds = max(1, usage["time_left"])
        raise TooManyRequests(seconds=seconds, retry_after=seconds)


class SearchThrottle(BaseThrottle):
    """Searches a minute from one address, counted exactly: they cost more than browsing does.

    A search is a read, so with the counters away all are let through.
    """

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not request.query_params.get("search"):
            return True
        try:
            exact_limit(request._request, group="search", rate=f"{settings.SEARCHES_PER_MINUTE}/m")
        except TooManyRequests as refusal:
            self._wait = float(refusal.retry_after or WINDOW_SECONDS)
            return False
        except DependencyDown:
            return True
        return True

    def wait(self) -> float:
        return self._wait


def scope_limit(request: HttpRequest, scope: str) -> None:
    """Count one request as `ScopeThrottle` does, where no view of the API does it.

    Raises TooManyRequests.
    """
    now = time.time()
    if _counter.hit(f"{scope}:{caller_of(request)}", now) > settings.THROTTLE_RATES[scope]:
        seconds = int(WINDOW_SECONDS - now % WINDOW_SECONDS) + 1
        raise TooManyRequests(seconds=seconds, retry_after=seconds)
