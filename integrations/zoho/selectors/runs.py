"""Reading how the synchronisation is doing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from core.jobs.models import Job
from integrations.zoho.models import Cursor, Stream, SyncRun


def latest_runs(*, limit: int = 20) -> list[SyncRun]:
    """The newest runs with their jobs, newest first; at most 200."""
    return list(_runs()[: min(limit, 200)])


def latest_run() -> SyncRun | None:
    """The newest run with its job."""
    return _runs().first()


def _runs() -> QuerySet[SyncRun]:
    return SyncRun.objects.select_related("job", "connection").order_by("-job_id")


def last_success_by_stream() -> dict[str, datetime | None]:
    """When each stream of the active connection was last read to its end."""
    done = dict(
        Cursor.objects.filter(connection__is_active=True).values_list("stream", "completed_at")
    )
    return {stream.value: done.get(stream.value) for stream in Stream}


def is_sync_running() -> bool:
    """Whether a pull of the active connection is queued or running."""
    unfinished = Job.objects.unfinished().values("pk")
    return SyncRun.objects.filter(connection__is_active=True, job__in=unfinished).exists()
