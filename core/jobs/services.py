"""The life of a job: queued, taken, kept alive, finished."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Right
from django.utils import timezone

from core.context import current_context
from core.jobs.models import Job, JobState

#: A running job whose worker has not been heard of for so long may be taken over.
LEASE = timedelta(seconds=90)
LOG_TAIL_CHARACTERS = 8000


def queue_job(*, kind: str) -> Job:
    """A new job in the name of the current actor."""
    context = current_context()
    actor_id = context.actor.removeprefix("user:") if context.actor.startswith("user:") else None
    return Job.objects.create(
        kind=kind,
        actor_id=int(actor_id) if actor_id else None,
        request_id=context.request_id,
    )


def take_job(*, job_id: str) -> Job | None:
    """The job, marked as running; None when it is done or another worker holds it."""
    now = timezone.now()
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            return None
        abandoned = job.state == JobState.RUNNING and (job.lease_until or now) <= now
        if job.state != JobState.QUEUED and not abandoned:
            return None
        job.state = JobState.RUNNING
        job.started_at = job.started_at or now
        job.lease_until = now + LEASE
        job.save(update_fields=["state", "started_at", "lease_until"])
        return job


def report_progress(
    *, job: Job, step: str, done: int | None = None, total: int | None = None, line: str = ""
) -> None:
    """Show how far the job is, add a line to its log, and keep its lease.

    Nothing happens to a job that is closed.
    """
    values: dict[str, Any] = {"step": step[:200], "lease_until": timezone.now() + LEASE}
    if done is not None:
        values["done"] = done
    if total is not None:
        values["total"] = total
    if line:
        stamp = timezone.now().strftime("%H:%M:%S")
        values["log_tail"] = Right(
            Concat(F("log_tail"), Value(f"{stamp} {line}\n")), LOG_TAIL_CHARACTERS
        )
    Job.objects.filter(pk=job.pk, finished_at__isnull=True).update(**values)


def finish_job(*, job: Job, state: JobState, error: str = "", result: dict[str, Any]) -> None:
    """Close the job for good: the first end stands."""
    Job.objects.filter(pk=job.pk, finished_at__isnull=True).update(
        state=state,
        error=error[:4000],
        result=result,
        step="",
        finished_at=timezone.now(),
        lease_until=None,
    )


def abandoned_jobs() -> list[Job]:
    """Running jobs whose worker has gone silent, and queued ones that nobody took; oldest first."""
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, lease_until__lt=now)
    untaken = Q(state=JobState.QUEUED, created_at__lt=now - timedelta(seconds=30))
    return list(Job.objects.filter(silent | untaken).order_by("id")[:50])
