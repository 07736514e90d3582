"""The life of a job: queued, taken, kept alive, finished."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Right
from django.utils import timezone

from core.context import current_context
from core.errors import JobCancelled, LeaseLost
from core.jobs.models import Job, JobState
from core.jobs.registry import job_kind

#: A running job whose worker has not been heard of for so long may be taken over.
LEASE = timedelta(seconds=90)
LOG_TAIL_CHARACTERS = 8000


def queue_job(*, kind: str) -> Job:
    """A new job in the name of the current actor. Raises UnknownJobKindError."""
    return Job.objects.create(
        kind=job_kind(kind).name,
        actor_id=acting_user_id(),
        request_id=current_context().request_id,
    )


def acting_user_id() -> int | None:
    """The id of the person who acts; None when the system does."""
    actor = current_context().actor
    return int(actor.removeprefix("user:")) if actor.startswith("user:") else None


def take_job(*, job_id: str) -> Job | None:
    """The job, marked as running and held by the caller; None when it is done or held already.

    One whose worker died after it was asked to stop is closed as cancelled instead. Pass this very
    object to `report_progress` and `finish_job`: it carries the name of its holder.
    """
    now = timezone.now()
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            return None
        if job.state != JobState.QUEUED and not is_abandoned(job):
            return None
        if job.cancel_requested_at is not None:
            close_as_cancelled(job=job)
            return None
        job.state = JobState.RUNNING
        job.started_at = job.started_at or now
        job.lease_until = now + LEASE
        job.lease_holder = uuid.uuid4().hex
        job.save(update_fields=["state", "started_at", "lease_until", "lease_holder"])
        return job


def is_abandoned(job: Job) -> bool:
    """Whether the job is running and its worker has not been heard of for the time of its lease."""
    now = timezone.now()
    return job.state == JobState.RUNNING and (job.lease_until or now) <= now


def close_as_cancelled(*, job: Job) -> None:
    """Close a job that no worker holds. The caller has locked its row."""
    job.state = JobState.CANCELLED
    job.step = ""
    job.finished_at = timezone.now()
    job.lease_until = None
    job.save(update_fields=["state", "step", "finished_at", "lease_until"])


def report_progress(
    *,
    job: Job,
    step: str | None = None,
    done: int | None = None,
    total: int | None = None,
    line: str = "",
) -> None:
    """Show how far the job is, add a line to its log, and keep its lease.

    What is not given stays as it is. Raises LeaseLost when the job is closed or another worker
    has taken it over, JobCancelled when somebody asked for that: nothing is written then, and the
    caller must stop; a cancelled job it closes first.
    """
    values: dict[str, Any] = {"lease_until": timezone.now() + LEASE}
    if step is not None:
        values["step"] = step[:200]
    if done is not None:
        values["done"] = done
    if total is not None:
        values["total"] = total
    if line:
        stamp = timezone.now().strftime("%H:%M:%S")
        values["log_tail"] = Right(
            Concat(F("log_tail"), Value(f"{stamp} {line}\n")), LOG_TAIL_CHARACTERS
        )
    if _held(job).filter(cancel_requested_at=None).update(**values):
        return
    if _held(job).exists():
        raise JobCancelled(f"the job {job.kind} was cancelled")
    raise _lost(job)


def finish_job(*, job: Job, state: JobState, error: str = "", result: dict[str, Any]) -> JobState:
    """Close the job for good: the first end stands; the state it was closed with.

    That is CANCELLED, whatever is given, when somebody asked for it before. Raises LeaseLost as
    `report_progress`.
    """
    closed = _held(job).update(
        state=_closing_state(state),
        error=error[:4000],
        result=result,
        step="",
        finished_at=timezone.now(),
        lease_until=None,
    )
    if not closed:
        raise _lost(job)
    return JobState(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def _closing_state(state: JobState) -> Case:
    """Decided by the statement that closes the job: nothing can come between."""
    return Case(
        When(cancel_requested_at__isnull=False, then=Value(JobState.CANCELLED.value)),
        default=Value(state.value),
    )


def _held(job: Job) -> QuerySet[Job]:
    """The job if it is still ours, for changing it in one statement that also asks this."""
    return Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, lease_holder=job.lease_holder, finished_at__isnull=True
    )


def _lost(job: Job) -> LeaseLost:
    return LeaseLost(f"the job {job.kind} was closed or taken over")


def abandoned_jobs() -> list[Job]:
    """Running jobs whose worker has gone silent, and queued ones that nobody took; oldest first."""
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, lease_until__lt=now)
    untaken = Q(state=JobState.QUEUED, created_at__lt=now - timedelta(seconds=30))
    return list(Job.objects.filter(silent | untaken).order_by("id")[:50])
