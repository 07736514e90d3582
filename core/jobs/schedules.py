"""Changes to the schedule that beat reads."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from core.events.services import in_unit_of_work

Row = TypeVar("Row", bound=models.Model)


@in_unit_of_work
def save_schedule(*, row: Row) -> Row:
    """Store an entry of the schedule or a rhythm; beat reads it within seconds.

    Raises ValidationError.
    """
    row.full_clean()
    row.save()
    return row


@in_unit_of_work
def delete_schedule(*, row: models.Model) -> None:
    """Remove an entry or a rhythm; the entries of a removed rhythm go with it."""
    row.delete()
    PeriodicTasks.update_changed()


@in_unit_of_work
def enable_task(*, task: PeriodicTask, is_enabled: bool) -> PeriodicTask:
    """Switch an entry on or off."""
    task.enabled = is_enabled
    return save_schedule(row=task)
