"""What people do with jobs: start, cancel, start again. Doors check the kind's permission first."""

from __future__ import annotations

from django.utils import timezone

from core.events.services import in_unit_of_work
from core.jobs.errors import JobFinished, JobKindNotStartable, JobNotFinished, JobNotRetryable
from core.jobs.models import Job, JobState
from core.jobs.registry import find_job_kind
from core.jobs.selectors import is_retryable
from core.jobs.services import acting_user_id, close_as_cancelled, is_abandoned


@in_unit_of_work
def start_job(*, kind: str) -> Job:
    """A new job of a kind that takes no parameters.

    Raises JobKindNotStartable, and what the kind's own start refuses.
    """
    declared = find_job_kind(kind)
    if declared is None or declared.start_new is None:
        raise JobKindNotStartable(field="kind")
    return declared.start_new()


@in_unit_of_work
def cancel_job(*, job: Job) -> Job:
    """End the job: at once when no worker has it, else at its worker's next sign of life.

    What the job has committed stays. Asking again changes nothing. Raises JobFinished.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.is_unfinished:
        raise JobFinished()
    if locked.cancel_requested_at is None:
        locked.cancel_requested_at = timezone.now()
        locked.cancel_requested_by_id = acting_user_id()
        locked.save(update_fields=["cancel_requested_at", "cancel_requested_by"])
    if locked.state == JobState.QUEUED or is_abandoned(locked):
        close_as_cancelled(job=locked)
    return locked


@in_unit_of_work
def retry_job(*, job: Job) -> Job:
    """A new job that does the work of one that failed, ended with errors or was cancelled.

    Raises JobNotFinished, JobNotRetryable, and what the kind's own start refuses.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_unfinished:
        raise JobNotFinished()
    kind = find_job_kind(locked.kind)
    if kind is None or kind.start is None or not is_retryable(locked):
        raise JobNotRetryable()
    again = kind.start(locked)
    again.retry_of = locked
    again.save(update_fields=["retry_of"])
    return again
