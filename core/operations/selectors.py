"""What operators ask: is the relay behind, does the scheduler live, how is work doing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from core.events.models import DeliveryState, EventDelivery
from core.events.relay import due_deliveries
from core.jobs.models import Job
from core.operations.models import Heartbeat
from core.operations.services import BEAT
from core.webhooks.models import WebhookDelivery, WebhookState


def _age(moment: datetime) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())


def relay_lag_seconds() -> float:
    """How long the oldest event that could be delivered has been waiting; 0 when none is."""
    since = due_deliveries().values_list("next_attempt_at", flat=True).first()
    return _age(since) if since else 0.0


def heartbeat_age_seconds() -> float | None:
    """Since when scheduler, queue and worker have not shown that they live; None: never did."""
    beaten_at = Heartbeat.objects.filter(name=BEAT).values_list("beaten_at", flat=True).first()
    return _age(beaten_at) if beaten_at else None


def dead_letters() -> int:
    """Events that a subscriber failed to take, and that hold back later ones."""
    return EventDelivery.objects.filter(state=DeliveryState.DEAD).count()


def failed_webhooks() -> int:
    """Webhook deliveries that failed for good, of those still kept."""
    return WebhookDelivery.objects.filter(state=WebhookState.FAILED).count()


def jobs_by_state() -> dict[str, int]:
    """How many jobs stand in each state that has any."""
    counted = Job.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict(counted)
