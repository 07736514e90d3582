"""Liveness touches nothing; readiness looks at every part, in bounded time, and says what fails."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from config.celery import app as celery_app
from core.events.models import DeliveryState, EventDelivery
from core.health import checks
from core.health.checks import Check, Examination, examination
from core.operations import selectors, tasks
from core.operations.models import Heartbeat

ALL = ["database", "migrations", "cache", "broker", "relay", "scheduler", "disk"]
NEEDED = ["database", "migrations"]


def readiness() -> tuple[int, str, list[str]]:
    """Status code, status, and the names of the checks that failed, looked at afresh."""
    examination.forget()
    answer = Client().get("/health/ready")
    body = answer.json()
    failed = [name for name, found in body["checks"].items() if found["status"] != "ok"]
    return answer.status_code, body["status"], failed


@pytest.fixture
def beating(committed_db: str) -> str:
    tasks.record_heartbeat()
    return committed_db


def make_delivery(*, due: timedelta, state: str = DeliveryState.PENDING, position: int = 1) -> None:
    """A delivery of one stream that was due so long ago."""
    EventDelivery.objects.create(
        event_id=uuid.uuid4(),
        subscriber="example",
        stream_type="thing",
        stream_id="1",
        position=position,
        state=state,
        next_attempt_at=timezone.now() - due,
    )


def test_live_touches_no_database():
    """Without a database mark any query fails."""
    answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_names_every_check_with_its_time(beating):
    answer = Client().get("/health/ready")
    body = answer.json()
    assert (answer.status_code, body["status"], list(body["checks"])) == (200, "ok", ALL)
    assert [name for name, found in body["checks"].items() if found["needed"]] == NEEDED
    assert all(set(found) == {"status", "needed", "ms"} for found in body["checks"].values())
    assert all(0 <= found["ms"] < 2000 for found in body["checks"].values())
    assert answer["Cache-Control"] == "no-store"


def test_without_the_database_not_ready(beating, monkeypatch):
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert readiness() == (503, "failed", ["database", "migrations", "relay", "scheduler"])
    monkeypatch.undo()
    assert readiness() == (200, "ok", [])


# The checks look from threads of their own: they see no uncommitted heartbeat.


@pytest.mark.django_db
def test_unapplied_migration_not_ready(monkeypatch):
    known = checks._migrations_in_the_code()
    monkeypatch.setattr(
        checks, "_migrations_in_the_code", lambda: known | {("core", "9999_of_tomorrow")}
    )
    assert readiness() == (503, "failed", ["migrations", "scheduler"])


@pytest.mark.django_db
def test_scheduler_never_heard_of_degraded():
    assert readiness() == (200, "degraded", ["scheduler"])


@pytest.mark.django_db
def test_without_valkey_degraded(settings):
    gone = "unix:///nonexistent/valkey.sock?db=1"
    settings.CACHES = {name: {**one, "LOCATION": gone} for name, one in settings.CACHES.items()}
    assert readiness() == (200, "degraded", ["cache", "scheduler"])


@pytest.mark.django_db
def test_without_broker_degraded(monkeypatch):
    monkeypatch.setattr(celery_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    assert readiness() == (200, "degraded", ["broker", "scheduler"])


@pytest.mark.django_db
def test_full_disk_degraded(monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 1 << 60)
    assert readiness() == (200, "degraded", ["scheduler", "disk"])


def test_answer_tells_no_secret(committed_db, monkeypatch):
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent-secret-place")
    answer = Client().get("/health/ready")
    monkeypatch.undo()
    assert answer.status_code == 503
    assert b"secret-place" not in answer.content


def test_event_due_for_over_a_minute_degraded_unless_a_dead_letter_holds_it(beating):
    make_delivery(due=timedelta(seconds=50))
    assert readiness() == (200, "ok", [])
    EventDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=70))
    assert 70 <= selectors.relay_lag_seconds() < 80
    assert readiness() == (200, "degraded", ["relay"])
    EventDelivery.objects.update(position=2)
    make_delivery(due=timedelta(hours=2), state=DeliveryState.DEAD, position=1)
    assert selectors.relay_lag_seconds() == 0
    assert readiness() == (200, "ok", [])


def test_scheduler_silent_for_two_minutes_degraded(beating):
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=110))
    assert readiness() == (200, "ok", [])
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=125))
    assert readiness() == (200, "degraded", ["scheduler"])
    tasks.record_heartbeat()
    assert readiness() == (200, "ok", [])
    assert Heartbeat.objects.count() == 1


def test_hanging_check_does_not_hold_the_answer_and_runs_once(monkeypatch):
    monkeypatch.setattr(checks, "CHECK_SECONDS", 0.2)
    monkeypatch.setattr(checks, "RESULT_SECONDS", 0)
    goes_on, started = threading.Event(), []

    def hang() -> None:
        started.append(1)
        goes_on.wait(20)

    examined = Examination((Check("hangs", hang), Check("quick", lambda: None)))
    begun = time.monotonic()
    with capture_logs() as lines:
        for _ in range(3):
            assert [(f.check.name, f.is_ok) for f in examined.findings()] == [
                ("hangs", False),
                ("quick", True),
            ]
    assert time.monotonic() - begun < 2
    assert [line["reason"] for line in lines] == ["no answer in time"] * 3
    assert len(started) == 1
    goes_on.set()
    assert [f.is_ok for f in examined.findings()] == [True, True]
    assert len(started) == 1


def test_storm_of_probes_looks_once():
    looked = []
    examined = Examination((Check("counted", lambda: looked.append(1)),))
    threads = [threading.Thread(target=examined.findings) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == 1


def test_without_the_memory_of_a_second_every_probe_looks(monkeypatch):
    monkeypatch.setattr(checks, "RESULT_SECONDS", 0)
    looked = []
    examined = Examination((Check("counted", lambda: looked.append(1)),))
    for _ in range(5):
        examined.findings()
    assert len(looked) == 5
