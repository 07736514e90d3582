"""Replays, late outcomes, and forgetting what is old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.webhooks import delivery_log, sending, services
from core.webhooks.errors import WebhookSwitchedOff
from core.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookState
from core.webhooks.outcomes import Outcome, record_outcome
from core.webhooks.sending import send_due_webhooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(receiver) -> WebhookEndpoint:
    return services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])


def made(endpoint: WebhookEndpoint, state: str, age: timedelta) -> WebhookDelivery:
    """A delivery in that state, as old as that, with one attempt."""
    delivery = services.send_test_event(endpoint=endpoint)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=state, created_at=timezone.now() - age, give_up_at=timezone.now()
    )
    WebhookAttempt.objects.create(delivery=delivery, started_at=timezone.now(), duration_ms=1)
    return delivery


def test_replay_sends_again_under_the_same_id(endpoint, receiver):
    delivery = services.send_test_event(endpoint=endpoint)
    send_due_webhooks()
    delivery_log.replay_delivery(delivery=delivery)
    assert send_due_webhooks() == 1
    assert receiver.ids == [delivery.webhook_id] * 2
    assert receiver.messages[0].body == receiver.messages[1].body
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (WebhookState.DONE, 1)
    assert delivery.attempt_log.count() == 2


def test_failed_ones_since_a_time_replayed_and_no_others(endpoint, receiver):
    other = services.create_endpoint(name="CRM", url=receiver.url, event_types=["*"])
    made(endpoint, WebhookState.FAILED, timedelta(hours=3))
    made(endpoint, WebhookState.DONE, timedelta(hours=1))
    made(other, WebhookState.FAILED, timedelta(hours=1))
    wanted = made(endpoint, WebhookState.FAILED, timedelta(hours=1))
    since = timezone.now() - timedelta(hours=2)
    assert delivery_log.replay_failed(endpoint=endpoint, since=since) == 1
    assert send_due_webhooks() == 1
    assert receiver.ids == [wanted.webhook_id]


def test_nothing_replayed_while_switched_off(endpoint):
    delivery = made(endpoint, WebhookState.FAILED, timedelta(0))
    services.disable_endpoint(endpoint=endpoint)
    with pytest.raises(WebhookSwitchedOff):
        delivery_log.replay_delivery(delivery=delivery)
    with pytest.raises(WebhookSwitchedOff):
        delivery_log.replay_failed(endpoint=endpoint, since=delivery.created_at)
    delivery.refresh_from_db()
    assert delivery.state == WebhookState.FAILED


def test_outcome_of_a_lost_lease_is_logged_and_decides_nothing(endpoint):
    delivery = services.send_test_event(endpoint=endpoint)
    claim = sending.claim_delivery(resting=set())
    delivery_log.replay_delivery(delivery=delivery)
    record_outcome(
        delivery_id=claim.delivery_id,
        endpoint_id=claim.endpoint_id,
        lease_holder=claim.lease_holder,
        outcome=Outcome(started_at=timezone.now(), duration_ms=5, status=200),
    )
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_log.get().status) == (WebhookState.PENDING, 200)


def test_outcome_for_a_removed_endpoint_is_dropped(endpoint):
    services.send_test_event(endpoint=endpoint)
    claim = sending.claim_delivery(resting=set())
    services.delete_endpoint(endpoint=endpoint)
    record_outcome(
        delivery_id=claim.delivery_id,
        endpoint_id=claim.endpoint_id,
        lease_holder=claim.lease_holder,
        outcome=Outcome(started_at=timezone.now(), duration_ms=5, status=200),
    )
    assert WebhookAttempt.objects.count() == 0


def test_old_finished_deliveries_forgotten_in_batches(endpoint, receiver):
    off = services.create_endpoint(name="Off", url=receiver.url, event_types=["*"])
    old, young = timedelta(days=30, hours=1), timedelta(days=29, hours=23)
    for state in (WebhookState.DONE, WebhookState.FAILED, WebhookState.DONE):
        made(endpoint, state, old)
    made(off, WebhookState.PENDING, old)
    kept = [
        made(endpoint, WebhookState.PENDING, old),
        made(endpoint, WebhookState.DONE, young),
        made(off, WebhookState.PENDING, young),
    ]
    services.disable_endpoint(endpoint=off)
    assert delivery_log.purge_deliveries(batch=2, limit=3) == 3
    assert delivery_log.purge_deliveries(batch=2) == 1
    assert delivery_log.purge_deliveries() == 0
    assert set(WebhookDelivery.objects.all()) == set(kept)
    assert WebhookAttempt.objects.count() == 3
