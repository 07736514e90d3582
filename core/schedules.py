"""What runs by the clock: declared by applications, kept in the database where staff edit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask


@dataclass(frozen=True, slots=True)
class Schedule:
    """The task `task` every `every_seconds`, shown to staff as `name`."""

    name: str
    task: str
    every_seconds: int


_schedules: dict[str, Schedule] = {}


def declare_schedule(*, name: str, task: str, every_seconds: int) -> None:
    """Add an entry to the schedule. Applications call it in `ready()`."""
    if every_seconds < 1:
        raise ValueError("a schedule runs at most once a second")
    _schedules[name] = Schedule(name, task, every_seconds)


def declared_schedules() -> list[Schedule]:
    """Every declared entry, by name."""
    return [_schedules[name] for name in sorted(_schedules)]


def ensure_schedules() -> list[str]:
    """Store the declared entries that are missing; the names of those. What staff edited stays.

    A message that waited longer than its own interval is dropped: the next one does its work.
    """
    made: list[str] = []
    with transaction.atomic():
        for schedule in declared_schedules():
            interval = IntervalSchedule.objects.filter(
                every=schedule.every_seconds, period=IntervalSchedule.SECONDS
            ).first() or IntervalSchedule.objects.create(
                every=schedule.every_seconds, period=IntervalSchedule.SECONDS
            )
            _, created = PeriodicTask.objects.get_or_create(
                name=schedule.name,
                defaults={
                    "task": schedule.task,
                    "interval": interval,
                    "expire_seconds": max(schedule.every_seconds, 5),
                    "last_run_at": timezone.now() - timedelta(seconds=schedule.every_seconds),
                },
            )
            if created:
                made.append(schedule.name)
    return made


declare_schedule(name="Deliver events", task="core.relay_events", every_seconds=5)
declare_schedule(
    name="Create event partitions", task="core.create_partitions", every_seconds=24 * 60 * 60
)
declare_schedule(
    name="Detach old event partitions",
    task="core.detach_old_partitions",
    every_seconds=30 * 24 * 60 * 60,
)
declare_schedule(name="Forget old answers", task="core.purge_idempotency", every_seconds=60 * 60)
declare_schedule(
    name="Show that the scheduler is alive", task="core.record_heartbeat", every_seconds=30
)
declare_schedule(
    name="Forget slow operations", task="core.purge_slow_operations", every_seconds=24 * 60 * 60
)
declare_schedule(name="Send webhooks", task="core.send_webhooks", every_seconds=10)
declare_schedule(
    name="Forget old webhook deliveries", task="core.purge_webhooks", every_seconds=24 * 60 * 60
)
declare_schedule(name="Resume imports", task="core.resume_imports", every_seconds=30)
declare_schedule(
    name="Forget old imports", task="core.forget_old_imports", every_seconds=24 * 60 * 60
)
declare_schedule(
    name="Resume event verifications", task="core.resume_verifications", every_seconds=30
)
declare_schedule(
    name="Remove files that no record names",
    task="core.remove_unnamed_uploads",
    every_seconds=24 * 60 * 60,
)
