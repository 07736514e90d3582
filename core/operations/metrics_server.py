"""`/metrics` on a port of its own: what all processes counted, and how the work stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from core.jobs.models import JobState
from core.operations import selectors

log = structlog.get_logger(__name__)

PATH = "/metrics"
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class StateOfWork(Collector):
    """What is read from the database at each look."""

    def collect(self) -> Iterator[Metric]:
        """Without a database, only that there is none."""
        try:
            found = list(_state_of_work())
        except (DatabaseError, InterfaceError) as error:
            log.warning("metrics_without_database", reason=type(error).__name__)
            found = []
        yield GaugeMetricFamily(
            "tradepost_database_up", "Whether the database answers.", value=1 if found else 0
        )
        yield from found


def _state_of_work() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "tradepost_relay_lag_seconds",
        "How long the oldest event that could be delivered has been due.",
        value=selectors.relay_lag_seconds(),
    )
    yield GaugeMetricFamily(
        "tradepost_dead_letters",
        "Events that a subscriber failed to take.",
        value=selectors.dead_letters(),
    )
    yield GaugeMetricFamily(
        "tradepost_failed_webhook_deliveries",
        "Webhook deliveries that failed for good, of those kept.",
        value=selectors.failed_webhooks(),
    )
    jobs = GaugeMetricFamily("tradepost_jobs", "Jobs by state.", labels=["state"])
    counted = selectors.jobs_by_state()
    for state in JobState.values:
        jobs.add_metric([state], counted.get(state, 0))
    yield jobs
    age = selectors.heartbeat_age_seconds()
    if age is not None:
        yield GaugeMetricFamily(
            "tradepost_heartbeat_age_seconds",
            "Since when the scheduler has not shown that it lives.",
            value=age,
        )


def _forget_ended_processes(folder: str) -> None:
    """Present numbers, such as the pool's, end with their process; what was counted stays."""
    for path in Path(folder).glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdigit() and not _is_running(int(pid)):
            mark_process_dead(int(pid), folder)  # type: ignore[no-untyped-call]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def exposition() -> bytes:
    """Everything, in the text format of Prometheus."""
    registry = CollectorRegistry()
    if settings.METRICS_FOLDER:
        _forget_ended_processes(settings.METRICS_FOLDER)
        MultiProcessCollector(registry, path=settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    registry.register(StateOfWork())
    return generate_latest(registry)


def application(variables: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application: one address."""
    if variables.get("PATH_INFO") != PATH:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"metrics are at /metrics\n"]
    body = exposition()
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [body]


class _QuietHandler(WSGIRequestHandler):
    timeout = 10  # a client that sends nothing does not hold the one thread for longer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base's name)
        """A look every few seconds is no news."""


class _LastingServer(WSGIServer):
    def process_request(self, request: Any, client_address: Any) -> None:
        """A connection that the database has ended meanwhile is replaced first."""
        close_old_connections()
        super().process_request(request, client_address)


def metrics_server(host: str, port: int) -> WSGIServer:
    """A server bound to that port; `serve_forever` serves, one look at a time."""
    return make_server(host, port, application, _LastingServer, _QuietHandler)
