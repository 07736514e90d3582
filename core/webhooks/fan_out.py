"""From one event to a delivery for each endpoint that gets its type."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from core.background import send_after_commit
from core.events.models import Event
from core.events.registry import subscribe_to_all
from core.webhooks.messages import message_body
from core.webhooks.models import ALL_TYPES, WebhookDelivery, WebhookEndpoint
from core.webhooks.selectors import wanted_types
from core.webhooks.services import GIVE_UP_AFTER, SEND_TASK

SUBSCRIBER = "core.webhooks"


def register() -> None:
    """Hear every event whose type an enabled endpoint gets; nothing is queued while none does."""
    subscribe_to_all(SUBSCRIBER, queue_webhooks, wants=wanted_types)


def queue_webhooks(event: Event) -> None:
    """Subscriber of all wanted events: queue the event once for each endpoint that gets it.

    Commits together with the mark that the event was seen. An endpoint that is being removed is
    waited for, so that no delivery is left without one. No endpoint hears of itself.
    """
    is_of_endpoint = event.stream_type == WebhookEndpoint.event_stream
    own_id = event.stream_id if is_of_endpoint else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM core_webhookendpoint"
            " WHERE is_enabled AND event_types && %s::varchar[] AND id::text IS DISTINCT FROM %s"
            " ORDER BY id FOR KEY SHARE",
            [[ALL_TYPES, event.type], own_id],
        )
        endpoint_ids = [endpoint_id for (endpoint_id,) in cursor.fetchall()]
    body = message_body(event)
    now = timezone.now()
    WebhookDelivery.objects.bulk_create(
        (
            WebhookDelivery(
                endpoint_id=endpoint_id,
                event_id=event.id,
                event_type=event.type,
                body=body,
                created_at=now,
                next_attempt_at=now,
                give_up_at=now + GIVE_UP_AFTER,
            )
            for endpoint_id in endpoint_ids
        ),
        ignore_conflicts=True,
    )
    if endpoint_ids:
        send_after_commit(SEND_TASK)
