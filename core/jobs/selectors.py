"""Reading jobs, and who may do what with them."""

from __future__ import annotations

from typing import Any

from core.jobs.models import Job, JobState
from core.jobs.registry import JobKind, find_job_kind, job_kinds
from core.jobs.services import is_abandoned

#: Ends after which the same work may be wanted once more.
_UNSATISFYING = (JobState.FAILED, JobState.PARTIAL, JobState.CANCELLED)


def may_control(user: Any, kind_name: str) -> bool:
    """Whether the user is active staff with the kind's permission; nobody for an unknown kind."""
    kind = find_job_kind(kind_name)
    return bool(kind and user.is_active and user.is_staff and user.has_perm(kind.permission))


def startable_kinds(user: Any) -> list[JobKind]:
    """The kinds without parameters that the user may start, by name."""
    return [
        kind for kind in job_kinds() if kind.start_new is not None and may_control(user, kind.name)
    ]


def is_cancellable(job: Job) -> bool:
    """Whether cancelling would change anything."""
    return job.is_unfinished and (job.cancel_requested_at is None or is_abandoned(job))


def is_retryable(job: Job) -> bool:
    """Whether the job's work may be done once more."""
    kind = find_job_kind(job.kind)
    return kind is not None and kind.start is not None and job.state in _UNSATISFYING


def allowed_actions(user: Any, job: Job) -> list[str]:
    """Of "cancel" and "retry", what the user may do with the job now."""
    if not may_control(user, job.kind):
        return []
    offered = {"cancel": is_cancellable(job), "retry": is_retryable(job)}
    return [name for name, is_offered in offered.items() if is_offered]
