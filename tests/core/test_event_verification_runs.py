"""Verifying the event record in the background: progress, end, cancel, and the parts it reads."""

from __future__ import annotations

import pytest
from django.db import connection

from core.events import verification, verification_runs
from core.events.models import Event
from core.events.tasks import verify_events
from core.events.verification import verify_in_parts, verify_streams
from core.events.verification_runs import (
    RUN_TASK,
    VERIFY_EVENTS,
    resume_abandoned_verifications,
    run_verification,
    start_verification,
)
from core.jobs.control import cancel_job, retry_job
from core.jobs.errors import JobAlreadyRunning
from core.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def five_streams(emit) -> None:
    """Streams thing:a to thing:e with one to five events: fifteen."""
    for length, name in enumerate("abcde", start=1):
        for number in range(length):
            emit(name, number)


def alter(stream_id: str, position: int) -> Event:
    """Change an event behind its guard."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER core_event_append_only")
        cursor.execute(
            "UPDATE core_event SET actor = 'x' WHERE stream_id = %s AND position = %s",
            [stream_id, position],
        )
        assert cursor.rowcount == 1
    return Event.objects.get(stream_id=stream_id, position=position)


def run() -> Job:
    """A finished verification."""
    job = start_verification()
    run_verification(job_id=str(job.pk))
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("streams", [1, 2, 5, 6])
def test_parts_say_the_same_as_the_whole(five_streams, monkeypatch, streams):
    monkeypatch.setattr(verification, "STREAMS_A_PART", streams)
    parts = list(verify_in_parts())
    assert [verdict for part in parts for verdict in part] == list(verify_streams())
    assert len([part for part in parts if part]) == -(-5 // streams)


def test_streams_that_lost_their_heads_are_in_a_part(five_streams, monkeypatch, behind_the_guard):
    monkeypatch.setattr(verification, "STREAMS_A_PART", 1)
    behind_the_guard("DELETE FROM core_streamhead WHERE stream_id IN ('a', 'c', 'e')")
    verdicts = [verdict for part in verify_in_parts() for verdict in part]
    assert [(v.stream_id, v.broken is not None) for v in verdicts] == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", False),
        ("e", True),
    ]


def test_intact_record_succeeds_with_its_counts(five_streams):
    job = run()
    assert (job.kind, job.state, job.result, job.done, job.total, job.error) == (
        VERIFY_EVENTS,
        JobState.SUCCEEDED,
        {"streams": 5, "events": 15},
        5,
        5,
        "",
    )


def test_empty_record_succeeds(event_catalogue):
    assert run().result == {"streams": 0, "events": 0}


def test_broken_record_fails_and_names_the_first_broken_row(five_streams, monkeypatch):
    monkeypatch.setattr(verification, "STREAMS_A_PART", 2)
    first, second = alter("b", 1), alter("e", 5)
    job = run()
    place = f"thing:b position 1, event {first.pk}"
    words = f"{place}: its hash is not the previous_hash kept at position 2"
    assert (job.state, job.error, job.result) == (
        JobState.FAILED,
        words,
        {"streams": 5, "events": 15, "broken": 2},
    )
    assert words in job.log_tail
    assert f"event {second.pk}" in job.log_tail


def test_progress_told_after_each_part(five_streams, monkeypatch):
    monkeypatch.setattr(verification, "STREAMS_A_PART", 2)
    told = []
    real = verification_runs.report_progress

    def note(**values):
        told.append((values.get("done"), values.get("total")))
        real(**values)

    monkeypatch.setattr(verification_runs, "report_progress", note)
    run()
    assert told == [(0, 5), (2, None), (4, None), (5, None)]


def test_cancelled_verification_keeps_what_it_counted(five_streams, monkeypatch):
    monkeypatch.setattr(verification, "STREAMS_A_PART", 2)
    real = verification_runs.verify_in_parts

    def cancelled_after_two_parts():
        for number, part in enumerate(real()):
            if number == 1:
                cancel_job(job=Job.objects.get())
            yield part

    monkeypatch.setattr(verification_runs, "verify_in_parts", cancelled_after_two_parts)
    job = run()
    assert (job.state, job.result, job.done, job.error) == (
        JobState.CANCELLED,
        {"streams": 4, "events": 10},
        2,
        "",
    )


def test_crash_closes_the_job_and_is_raised(five_streams, monkeypatch):
    def crash():
        raise ZeroDivisionError

    monkeypatch.setattr(verification_runs, "verify_in_parts", crash)
    job = start_verification()
    with pytest.raises(ZeroDivisionError):
        run_verification(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "unexpected: ZeroDivisionError")


def test_lost_verification_writes_nothing_more(five_streams, monkeypatch):
    def taken_over():
        Job.objects.update(lease_holder="another")
        yield []

    monkeypatch.setattr(verification_runs, "verify_in_parts", taken_over)
    job = start_verification()
    assert run_verification(job_id=str(job.pk)) is None
    assert Job.objects.get().state == JobState.RUNNING


def test_one_verification_at_a_time():
    job = start_verification()
    with pytest.raises(JobAlreadyRunning):
        start_verification()
    cancel_job(job=job)
    assert retry_job(job=job).retry_of_id == job.pk
    with pytest.raises(JobAlreadyRunning):
        retry_job(job=job)


def test_verification_that_nobody_took_sent_again():
    job = start_verification()
    assert resume_abandoned_verifications() == 0
    Job.objects.update(created_at="2026-01-01T00:00:00Z")
    assert resume_abandoned_verifications() == 1
    assert run_verification(job_id=str(job.pk)) == JobState.SUCCEEDED
    assert run_verification(job_id=str(job.pk)) is None


def test_worker_carries_out_the_task_that_a_start_sends(five_streams):
    job = start_verification()
    assert verify_events.name == RUN_TASK
    verify_events(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"streams": 5, "events": 15})
