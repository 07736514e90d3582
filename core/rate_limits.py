"""How much a caller may do in a minute: counted exactly, by all processes together.

A caller is a token, a signed-in user or an address; what an organization's people do together is
counted beside it. Reads and writes are counted apart. One round trip to Valkey counts all of it;
when Valkey is away the request is let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.context import current_context
from core.tenancy import plan_in_force
from core.throttling import WINDOW_SECONDS, caller_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Count each key once and start its minute with its first request; count and milliseconds left.
_COUNT = """
local told = {}
for _, key in ipairs(KEYS) do
    local count = redis.call('INCR', key)
    if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
    told[#told + 1] = count
    told[#told + 1] = redis.call('PTTL', key)
end
return told
"""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The tightest of the limits that a request counts against."""

    limit: int
    remaining: int
    reset_seconds: int


@dataclass(frozen=True, slots=True)
class _Counted:
    key: str
    limit: int


class PlanThrottle(BaseThrottle):
    """The plan of the view's `throttle_scope`: reads and writes a minute, by caller and by
    organization."""

    def __init__(self) -> None:
        self._wait = float(WINDOW_SECONDS)

    def allow_request(self, request: Request, view: APIView) -> bool:
        counted = _counted(request, view.throttle_scope)  # type: ignore[attr-defined]
        told = _count([each.key for each in counted])
        if told is None:
            return True
        states = [
            RateLimit(each.limit, each.limit - count, -(-milliseconds // 1000))
            for each, (count, milliseconds) in zip(counted, told, strict=True)
        ]
        tightest = min(states, key=lambda state: state.remaining)
        request._request.rate_limit = tightest  # type: ignore[attr-defined]
        refused = [state.reset_seconds for state in states if state.remaining < 0]
        self._wait = float(max(refused, default=0))
        return not refused

    def wait(self) -> float:
        return max(1.0, self._wait)


def _counted(request: Request, scope: str) -> list[_Counted]:
    is_read = request.method in _SAFE
    kind = "read" if is_read else "write"
    rates = settings.THROTTLE_RATES if is_read else settings.THROTTLE_WRITE_RATES
    limit = rates.get(scope, settings.THROTTLE_RATES[scope])
    limit *= settings.ORGANIZATION_PLANS.get(plan_in_force(request.user), 1)
    counted = [_Counted(f"rate:{scope}:{kind}:{caller_of(request)}", limit)]
    organization = current_context().organization_id
    if organization:
        together = limit * settings.ORGANIZATION_RATE_FACTOR
        counted.append(_Counted(f"rate:{scope}:{kind}:organization:{organization}", together))
    return counted


def _count(keys: list[str]) -> list[tuple[int, int]] | None:
    """Count and milliseconds left of each key, this request included; None without Valkey."""
    cache: Any = caches["counters"]
    made = [cache.client.make_key(key) for key in keys]
    try:
        told = cache.client.get_client(write=True).eval(
            _COUNT, len(made), *made, WINDOW_SECONDS * 1000
        )
    except (RedisError, ConnectionInterrupted, OSError) as error:
        log.warning("rates_not_counted", reason=type(error).__name__)
        return None
    return list(zip(told[::2], told[1::2], strict=True))


def tell_rate_limit(request: HttpRequest, response: HttpResponse) -> None:
    """Add what the caller may still do to an answer that was counted."""
    state: RateLimit | None = getattr(request, "rate_limit", None)
    if state is not None:
        response["RateLimit-Limit"] = str(state.limit)
        response["RateLimit-Remaining"] = str(max(0, state.remaining))
        response["RateLimit-Reset"] = str(state.reset_seconds)
