"""Keeping the table of answers small."""

from __future__ import annotations

from celery import shared_task

from core.idempotency.services import purge_expired


@shared_task(name="core.purge_idempotency")
def purge_idempotency() -> int:
    """Forget answers whose time is over."""
    return purge_expired()
