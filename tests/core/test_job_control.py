"""Jobs started, cancelled and started again, and who wins when a cancel meets an end."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.db.models import QuerySet, Value

from core.context import Context, Source, use_context
from core.errors import JobCancelled, LeaseLost
from core.events import verification, verification_runs
from core.identity.models import User
from core.jobs import services
from core.jobs.control import cancel_job, retry_job, start_job
from core.jobs.errors import JobFinished, JobKindNotStartable, JobNotFinished, JobNotRetryable
from core.jobs.models import Job, JobState
from core.jobs.registry import UnknownJobKindError, kind_label
from core.jobs.selectors import is_cancellable
from core.jobs.services import LEASE, abandoned_jobs, finish_job, queue_job, report_progress
from core.jobs.services import take_job as take
from tests.concurrency.threads import run_together

START = datetime(2026, 5, 17, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    """A clock that stands still until a test shifts it."""
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


def running_job(kind: str = "tests.run") -> Job:
    """A job as its worker holds it."""
    job = take(job_id=str(queue_job(kind=kind).pk))
    assert job is not None
    return job


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


@pytest.mark.django_db
def test_undeclared_kind_refused():
    with pytest.raises(UnknownJobKindError):
        queue_job(kind="tests.nobody-declared-this")
    assert Job.objects.count() == 0


def test_label_of_a_kind_that_is_gone_is_its_name():
    assert kind_label("tests.run") == "A run"
    assert kind_label("gone.kind") == "gone.kind"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["tests.run", "gone.kind"])
def test_kind_that_takes_parameters_or_is_unknown_not_started(kind):
    with pytest.raises(JobKindNotStartable):
        start_job(kind=kind)


@pytest.mark.django_db
def test_queued_job_cancelled_at_once(clock):
    user = User.objects.create(email="a@example.com")
    job = queue_job(kind="tests.run")
    context = Context(request_id="request-0001", actor=f"user:{user.pk}", source=Source.ADMIN)
    with use_context(context):
        cancel_job(job=job)
    job.refresh_from_db()
    assert (job.state, job.finished_at, job.cancel_requested_at, job.cancel_requested_by) == (
        JobState.CANCELLED,
        START,
        START,
        user,
    )
    assert take(job_id=str(job.pk)) is None


@pytest.mark.django_db
def test_running_job_told_at_its_next_sign_of_life(clock):
    job = running_job()
    report_progress(job=job, step="one", done=1, total=4, line="first")
    clock.shift(timedelta(seconds=10))
    assert cancel_job(job=job).state == JobState.RUNNING
    with pytest.raises(JobCancelled):
        report_progress(job=job, step="two", done=2, line="second")
    stored = Job.objects.get()
    assert (stored.step, stored.done, stored.log_tail, stored.lease_until) == (
        "one",
        1,
        "12:00:00 first\n",
        START + LEASE,
    )
    assert finish_job(job=job, state=JobState.CANCELLED, result={"rows": 1}) == "cancelled"
    stored.refresh_from_db()
    assert (stored.state, stored.result, stored.done, stored.finished_at) == (
        JobState.CANCELLED,
        {"rows": 1},
        1,
        START + timedelta(seconds=10),
    )


def test_cancelled_job_is_not_a_lost_lease():
    assert not issubclass(JobCancelled, LeaseLost)
    assert not issubclass(LeaseLost, JobCancelled)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED])
def test_cancelled_job_closed_as_cancelled_whatever_its_worker_says(state):
    job = running_job()
    cancel_job(job=job)
    assert finish_job(job=job, state=state, error="why", result={"rows": 1}) == "cancelled"
    stored = Job.objects.get()
    assert (stored.state, stored.error, stored.result) == ("cancelled", "why", {"rows": 1})
    with pytest.raises(LeaseLost):
        finish_job(job=job, state=JobState.SUCCEEDED, result={})


@pytest.mark.django_db
def test_second_cancel_changes_nothing(clock):
    job = running_job()
    cancel_job(job=job)
    clock.shift(timedelta(seconds=5))
    assert cancel_job(job=job).cancel_requested_at == START
    assert is_cancellable(Job.objects.get()) is False


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_left", [1, 0])
def test_cancel_closes_at_once_exactly_when_the_worker_is_dead(clock, seconds_left):
    job = running_job()
    clock.shift(LEASE - timedelta(seconds=seconds_left))
    ended = {1: JobState.RUNNING, 0: JobState.CANCELLED}[seconds_left]
    assert cancel_job(job=job).state == ended
    assert state_of(job) == ended


@pytest.mark.django_db
def test_worker_that_comes_back_after_the_cancel_is_kept_out(clock):
    job = running_job()
    clock.shift(LEASE)
    cancel_job(job=job)
    with pytest.raises(LeaseLost):
        finish_job(job=job, state=JobState.SUCCEEDED, result={})
    assert state_of(job) == JobState.CANCELLED


@pytest.mark.django_db
def test_job_whose_worker_died_after_the_cancel_closed_by_the_next_one(clock):
    job = running_job()
    cancel_job(job=job)
    clock.shift(LEASE + timedelta(seconds=1))
    assert [silent.pk for silent in abandoned_jobs()] == [job.pk]
    assert take(job_id=str(job.pk)) is None
    assert state_of(job) == JobState.CANCELLED
    assert abandoned_jobs() == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED])
def test_finished_job_not_cancelled(state):
    job = running_job()
    finish_job(job=job, state=state, result={})
    with pytest.raises(JobFinished):
        cancel_job(job=job)
    stored = Job.objects.get()
    assert (stored.state, stored.cancel_requested_at) == (state, None)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [JobState.FAILED, JobState.PARTIAL, JobState.CANCELLED])
def test_job_started_again_is_a_new_one(state):
    job = running_job()
    finish_job(job=job, state=state, result={})
    again = retry_job(job=job)
    assert again.pk != job.pk
    assert (again.kind, again.state, again.retry_of_id) == ("tests.run", JobState.QUEUED, job.pk)
    assert state_of(job) == state
    assert Job.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["tests.once", "gone.kind"])
def test_job_of_a_kind_without_a_start_not_started_again(kind):
    job = Job.objects.create(kind=kind, state=JobState.FAILED, request_id="r")
    with pytest.raises(JobNotRetryable):
        retry_job(job=job)


@pytest.mark.django_db
def test_job_that_succeeded_or_has_not_ended_not_started_again():
    job = running_job()
    with pytest.raises(JobNotFinished):
        retry_job(job=job)
    cancel_job(job=job)
    with pytest.raises(JobNotFinished):
        retry_job(job=job)
    Job.objects.update(state=JobState.SUCCEEDED)
    with pytest.raises(JobNotRetryable):
        retry_job(job=job)
    assert Job.objects.count() == 1


def wait_for_a_waiter() -> None:
    """Until some connection waits for a lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def while_open(first, second):
    """`second` on a connection of its own while the transaction of `first` is open; its outcome."""

    def other():
        try:
            return second()
        except (LeaseLost, JobFinished) as error:
            return type(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(other)
            wait_for_a_waiter()
        return waiting.result(timeout=10)


def test_end_that_meets_an_open_cancel_is_a_cancellation(committed_db):
    job = running_job()
    outcome = while_open(
        lambda: cancel_job(job=job),
        lambda: finish_job(job=job, state=JobState.SUCCEEDED, result={}),
    )
    assert (outcome, state_of(job)) == (JobState.CANCELLED, JobState.CANCELLED)


def test_cancelled_job_succeeds_when_the_end_does_not_ask(committed_db, monkeypatch):
    """Negative control: the closing statement's own question is what keeps success out."""
    monkeypatch.setattr(services, "_closing_state", lambda state: Value(state.value))
    job = running_job()
    outcome = while_open(
        lambda: cancel_job(job=job),
        lambda: finish_job(job=job, state=JobState.SUCCEEDED, result={}),
    )
    assert (outcome, state_of(job)) == (JobState.SUCCEEDED, JobState.SUCCEEDED)
    assert Job.objects.get().cancel_requested_at is not None


def test_cancel_that_meets_an_open_end_is_refused(committed_db):
    job = running_job()
    outcome = while_open(
        lambda: finish_job(job=job, state=JobState.SUCCEEDED, result={}),
        lambda: cancel_job(job=job),
    )
    stored = Job.objects.get()
    assert (outcome, stored.state, stored.cancel_requested_at) == (
        JobFinished,
        JobState.SUCCEEDED,
        None,
    )


def test_cancel_that_meets_an_open_end_is_promised_without_the_row_lock(committed_db, monkeypatch):
    """Negative control: the lock on the row is what tells the cancel that it comes too late."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    job = running_job()
    outcome = while_open(
        lambda: finish_job(job=job, state=JobState.SUCCEEDED, result={}),
        lambda: cancel_job(job=job),
    )
    stored = Job.objects.get()
    assert outcome == job
    assert stored.state == JobState.SUCCEEDED
    assert stored.cancel_requested_at is not None


def ends_after_a_race(jobs: int) -> set[tuple[str, bool, str]]:
    """How jobs end whose cancel and success come at once: what the cancel was told, whether the
    row says that one was asked for, and its state."""
    ends = set()
    for _ in range(jobs):
        job = running_job()
        acts = [
            lambda job=job: cancel_job(job=job),
            lambda job=job: finish_job(job=job, state=JobState.SUCCEEDED, result={}),
        ]
        promised, closed = run_together(lambda act: act(), acts)
        stored = Job.objects.get(pk=job.pk)
        assert closed == stored.state
        told = "refused" if isinstance(promised, JobFinished) else type(promised).__name__
        ends.add((told, stored.cancel_requested_at is not None, stored.state))
    return ends


def test_cancel_and_success_at_once_never_disagree(committed_db, storm):
    assert ends_after_a_race(1_000 if storm else 60) <= {
        ("Job", True, "cancelled"),
        ("refused", False, "succeeded"),
    }


def test_progress_of_a_running_verification_is_seen_by_others(committed_db, emit, monkeypatch):
    """Nothing is held open between two parts: each report is committed when it is made."""
    monkeypatch.setattr(verification, "STREAMS_A_PART", 1)
    emit("a")
    emit("b")
    real = verification_runs.report_progress
    seen = []

    def note(**values):
        real(**values)
        with ThreadPoolExecutor(1) as another:
            seen.append(another.submit(done_by_now).result(timeout=10))

    def done_by_now() -> int:
        try:
            return Job.objects.get().done
        finally:
            connections.close_all()

    monkeypatch.setattr(verification_runs, "report_progress", note)
    job = verification_runs.start_verification()
    assert verification_runs.run_verification(job_id=str(job.pk)) == JobState.SUCCEEDED
    # The last part is the one after the last stream, for what has lost its head.
    assert seen == [0, 1, 2, 2]
