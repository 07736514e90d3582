"""Sending webhooks and forgetting old deliveries, as Celery tasks."""

from __future__ import annotations

from celery import shared_task

from core.webhooks.delivery_log import purge_deliveries
from core.webhooks.sending import send_due_webhooks
from core.webhooks.services import SEND_TASK


@shared_task(name=SEND_TASK)
def send_webhooks() -> int:
    """Send what is due; runs on commit and every few seconds by the schedule."""
    return send_due_webhooks()


@shared_task(name="core.purge_webhooks")
def purge_webhooks() -> int:
    """Forget deliveries that are kept long enough."""
    return purge_deliveries()
