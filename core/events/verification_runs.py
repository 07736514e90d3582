"""Verifying the whole event record in the background, as a job."""

from __future__ import annotations

import structlog
from django.db import connection

from core.background import send_after_commit
from core.errors import JobCancelled, LeaseLost
from core.events.services import in_unit_of_work
from core.events.verification import StreamVerdict, count_streams, in_words, verify_in_parts
from core.jobs.errors import JobAlreadyRunning
from core.jobs.models import Job, JobState
from core.jobs.services import (
    abandoned_jobs,
    finish_job,
    queue_job,
    report_progress,
    take_job,
)

log = structlog.get_logger(__name__)

VERIFY_EVENTS = "core.verify_events"
RUN_TASK = "core.verify_events"
_LOCK = 0x74707666


@in_unit_of_work
def start_verification() -> Job:
    """Queue a verification of the whole record. Raises JobAlreadyRunning: one is enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if Job.objects.unfinished().filter(kind=VERIFY_EVENTS).exists():
        raise JobAlreadyRunning()
    job = queue_job(kind=VERIFY_EVENTS)
    send_after_commit(RUN_TASK, str(job.pk))
    return job


def repeat_verification(_job: Job) -> Job:
    """Queue the verification once more, from the start. Raises JobAlreadyRunning."""
    return start_verification()


@in_unit_of_work
def resume_abandoned_verifications() -> int:
    """Send the verifications again whose worker died or that nobody took; how many."""
    jobs = [job for job in abandoned_jobs() if job.kind == VERIFY_EVENTS]
    for job in jobs:
        send_after_commit(RUN_TASK, str(job.pk))
    return len(jobs)


def run_verification(*, job_id: str) -> JobState | None:
    """Carry out a queued or abandoned verification; its end, None when it is not ours to do.

    It succeeds with {streams, events}, or fails with the first broken row in words and the number
    of streams that are `broken`. One whose worker died begins again.
    """
    job = take_job(job_id=job_id)
    if job is None:
        return None
    try:
        return _run_to_its_end(job)
    except LeaseLost:
        log.warning("verification_lost", job=str(job.pk))
        return None


class _Tally:
    """What was read so far, and where the record breaks first."""

    def __init__(self) -> None:
        self.counts = {"streams": 0, "events": 0}
        self.first_broken = ""

    def add(self, verdicts: list[StreamVerdict]) -> list[str]:
        """Count the verdicts; the broken ones in words."""
        self.counts["streams"] += len(verdicts)
        self.counts["events"] += sum(verdict.events for verdict in verdicts)
        broken = [in_words(verdict) for verdict in verdicts if verdict.broken is not None]
        if broken:
            self.first_broken = self.first_broken or broken[0]
            self.counts["broken"] = self.counts.get("broken", 0) + len(broken)
        return broken


def _run_to_its_end(job: Job) -> JobState:
    """Read the record and close the job. Raises LeaseLost, and what is unforeseen."""
    tally = _Tally()
    try:
        _read_all(job, tally)
    except LeaseLost:
        raise
    except JobCancelled:
        return finish_job(job=job, state=JobState.CANCELLED, result=tally.counts)
    except Exception as crash:
        log.exception("verification_crashed", job=str(job.pk))
        error = f"unexpected: {type(crash).__name__}"
        finish_job(job=job, state=JobState.FAILED, error=error, result=tally.counts)
        raise
    return finish_job(
        job=job,
        state=JobState.FAILED if tally.first_broken else JobState.SUCCEEDED,
        error=tally.first_broken,
        result=tally.counts,
    )


def _read_all(job: Job, tally: _Tally) -> None:
    report_progress(job=job, step="streams are verified", done=0, total=count_streams())
    for verdicts in verify_in_parts():
        broken = tally.add(verdicts)
        # The log keeps its end only: of very many broken rows the counts tell.
        report_progress(job=job, done=tally.counts["streams"], line="\n".join(broken[:20]))
