"""From events to deliveries: only what is wanted, exactly once, ids only."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.events import registry, relay
from core.events.models import Event, EventDelivery
from core.webhooks import fan_out, services
from core.webhooks.models import WebhookDelivery, WebhookState

pytestmark = pytest.mark.django_db


def endpoint(receiver, *event_types: str):
    return services.create_endpoint(name="ERP", url=receiver.url, event_types=list(event_types))


def test_nothing_is_queued_while_nobody_listens(receiver, emit):
    off = endpoint(receiver, "*")
    services.disable_endpoint(endpoint=off)
    endpoint(receiver)
    endpoint(receiver, "webhook_endpoint.disabled")
    EventDelivery.objects.all().delete()
    emit("a", 1)
    assert (EventDelivery.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_listening_costs_one_query_a_unit_of_work(receiver, emit, monkeypatch):
    emit("a", 1)
    with CaptureQueriesContext(connection) as asked:
        emit("a", 2)
    monkeypatch.setattr(registry, "_subscribers", {})
    with CaptureQueriesContext(connection) as unasked:
        emit("a", 3)
    assert len(asked) == len(unasked) + 1


def test_each_listening_endpoint_gets_the_event_once(receiver, emit):
    both = [endpoint(receiver, "thing.happened"), endpoint(receiver, "*")]
    endpoint(receiver, "webhook_endpoint.disabled")
    emit("a", 1)
    relay.run_relay()
    event = Event.objects.get(type="thing.happened")
    made = WebhookDelivery.objects.filter(event_type="thing.happened")
    rows = made.order_by("endpoint").values_list("endpoint", "event_id", "state")
    assert list(rows) == [(row.pk, event.id, WebhookState.PENDING) for row in both]
    fan_out.queue_webhooks(event)
    assert made.count() == 2


def test_endpoint_hears_of_others_and_not_of_itself(receiver, emit):
    first = endpoint(receiver, "*")
    relay.run_relay()
    assert WebhookDelivery.objects.count() == 0
    second = endpoint(receiver, "webhook_endpoint.created")
    relay.run_relay()
    heard = WebhookDelivery.objects.values_list("endpoint", "event_type")
    assert list(heard) == [(first.pk, "webhook_endpoint.created")]
    event = Event.objects.get(stream_id=str(second.pk))
    assert WebhookDelivery.objects.get().event_id == event.id


def test_body_carries_the_event_and_no_more(receiver, emit):
    endpoint(receiver, "*")
    emit("a", 1)
    emit("a", 7)
    relay.run_relay()
    event = Event.objects.get(position=2)
    delivery = WebhookDelivery.objects.get(event_id=event.id)
    assert json.loads(delivery.body) == {
        "type": "thing.happened",
        "timestamp": event.occurred_at.isoformat(timespec="microseconds"),
        "data": {
            "event_id": str(event.id),
            "stream": {"type": "thing", "id": "a"},
            "position": 2,
            "schema_version": 1,
            "actor": event.actor,
            "request_id": event.request_id,
            "data": {"number": 7},
        },
    }
    assert delivery.webhook_id == f"msg_{event.id.hex}"


def test_failed_hand_over_leaves_no_delivery_and_the_next_makes_it(receiver, emit, monkeypatch):
    endpoint(receiver, "thing.happened")
    emit("a", 1)
    with monkeypatch.context() as broken:
        broken.setattr(fan_out, "send_after_commit", lambda name: 1 / 0)
        relay.run_relay()
    assert WebhookDelivery.objects.count() == 0
    EventDelivery.objects.update(
        next_attempt_at=Event.objects.get(type="thing.happened").occurred_at
    )
    assert relay.run_relay() == 1
    assert WebhookDelivery.objects.count() == 1
