"""Jobs: taken once, kept alive, taken over when their worker is gone, closed for good."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import QuerySet

from core.context import Context, Source, use_context
from core.errors import LeaseLost
from core.identity.models import User
from core.jobs import services
from core.jobs.models import Job, JobState
from core.jobs.services import (
    LEASE,
    abandoned_jobs,
    finish_job,
    queue_job,
    report_progress,
    take_job,
)
from tests.concurrency.threads import run_together

START = datetime(2026, 5, 17, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    """A clock that stands still until a test shifts it."""
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


@pytest.mark.django_db
def test_job_queued_in_the_name_of_the_actor():
    user = User.objects.create(email="a@example.com")
    context = Context(request_id="request-0001", actor=f"user:{user.pk}", source=Source.ADMIN)
    with use_context(context):
        job = Job.objects.get(pk=queue_job(kind="tests.run").pk)
    assert (job.kind, job.state, job.actor_id, job.request_id) == (
        "tests.run",
        JobState.QUEUED,
        user.pk,
        "request-0001",
    )


@pytest.mark.django_db
def test_job_of_the_system_has_no_actor():
    with use_context(Context(request_id="request-0001")):
        assert queue_job(kind="tests.run").actor_id is None


@pytest.mark.django_db
def test_job_taken_gets_a_lease(clock):
    job = take_job(job_id=str(queue_job(kind="tests.run").pk))
    assert job is not None
    assert (job.state, job.started_at, job.lease_until) == (JobState.RUNNING, START, START + LEASE)


@pytest.mark.django_db
def test_job_not_taken_over_before_its_lease_ends(clock):
    job_id = str(queue_job(kind="tests.run").pk)
    take_job(job_id=job_id)
    clock.shift(LEASE - timedelta(microseconds=1))
    assert take_job(job_id=job_id) is None
    assert abandoned_jobs() == []


@pytest.mark.django_db
def test_job_taken_over_when_its_lease_ends(clock):
    job_id = str(queue_job(kind="tests.run").pk)
    take_job(job_id=job_id)
    clock.shift(LEASE)
    job = take_job(job_id=job_id)
    assert job is not None
    assert (job.started_at, job.lease_until) == (START, START + 2 * LEASE)


@pytest.mark.django_db
def test_progress_keeps_the_lease(clock):
    job = take_job(job_id=str(queue_job(kind="tests.run").pk))
    clock.shift(LEASE - timedelta(seconds=1))
    report_progress(job=job, step="half way", done=50, total=200)
    clock.shift(timedelta(seconds=2))
    assert take_job(job_id=str(job.pk)) is None
    job.refresh_from_db()
    assert (job.step, job.done, job.total, job.percent) == ("half way", 50, 200, 25)


@pytest.mark.django_db
def test_progress_lines_added_and_the_oldest_characters_dropped(clock):
    job = take_job(job_id=str(queue_job(kind="tests.run").pk))
    report_progress(job=job, step="a", line="first")
    report_progress(job=job, step="b", line="second")
    job.refresh_from_db()
    assert job.log_tail == "12:00:00 first\n12:00:00 second\n"
    report_progress(job=job, step="c", line="x" * 7_990)
    job.refresh_from_db()
    assert job.log_tail == "12:00:00 " + "x" * 7_990 + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    [
        (JobState.RUNNING, 5, None, None),
        (JobState.RUNNING, 1, 3, 33),
        (JobState.RUNNING, 9, 3, 100),
        (JobState.FAILED, 1, 4, 25),
        (JobState.PARTIAL, 1, 4, 100),
        (JobState.SUCCEEDED, 0, None, 100),
    ],
)
def test_percent_of_a_job(state, done, total, percent):
    assert Job(kind="tests.run", state=state, done=done, total=total).percent == percent


@pytest.mark.django_db
def test_finished_job_not_taken_again(clock):
    job = take_job(job_id=str(queue_job(kind="tests.run").pk))
    finish_job(job=job, state=JobState.SUCCEEDED, result={"rows": 3})
    clock.shift(10 * LEASE)
    assert take_job(job_id=str(job.pk)) is None
    assert abandoned_jobs() == []
    job.refresh_from_db()
    assert (job.state, job.result, job.finished_at, job.lease_until) == (
        JobState.SUCCEEDED,
        {"rows": 3},
        START,
        None,
    )


@pytest.mark.django_db
def test_first_end_of_a_job_stands_against_a_worker_that_comes_back(clock):
    slow = take_job(job_id=str(queue_job(kind="tests.run").pk))
    clock.shift(LEASE)
    successor = take_job(job_id=str(slow.pk))
    finish_job(job=successor, state=JobState.SUCCEEDED, result={"rows": 3})
    with pytest.raises(LeaseLost):
        report_progress(job=slow, step="still here", done=1)
    with pytest.raises(LeaseLost):
        finish_job(job=slow, state=JobState.FAILED, error="late", result={})
    job = Job.objects.get()
    assert (job.state, job.result, job.error, job.step, job.lease_until) == (
        JobState.SUCCEEDED,
        {"rows": 3},
        "",
        "",
        None,
    )


def job_taken_over(clock):
    """A worker that fell silent and its successor, each with the job as it took it."""
    slow = take_job(job_id=str(queue_job(kind="tests.run").pk))
    clock.shift(LEASE)
    successor = take_job(job_id=str(slow.pk))
    assert slow.lease_holder != successor.lease_holder
    return slow, successor


@pytest.mark.django_db
def test_silent_worker_stopped_while_its_successor_works(clock):
    slow, successor = job_taken_over(clock)
    report_progress(job=successor, step="mine", done=1)
    with pytest.raises(LeaseLost):
        report_progress(job=slow, step="still here", done=99, line="late")
    with pytest.raises(LeaseLost):
        finish_job(job=slow, state=JobState.FAILED, error="late", result={})
    job = Job.objects.get()
    assert (job.state, job.step, job.done, job.log_tail) == (JobState.RUNNING, "mine", 1, "")
    finish_job(job=successor, state=JobState.SUCCEEDED, result={"rows": 3})
    assert Job.objects.get().state == JobState.SUCCEEDED


@pytest.mark.django_db
def test_silent_worker_closes_its_successors_job_without_the_fence(clock, monkeypatch):
    """Negative control: the holder's name is what keeps the first worker out."""

    def whoever_asks(job):
        return Job.objects.filter(pk=job.pk, finished_at__isnull=True)

    slow, successor = job_taken_over(clock)
    monkeypatch.setattr(services, "_held", whoever_asks)
    report_progress(job=successor, step="mine", done=1)
    finish_job(job=slow, state=JobState.FAILED, error="late", result={})
    assert Job.objects.get().state == JobState.FAILED


@pytest.mark.django_db
def test_job_not_taken_by_anybody_cannot_be_reported_on():
    with pytest.raises(LeaseLost):
        report_progress(job=queue_job(kind="tests.run"), step="early")


@pytest.mark.django_db
def test_progress_without_a_step_keeps_the_step_and_the_lease(clock):
    job = take_job(job_id=str(queue_job(kind="tests.run").pk))
    report_progress(job=job, step="half way", done=50)
    clock.shift(timedelta(seconds=30))
    report_progress(job=job)
    job.refresh_from_db()
    assert (job.step, job.done, job.lease_until) == (
        "half way",
        50,
        START + timedelta(seconds=30) + LEASE,
    )


@pytest.mark.django_db
def test_abandoned_jobs_are_the_silent_and_the_untaken_oldest_first(clock):
    silent = take_job(job_id=str(queue_job(kind="tests.silent").pk))
    untaken = queue_job(kind="tests.untaken")
    clock.shift(LEASE + timedelta(seconds=1))
    fresh = queue_job(kind="tests.fresh")
    assert [job.pk for job in abandoned_jobs()] == [silent.pk, untaken.pk]
    assert fresh.state == JobState.QUEUED


def takers_of_one_job() -> int:
    """How many of two workers get the same queued job when they ask at once."""
    job_id = str(queue_job(kind="tests.run").pk)
    outcomes = run_together(lambda _: take_job(job_id=job_id), range(2))
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    return sum(outcome is not None for outcome in outcomes)


def test_job_taken_by_one_of_two_workers_at_once(committed_db):
    assert takers_of_one_job() == 1


def test_job_taken_by_both_workers_without_the_row_lock(committed_db, monkeypatch):
    """Negative control: the lock on the row is what lets only one have it."""
    both_have_read = threading.Barrier(2)
    first = QuerySet.first

    def read_together(self):
        row = first(self)
        both_have_read.wait(timeout=10)
        return row

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(QuerySet, "first", read_together)
    assert takers_of_one_job() == 2
