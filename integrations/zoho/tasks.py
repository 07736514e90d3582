"""The integration's background tasks."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings

from integrations.zoho.errors import NoConnection, SyncAlreadyRunning
from integrations.zoho.models import SyncKind
from integrations.zoho.services import order_push, sync_runs
from integrations.zoho.services.connections import active_connection, is_gate_closed

log = structlog.get_logger(__name__)


@shared_task(name="zoho.run_sync")
def run_sync(job_id: str) -> None:
    """Carry out one pull."""
    sync_runs.run_sync(job_id=job_id)


@shared_task(name="zoho.resume_syncs")
def resume_syncs() -> int:
    """Pick up pulls whose worker died."""
    return sync_runs.resume_abandoned_syncs()


@shared_task(name="zoho.push_orders")
def push_orders() -> int:
    """Send the orders that are due."""
    return order_push.push_due_orders() if settings.ZOHO_ORDER_PUSH else 0


@shared_task(name="zoho.sync_items")
def sync_items() -> None:
    """Start a pull of what changed."""
    _start(SyncKind.ITEMS)


@shared_task(name="zoho.sync_stock")
def sync_stock() -> None:
    """Start a sweep of all stock."""
    _start(SyncKind.STOCK)


@shared_task(name="zoho.sync_prices")
def sync_prices() -> None:
    """Start a pull of all price lists."""
    _start(SyncKind.PRICES)


@shared_task(name="zoho.sync_full")
def sync_full() -> None:
    """Start a pull of everything."""
    _start(SyncKind.FULL)


def _start(kind: SyncKind) -> None:
    """Start a pull unless one runs, nobody is connected, or Zoho must not be called now."""
    try:
        if is_gate_closed(active_connection()):
            return
        sync_runs.start_sync(kind=kind)
    except (NoConnection, SyncAlreadyRunning) as error:
        log.info("zoho_sync_not_started", kind=str(kind), reason=error.code)
