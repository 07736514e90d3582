"""The schedule: missing entries are stored, edited ones are left alone."""

from __future__ import annotations

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core.schedules import declare_schedule, declared_schedules, ensure_schedules

pytestmark = pytest.mark.django_db


def test_schedules_missing_are_stored_once():
    made = ensure_schedules()
    assert "Deliver events" in made
    assert made == [schedule.name for schedule in declared_schedules()]
    task = PeriodicTask.objects.get(name="Deliver events")
    assert (task.task, task.interval.every) == ("core.relay_events", 5)
    assert ensure_schedules() == []


def test_schedule_edited_by_staff_left_alone():
    ensure_schedules()
    slow = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.filter(name="Deliver events").update(interval=slow, enabled=False)
    ensure_schedules()
    task = PeriodicTask.objects.get(name="Deliver events")
    assert (task.interval, task.enabled) == (slow, False)


def test_schedule_faster_than_a_second_refused():
    with pytest.raises(ValueError, match="once a second"):
        declare_schedule(name="x", task="x", every_seconds=0)
