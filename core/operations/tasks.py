"""The operators' scheduled tasks."""

from __future__ import annotations

from celery import shared_task

from core.operations import services


@shared_task(name="core.record_heartbeat")
def record_heartbeat() -> None:
    """Write the scheduler's sign of life, every 30 seconds."""
    services.record_heartbeat()


@shared_task(name="core.purge_slow_operations")
def purge_slow_operations() -> int:
    """Forget slow requests and statements that are kept long enough."""
    return services.purge_slow_operations()
