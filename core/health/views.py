"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (a view)
    """200 while the process answers; touches nothing."""
    return JsonResponse({"status": "ok"})


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise LookupError(f"{len(pending)} migrations are not applied")


def _cache() -> None:
    caches["counters"].get("health")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
}


def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (a view)
    """200 when every dependency answers, else 503; which one is named, why is in the log."""
    results: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            check()
        except (DatabaseError, LookupError, RedisError, ConnectionInterrupted, OSError):
            log.exception("not_ready", check=name)
            results[name] = "failed"
        else:
            results[name] = "ok"
    good = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if good else "failed", "checks": results}, status=200 if good else 503
    )
