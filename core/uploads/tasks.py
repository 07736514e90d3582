"""The scheduled round over stored uploads."""

from __future__ import annotations

from celery import shared_task

from core.uploads import services


@shared_task(name="core.remove_unnamed_uploads")
def remove_unnamed_uploads() -> int:
    """Remove files that no record names; how many."""
    return services.remove_unnamed_uploads()
