"""Sending again what was sent or failed, and forgetting what is old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.background import send_after_commit
from core.events.services import in_unit_of_work, unit_of_work
from core.webhooks.errors import WebhookSwitchedOff
from core.webhooks.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from core.webhooks.services import GIVE_UP_AFTER, SEND_TASK

#: How long deliveries and their attempts are kept.
KEPT = timedelta(days=30)


def _afresh() -> dict[str, Any]:
    """The values of a delivery that is queued now."""
    now = timezone.now()
    return {
        "state": WebhookState.PENDING,
        "attempts": 0,
        "next_attempt_at": now,
        "give_up_at": now + GIVE_UP_AFTER,
        "lease_until": None,
        "lease_holder": None,
        "finished_at": None,
    }


def _refuse_switched_off(endpoint_id: int) -> None:
    if not WebhookEndpoint.objects.filter(pk=endpoint_id, is_enabled=True).exists():
        raise WebhookSwitchedOff()


@in_unit_of_work
def replay_delivery(*, delivery: WebhookDelivery) -> None:
    """Send a delivery again now, whatever became of it, under the same `webhook-id`.

    Raises WebhookSwitchedOff.
    """
    _refuse_switched_off(delivery.endpoint_id)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**_afresh())
    send_after_commit(SEND_TASK)


@in_unit_of_work
def replay_failed(*, endpoint: WebhookEndpoint, since: datetime) -> int:
    """Send again what was queued at `since` or later and failed for good; how many.

    Raises WebhookSwitchedOff.
    """
    _refuse_switched_off(endpoint.pk)
    failed = WebhookDelivery.objects.filter(
        endpoint=endpoint, state=WebhookState.FAILED, created_at__gte=since
    )
    replayed = failed.update(**_afresh())
    send_after_commit(SEND_TASK)
    return replayed


def _forgettable() -> QuerySet[WebhookDelivery]:
    """Old deliveries that are finished, or wait for an endpoint that is switched off."""
    return WebhookDelivery.objects.filter(
        ~Q(state=WebhookState.PENDING) | Q(endpoint__is_enabled=False),
        created_at__lt=timezone.now() - KEPT,
    )


def purge_deliveries(*, batch: int = 2_000, limit: int = 200_000) -> int:
    """Forget what is older than 30 days, at most `limit`, each batch by itself; how many went."""
    purged = 0
    while purged < limit:
        with unit_of_work():
            ids = list(
                _forgettable()
                .order_by("created_at")
                .select_for_update(of=("self",), skip_locked=True)
                .values_list("pk", flat=True)[: min(batch, limit - purged)]
            )
            WebhookAttempt.objects.filter(delivery_id__in=ids).delete()
            rows = WebhookDelivery.objects.filter(pk__in=ids)
            rows._raw_delete(rows.db)
        purged += len(ids)
        if not ids:
            break
    return purged
