"""The life of a job: queued, taken, kept alive, finished."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Right
from django.utils import timezone

from core.context import current_context
from core.errors import LeaseLost
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
    """The job, marked as running and held by the caller; None when it is done or held already.

    Pass this very object to `report_progress` and `finish_job`: it carries the name of its holder.
    """
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
        job.lease_holder = uuid.uuid4().hex
        job.save(update_fields=["state", "started_at", "lease_until", "lease_holder"])
        return job


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
    has taken it over: nothing is written then, and the caller must stop.
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
    _write_as_holder(job, values)


def finish_job(*, job: Job, state: JobState, error: str = "", result: dict[str, Any]) -> None:
    """Close the job for good: the first end stands. Raises LeaseLost as `report_progress`."""
    _write_as_holder(
        job,
        {
            "state": state,
            "error": error[:4000],
            "result": result,
            "step": "",
            "finished_at": timezone.now(),
            "lease_until": None,
        },
    )


def _write_as_holder(job: Job, values: dict[str, Any]) -> None:
    """Change the job in one statement that also asks whether it is still ours."""
    held = Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, lease_holder=job.lease_holder, finished_at__isnull=True
    )
    if not held.update(**values):
        raise LeaseLost(f"the job {job.kind} was closed or taken over")


def abandoned_jobs() -> list[Job]:
    """Running jobs whose worker has gone silent, and queued ones that nobody took; oldest first."""
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, lease_until__lt=now)
    untaken = Q(state=JobState.QUEUED, created_at__lt=now - timedelta(seconds=30))
    return list(Job.objects.filter(silent | untaken).order_by("id")[:50])
