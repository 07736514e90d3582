"""Waking background tasks from a change, without ever depending on the queue."""

from __future__ import annotations

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def send_after_commit(task_name: str, *args: str) -> None:
    """Send the task once the transaction in force is committed; not at all when it is not.

    A hint, not a promise: a queue that cannot be reached is logged, never waited for, and fails
    nothing. Whatever must be done is also found by a scheduled task.
    """
    transaction.on_commit(partial(_send, task_name, args), robust=True)


def _send(task_name: str, args: tuple[str, ...]) -> None:
    try:
        current_app.send_task(task_name, args=args, retry=False, ignore_result=True)
    except (BrokerError, OSError) as error:
        log.warning("task_not_sent", task=task_name, reason=type(error).__name__)
