"""Waking a task after the commit; the schedule is the guarantee when that fails."""

from __future__ import annotations

from celery import current_app
from django.db import transaction


def wake_on_commit(task: str, *arguments: str) -> None:
    """Send the task once the transaction in force is committed; not at all when it is not.

    A queue that cannot be reached is logged and does not fail the committed change.
    """
    transaction.on_commit(
        lambda: current_app.send_task(task, args=arguments, retry=False, ignore_result=True),
        robust=True,
    )
