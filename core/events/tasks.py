"""The relay as a Celery task."""

from __future__ import annotations

from celery import shared_task

from core.events.partitions import create_coming_partitions
from core.events.relay import RELAY_TASK, run_relay
from core.events.retention import detach_old_partitions
from core.events.verification_runs import (
    RUN_TASK,
    resume_abandoned_verifications,
    run_verification,
)


@shared_task(name=RELAY_TASK)
def relay_events() -> int:
    """Deliver what is due; runs on commit and every few seconds by the schedule."""
    return run_relay()


@shared_task(name="core.create_partitions")
def create_partitions() -> list[str]:
    """Make the event table's partitions for the months to come."""
    return create_coming_partitions()


@shared_task(name="core.detach_old_partitions")
def detach_partitions() -> list[str]:
    """Take the months that are kept long enough out of the event table."""
    return detach_old_partitions()


@shared_task(name=RUN_TASK)
def verify_events(job_id: str) -> None:
    """Carry out one verification of the event record."""
    run_verification(job_id=job_id)


@shared_task(name="core.resume_verifications")
def resume_verifications() -> int:
    """Pick up verifications whose worker died."""
    return resume_abandoned_verifications()
