"""What each process counts for Prometheus; nothing while no folder for it is set.

Every process writes files of its own into TRADEPOST_METRICS_DIR and `manage.py serve_metrics` adds
them up. Labels hold patterns, methods and states, never what a caller made up.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Meters:
    """The instruments of this process."""

    def __init__(self) -> None:
        # What is exposed is read from the files; a registry of its own leaves the library's alone.
        registry = CollectorRegistry()
        self.requests = Histogram(
            "tradepost_request_seconds",
            "Requests by route, method and status, and how long they took.",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.sql_seconds = Counter(
            "tradepost_sql_seconds",
            "Seconds that requests waited for SQL.",
            ["route"],
            registry=registry,
        )
        self.sql_statements = Counter(
            "tradepost_sql_statements", "SQL statements of requests.", ["route"], registry=registry
        )
        self.pool = Gauge(
            "tradepost_db_pool",
            "Connections of the web processes' pools, and requests waiting for one.",
            ["state"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.cached = Counter(
            "tradepost_public_answers",
            "Public answers by where they came from: process, valkey, or made anew.",
            ["origin"],
            registry=registry,
        )


@cache
def meters() -> Meters | None:
    """The instruments; None when nothing is counted here."""
    return Meters() if settings.METRICS_FOLDER else None


def count_request(
    *, route: str, method: str, status: int, seconds: float, sql_count: int, sql_seconds: float
) -> None:
    """Count one request, and look at the pool."""
    found = meters()
    if found is None:
        return
    found.requests.labels(route, method, str(status)).observe(seconds)
    found.sql_statements.labels(route).inc(sql_count)
    found.sql_seconds.labels(route).inc(sql_seconds)
    pool: Any = connection.pool  # type: ignore[attr-defined]
    if pool is not None:
        stats = pool.get_stats()
        found.pool.labels("size").set(stats.get("pool_size", 0))
        found.pool.labels("available").set(stats.get("pool_available", 0))
        found.pool.labels("waiting").set(stats.get("requests_waiting", 0))


def count_public_answer(origin: str) -> None:
    """Count one public answer: "process", "valkey" or "made"."""
    found = meters()
    if found is not None:
        found.cached.labels(origin).inc()
