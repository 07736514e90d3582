"""What `/metrics` tells of the work's state, and what a process that counts nothing costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.events.models import DeliveryState
from core.jobs.models import Job, JobState
from core.operations import tasks
from core.operations.metrics import meters
from core.operations.metrics_server import application
from tests.core.test_health import make_delivery


def look(path: str = "/metrics") -> tuple[str, dict[str, float]]:
    """The status and the samples of one look."""
    statuses: list[str] = []
    body = b"".join(application({"PATH_INFO": path}, lambda status, _: statuses.append(status)))
    samples = re.findall(r"^(tradepost_\S+) (\S+)$", body.decode(), re.MULTILINE)
    return statuses[0], {name: float(number) for name, number in samples}


@pytest.mark.django_db
def test_state_of_work_is_read_at_each_look():
    status, before = look()
    assert status == "200 OK"
    assert before == {
        "tradepost_database_up": 1,
        "tradepost_relay_lag_seconds": 0,
        "tradepost_dead_letters": 0,
        "tradepost_failed_webhook_deliveries": 0,
        **{f'tradepost_jobs{{state="{state}"}}': 0 for state in JobState.values},
    }
    tasks.record_heartbeat()
    make_delivery(due=timedelta(seconds=90))
    make_delivery(due=timedelta(0), state=DeliveryState.DEAD, position=2)
    Job.objects.create(kind="example", request_id="r" * 32, state=JobState.FAILED)
    _, after = look()
    assert 90 <= after.pop("tradepost_relay_lag_seconds") < 120
    assert 0 <= after.pop("tradepost_heartbeat_age_seconds") < 30
    changed = {name: number for name, number in after.items() if before[name] != number}
    assert changed == {"tradepost_dead_letters": 1, 'tradepost_jobs{state="failed"}': 1}


def test_without_a_database_only_that_is_told(committed_db, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    status, samples = look()
    monkeypatch.undo()
    assert (status, samples) == ("200 OK", {"tradepost_database_up": 0})


def test_other_addresses_are_not_found():
    assert look("/") == ("404 Not Found", {})


def test_nothing_is_counted_without_a_folder(settings):
    assert settings.METRICS_FOLDER == ""
    assert meters() is None


def test_server_without_a_port_does_not_start():
    with pytest.raises(CommandError, match="TRADEPOST_METRICS_PORT is not set"):
        call_command("serve_metrics")
