"""Calling receivers: signatures, outcomes, retries, limits."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core.events.models import Event
from core.webhooks import sending, services
from core.webhooks.models import (
    DisabledReason,
    FailureCode,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from core.webhooks.retry_times import read_retry_after, wait_after
from core.webhooks.selectors import Health, endpoint_health
from core.webhooks.sending import send_due_webhooks
from tests.core.webhook_receiver import receiving

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(receiver) -> WebhookEndpoint:
    return services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])


@pytest.fixture
def delivery(endpoint) -> WebhookDelivery:
    """A delivery that is due; it is a test message, which goes the way of all."""
    return services.send_test_event(endpoint=endpoint)


def make_due() -> None:
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def waiting_seconds(delivery: WebhookDelivery) -> float:
    """From the last attempt to the next one."""
    attempt = delivery.attempt_log.latest("id")
    delivery.refresh_from_db()
    return (delivery.next_attempt_at - attempt.started_at).total_seconds()


def test_message_verified_by_the_standard_package(endpoint, delivery, receiver):
    assert send_due_webhooks() == 1
    (message,) = receiver.messages
    told = Webhook(endpoint.secret).verify(message.body, message.headers)
    assert (told["type"], told["data"]["event_id"]) == ("webhook.test", str(delivery.event_id))
    assert message.headers["content-type"] == "application/json"
    assert message.body.decode() == delivery.body
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(message.body + b" ", message.headers)


def test_accepted_message_recorded_with_its_answer(delivery, receiver):
    receiver.answer = b"ok \x00\xff" + b"x" * 600
    before = timezone.now()
    send_due_webhooks()
    delivery.refresh_from_db()
    attempt = WebhookAttempt.objects.get()
    assert (delivery.state, delivery.attempts) == (WebhookState.DONE, 1)
    assert (delivery.lease_until, delivery.lease_holder) == (None, None)
    assert before <= attempt.started_at <= delivery.finished_at
    assert (attempt.status, attempt.failure) == (200, "")
    assert attempt.answer == "ok \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" + "x" * 495
    assert send_due_webhooks() == 0


def test_both_secrets_sign_while_the_earlier_one_is_valid(endpoint, delivery, receiver):
    rotated = services.rotate_secret(endpoint=endpoint)
    send_due_webhooks()
    (message,) = receiver.messages
    assert len(message.headers["webhook-signature"].split(" ")) == 2
    for secret in (endpoint.secret, rotated.secret):
        assert Webhook(secret).verify(message.body, message.headers)["type"] == "webhook.test"


def test_earlier_secret_no_longer_signs_after_its_time(endpoint, delivery, receiver):
    rotated = services.rotate_secret(endpoint=endpoint, previous_signs_for=timedelta(0))
    send_due_webhooks()
    (message,) = receiver.messages
    assert Webhook(rotated.secret).verify(message.body, message.headers)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(message.body, message.headers)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (302, FailureCode.REDIRECT),
        (400, FailureCode.STATUS),
        (404, FailureCode.STATUS),
        (500, FailureCode.STATUS),
    ],
)
def test_anything_but_success_retried_under_the_same_id(status, failure, delivery, receiver):
    receiver.status = status
    send_due_webhooks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (WebhookState.PENDING, 1)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.failure) == (status, failure)
    receiver.status = 204
    receiver.answer = b""
    make_due()
    assert send_due_webhooks() == 1
    assert receiver.ids == [delivery.webhook_id] * 2
    delivery.refresh_from_db()
    assert delivery.state == WebhookState.DONE
    assert receiver.messages[0].body == receiver.messages[1].body


def test_redirect_is_not_followed(delivery, receiver):
    with receiving() as other:
        receiver.status, receiver.headers = 307, {"location": other.url}
        send_due_webhooks()
        assert (len(receiver.messages), other.messages) == (1, [])


def test_receiver_that_is_away_recorded_and_retried(endpoint, delivery):
    WebhookEndpoint.objects.update(url="http://127.0.0.1:1/hook")
    send_due_webhooks()
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.failure) == (None, FailureCode.NOT_SENT)
    assert 4 < waiting_seconds(delivery) < 7


def test_receiver_that_does_not_answer_is_broken_off(delivery, receiver, monkeypatch):
    monkeypatch.setattr(sending, "CALL_SECONDS", 0.3)
    receiver.delay_seconds = 1.5
    started = time.monotonic()
    assert send_due_webhooks() == 1
    assert time.monotonic() - started < 1.4
    assert WebhookAttempt.objects.get().failure == FailureCode.NO_REPLY


def test_unreadable_secret_is_a_failure_and_stops_nobody_else(endpoint, delivery, receiver):
    other = services.create_endpoint(name="CRM", url=receiver.url, event_types=["*"])
    sent = services.send_test_event(endpoint=other)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(secret="")
    assert send_due_webhooks() == 2
    assert receiver.ids == [sent.webhook_id]
    assert delivery.attempt_log.get().failure == FailureCode.SECRET


def test_waits_follow_the_stated_times(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: 1.0)
    waits = [wait_after(attempts).total_seconds() for attempts in range(1, 9)]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000, 36000]


def test_waits_differ_by_a_tenth_at_most():
    waits = {wait_after(2).total_seconds() for _ in range(200)}
    assert len(waits) > 100
    assert 270 <= min(waits) < 285
    assert 315 < max(waits) <= 330


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_read(value, seconds):
    wait = read_retry_after(value, datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert (wait.total_seconds() if wait is not None else None) == seconds


@pytest.mark.parametrize(
    ("retry_after", "shortest", "longest"),
    [("1", 4, 6), ("120", 120, 121), ("9999999", 36000, 36001)],
)
def test_retry_after_honoured_within_bounds(retry_after, shortest, longest, delivery, receiver):
    receiver.status, receiver.headers = 503, {"Retry-After": retry_after}
    send_due_webhooks()
    assert shortest < waiting_seconds(delivery) < longest


def test_delivery_fails_for_good_when_the_next_try_would_be_too_late(delivery, receiver):
    receiver.status = 500
    WebhookDelivery.objects.update(give_up_at=timezone.now() + timedelta(seconds=4))
    send_due_webhooks()
    delivery.refresh_from_db()
    assert delivery.state == WebhookState.FAILED
    assert delivery.finished_at is not None
    make_due()
    assert send_due_webhooks() == 0


def test_gone_switches_the_endpoint_off_at_once(endpoint, delivery, receiver):
    receiver.status = 410
    send_due_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, DisabledReason.GONE)
    assert Event.objects.get(type="webhook_endpoint.disabled").data == {"reason": "gone"}
    make_due()
    assert send_due_webhooks() == 0


@pytest.mark.parametrize(("hours", "is_enabled"), [(23.9, True), (24.1, False)])
def test_a_day_without_success_switches_the_endpoint_off(
    hours, is_enabled, endpoint, delivery, receiver
):
    receiver.status = 500
    began = timezone.now() - timedelta(hours=hours)
    WebhookEndpoint.objects.update(first_failure_at=began)
    send_due_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.first_failure_at) == (is_enabled, began)
    assert Event.objects.filter(type="webhook_endpoint.disabled").count() == int(not is_enabled)


def test_success_ends_the_run_of_failures(endpoint, delivery, receiver):
    receiver.status = 500
    send_due_webhooks()
    endpoint.refresh_from_db()
    assert endpoint_health(endpoint) == Health.FAILING
    receiver.status = 200
    make_due()
    send_due_webhooks()
    endpoint.refresh_from_db()
    assert endpoint_health(endpoint) == Health.HEALTHY


def test_slow_endpoint_holds_up_no_other(delivery, receiver, monkeypatch):
    monkeypatch.setattr(sending, "CALL_SECONDS", 2.0)
    receiver.delay_seconds = 1.2
    services.send_test_event(endpoint=delivery.endpoint)
    with receiving() as quick:
        other = services.create_endpoint(name="Quick", url=quick.url, event_types=["*"])
        for _ in range(5):
            services.send_test_event(endpoint=other)
        started = timezone.now()
        assert send_due_webhooks() == 7
    finished = WebhookDelivery.objects.filter(endpoint=other).latest("finished_at").finished_at
    assert (finished - started).total_seconds() < 1.0


def test_failing_endpoint_called_once_a_run(endpoint, delivery, receiver):
    services.send_test_event(endpoint=endpoint)
    receiver.status = 500
    assert send_due_webhooks() == 1
    assert send_due_webhooks() == 1
    assert send_due_webhooks() == 0


def test_deliveries_to_one_endpoint_bounded_a_run(endpoint, delivery, receiver, monkeypatch):
    monkeypatch.setattr(sending, "MOST_PER_ENDPOINT", 2)
    for _ in range(2):
        services.send_test_event(endpoint=endpoint)
    assert [send_due_webhooks() for _ in range(3)] == [2, 1, 0]


def test_endpoint_being_called_is_left_alone(endpoint, delivery):
    second = services.send_test_event(endpoint=endpoint)
    claim = sending.claim_delivery(resting=set())
    assert claim.delivery_id == delivery.pk
    assert sending.claim_delivery(resting=set()) is None
    WebhookDelivery.objects.update(lease_until=timezone.now())
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state=WebhookState.DONE)
    assert sending.claim_delivery(resting=set()).delivery_id == second.pk


def test_claim_shows_no_secret(endpoint, delivery):
    claim = sending.claim_delivery(resting=set())
    assert claim.secrets == [endpoint.secret]
    assert "whsec_" not in repr(claim)
