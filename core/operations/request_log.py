"""One log line a request, with its SQL; what was slow is also kept for the admin."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.context import SYSTEM_ACTOR, Caller, caller_noted, current_context, user_actor
from core.operations.measuring import SqlCost, sql_measured
from core.operations.metrics import count_request
from core.operations.models import SlowKind, SlowOperation
from core.operations.services import LONGEST_ROUTE, keep_slow_operations

log = structlog.get_logger(__name__)

#: What a route is called that no pattern stands for.
NO_ROUTE, STATIC_ROUTE = "(none)", "(static file)"
_PROBES = frozenset({"health/live", "health/ready"})
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, so that a thousand products are one route."""
    match = request.resolver_match
    if match is not None:
        return match.route.removeprefix("^").removesuffix("/?$")[:LONGEST_ROUTE]
    return STATIC_ROUTE if request.path.startswith(settings.STATIC_URL) else NO_ROUTE


def method_of(request: HttpRequest) -> str:
    """The method; "OTHER" for one that nobody has heard of."""
    return request.method if request.method in _KNOWN_METHODS else "OTHER"


def _actor_of(request: HttpRequest, caller: Caller) -> str:
    """Who was let in, without asking the database for it."""
    if caller.actor != SYSTEM_ACTOR:
        return caller.actor
    user: Any = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    key = getattr(user, "pk", None)
    return user_actor(key) if key else SYSTEM_ACTOR


class RequestLogMiddleware:
    """Measures everything inside it. Stands right inside the context's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        with sql_measured() as cost, caller_noted() as caller:
            response = self.get_response(request)
        ms = round((time.perf_counter() - started) * 1000, 1)
        facts: dict[str, Any] = {
            "method": method_of(request),
            "route": route_of(request),
            "status": response.status_code,
            "ms": ms,
            "sql_count": cost.count,
            "sql_ms": cost.ms,
            "actor": _actor_of(request, caller),
            "organization": caller.organization_id,
        }
        count_request(
            route=facts["route"],
            method=facts["method"],
            status=response.status_code,
            seconds=ms / 1000,
            sql_count=cost.count,
            sql_seconds=cost.seconds,
        )
        if facts["route"] in _PROBES:
            log.debug("request", **facts)
        else:
            log.info("request", **facts)
        if ms >= settings.SLOW_REQUEST_MS or cost.slow:
            _tell_slow(response, facts, cost)
        return response


def _tell_slow(response: HttpResponseBase, facts: dict[str, Any], cost: SqlCost) -> None:
    """Warn now, and store once the answer is sent."""
    operations = slow_statements(
        cost, method=facts["method"], route=facts["route"], actor=facts["actor"]
    )
    if facts["ms"] >= settings.SLOW_REQUEST_MS:
        log.warning("slow_request", **facts)
        request = SlowOperation(
            kind=SlowKind.REQUEST,
            happened_at=timezone.now(),
            duration_ms=round(facts["ms"]),
            method=facts["method"],
            route=facts["route"],
            status=facts["status"],
            sql_count=facts["sql_count"],
            sql_ms=round(facts["sql_ms"]),
            actor=facts["actor"],
            request_id=current_context().request_id,
        )
        operations.insert(0, request)
    response._resource_closers.append(  # type: ignore[attr-defined]
        partial(keep_slow_operations, operations=operations)
    )


def slow_statements(cost: SqlCost, *, method: str, route: str, actor: str) -> list[SlowOperation]:
    """Warn of each slow statement; rows to store for them."""
    operations = []
    for slow in cost.slow:
        log.warning("slow_statement", route=route, ms=slow.ms, statement=slow.text)
        operations.append(
            SlowOperation(
                kind=SlowKind.STATEMENT,
                happened_at=timezone.now(),
                duration_ms=round(slow.ms),
                method=method,
                route=route[:LONGEST_ROUTE],
                statement=slow.text,
                actor=actor,
                request_id=current_context().request_id,
            )
        )
    return operations
