"""The relay as a Celery task."""

from __future__ import annotations

from celery import shared_task

from core.events.relay import run_relay


@shared_task(name="core.relay_events")
def relay_events() -> int:
    """Deliver what is due; runs on commit and every few seconds by the schedule."""
    return run_relay()
