"""What the tests of the core share: event types of their own, undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from core.events import registry, relay, services
from core.events.schemas import object_schema
from core.jobs import registry as job_registry
from core.jobs.models import Job
from core.jobs.services import queue_job
from core.webhooks import event_types, fan_out
from tests.core.webhook_receiver import Receiver, receiving


@pytest.fixture
def event_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with the type `thing.happened` and no subscribers; the real one comes back."""
    monkeypatch.setattr(registry, "_types", {})
    monkeypatch.setattr(registry, "_upcasters", {})
    monkeypatch.setattr(registry, "_subscribers", {})
    registry.declare_event_type(
        "thing.happened",
        meaning="A thing happened.",
        fields={"number": "which"},
        schema=object_schema({}, {"number": {}}),
    )
    relay.declare()


@pytest.fixture
def emit(event_catalogue: None):
    """`emit(stream_id, number)`: one event in a unit of work of its own."""

    def emit_one(stream_id: str, number: int = 0) -> None:
        with services.unit_of_work():
            services.queue_event(
                stream_type="thing",
                stream_id=stream_id,
                type="thing.happened",
                data={"number": number},
            )

    return emit_one


@pytest.fixture
def webhook_events(event_catalogue: None) -> None:
    """The catalogue with `thing.happened`, the types about webhooks, and webhooks listening."""
    event_types.declare()
    fan_out.register()


@pytest.fixture
def receiver(webhook_events: None, settings) -> Iterator[Receiver]:
    """A local receiver that may be called."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with receiving() as made:
        yield made


def _run_again(job: Job) -> Job:
    return queue_job(kind=job.kind)


@pytest.fixture(autouse=True)
def job_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of the tests beside the real ones; `tests.once` can neither be started nor retried."""
    monkeypatch.setattr(job_registry, "_kinds", dict(job_registry._kinds))
    for name in ("run", "silent", "untaken", "fresh", "effect"):
        job_registry.declare_job_kind(
            f"tests.{name}", label="A run", permission="core.add_job", start=_run_again
        )
    job_registry.declare_job_kind("tests.once", label="Once", permission="core.add_job")


@pytest.fixture
def behind_the_guard():
    """Run SQL on the record as somebody would who may take the triggers away."""

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            for table in ("core_event", "core_eventanchor", "core_streamhead"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql)
            assert cursor.rowcount > 0

    return run
