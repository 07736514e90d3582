"""Setting webhooks up: addresses, event types, secrets, switching on and off."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.events.models import Event
from core.history.tracking import untracked_models
from core.webhooks import services
from core.webhooks.errors import (
    TooManyWebhooks,
    UnknownWebhookEvent,
    WebhookAddressRefused,
    WebhookSwitchedOff,
)
from core.webhooks.models import (
    DisabledReason,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from core.webhooks.selectors import Health, endpoint_health
from core.webhooks.sending import send_due_webhooks

pytestmark = pytest.mark.django_db


def make_endpoint(url: str, *event_types: str) -> WebhookEndpoint:
    return services.create_endpoint(name="ERP", url=url, event_types=list(event_types))


def test_secret_is_random_of_the_standard_form_and_encrypted(receiver):
    first, second = make_endpoint(receiver.url, "*"), make_endpoint(receiver.url)
    assert first.secret.startswith("whsec_")
    assert len(base64.b64decode(first.secret.removeprefix("whsec_"))) == 32
    assert first.secret != second.secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM core_webhookendpoint WHERE id = %s", [first.pk])
        (stored,) = cursor.fetchone()
    assert first.secret not in stored
    assert WebhookEndpoint.objects.get(pk=first.pk).secret == first.secret


def test_history_keeps_no_secret(receiver):
    endpoint = make_endpoint(receiver.url, "*")
    services.rotate_secret(endpoint=endpoint)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_webhookendpointhistory ORDER BY pgh_id")
        columns = {column.name for column in cursor.description}
        rows = cursor.fetchall()
    assert columns & {"secret", "previous_secret", "first_failure_at"} == set()
    assert "previous_secret_until" in columns
    assert len(rows) == 2


def test_working_rows_state_why_they_keep_no_history():
    reasons = untracked_models()
    assert {"core.WebhookDelivery", "core.WebhookAttempt"} <= set(reasons)


def test_event_types_kept_once_and_in_order(receiver):
    endpoint = make_endpoint(receiver.url, "webhook_endpoint.disabled", "thing.happened")
    assert endpoint.event_types == ["thing.happened", "webhook_endpoint.disabled"]
    assert make_endpoint(receiver.url, "thing.happened", "*").event_types == ["*"]


@pytest.mark.parametrize("name", ["thing.exploded", "webhook.test", ""])
def test_event_type_that_is_not_offered_refused(name, receiver):
    with pytest.raises(UnknownWebhookEvent) as refused:
        make_endpoint(receiver.url, name)
    assert (refused.value.field, WebhookEndpoint.objects.count()) == ("event_types", 0)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://8.8.8.8/x", []),
        ("http://127.0.0.1/x", []),
        ("https://127.0.0.1/x", []),
        ("https://10.0.0.5/x", []),
        ("https://169.254.169.254/latest", []),
        ("https://[::ffff:127.0.0.1]/x", ["127.0.0.1/32"]),
        ("https://localhost/x", []),
        ("http://10.0.0.5/x", ["127.0.0.1/32"]),
        ("https://user:pass@8.8.8.8/x", []),
        ("ftp://8.8.8.8/x", []),
        ("https:///x", []),
    ],
)
def test_address_that_is_not_allowed_refused(url, allowed, webhook_events, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = allowed
    with pytest.raises(WebhookAddressRefused) as refused:
        make_endpoint(url)
    assert (refused.value.field, WebhookEndpoint.objects.count()) == ("url", 0)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://8.8.8.8/x", []),
        ("http://10.0.0.5/x", ["10.0.0.0/24"]),
        ("http://[fd00::5]/x", ["10.0.0.0/24", "fd00::/8"]),
    ],
)
def test_public_https_and_allowed_networks_accepted(url, allowed, webhook_events, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = allowed
    assert make_endpoint(url).url == url


def test_changed_address_checked_and_the_rest_left_alone(receiver):
    endpoint = make_endpoint(receiver.url, "*")
    with pytest.raises(WebhookAddressRefused):
        services.update_endpoint(endpoint=endpoint, values={"url": "https://10.0.0.1/"})
    changed = services.update_endpoint(
        endpoint=endpoint, values={"name": "CRM", "event_types": ["thing.happened"]}
    )
    assert (changed.name, changed.url, changed.event_types) == (
        "CRM",
        receiver.url,
        ["thing.happened"],
    )
    assert changed.secret == endpoint.secret


def test_endpoints_are_bounded(receiver, monkeypatch):
    monkeypatch.setattr(services, "MOST_ENDPOINTS", 1)
    make_endpoint(receiver.url)
    with pytest.raises(TooManyWebhooks):
        make_endpoint(receiver.url)


def test_rotated_secret_leaves_the_earlier_one_signing_for_the_stated_time(receiver):
    endpoint = make_endpoint(receiver.url)
    old = endpoint.secret
    before = timezone.now()
    rotated = services.rotate_secret(endpoint=endpoint, previous_signs_for=timedelta(hours=3))
    assert rotated.secret != old
    assert services.signing_secrets(endpoint_id=endpoint.pk) == [rotated.secret, old]
    assert timedelta(hours=3) <= rotated.previous_secret_until - before < timedelta(hours=3.1)
    WebhookEndpoint.objects.update(previous_secret_until=timezone.now())
    assert services.signing_secrets(endpoint_id=endpoint.pk) == [rotated.secret]


def test_switching_off_is_told_once_by_an_event(receiver):
    endpoint = make_endpoint(receiver.url)
    for _ in range(2):
        off = services.disable_endpoint(endpoint=endpoint, reason=DisabledReason.FAILING)
    event = Event.objects.get(type="webhook_endpoint.disabled")
    assert (event.stream_type, event.stream_id) == ("webhook_endpoint", str(endpoint.pk))
    assert event.data == {"reason": "failing"}
    assert (off.is_enabled, off.disabled_reason) == (False, "failing")
    assert endpoint_health(off) == Health.DISABLED


def test_switched_off_gets_nothing_and_goes_on_when_switched_on_again(receiver, emit):
    endpoint = make_endpoint(receiver.url, "thing.happened")
    test_message = services.send_test_event(endpoint=endpoint)
    services.disable_endpoint(endpoint=endpoint)
    emit("a", 1)
    assert send_due_webhooks() == 0
    with pytest.raises(WebhookSwitchedOff):
        services.send_test_event(endpoint=endpoint)
    WebhookDelivery.objects.update(
        attempts=6, next_attempt_at=timezone.now() + timedelta(hours=9), give_up_at=timezone.now()
    )
    on = services.enable_endpoint(endpoint=endpoint)
    assert (on.is_enabled, on.disabled_at, on.disabled_reason) == (True, None, "")
    assert on.first_failure_at is None
    assert send_due_webhooks() == 1
    assert receiver.ids == [test_message.webhook_id]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (WebhookState.DONE, 1)


def test_removal_takes_deliveries_and_attempts_of_this_one_only(receiver):
    gone, kept = make_endpoint(receiver.url), make_endpoint(receiver.url)
    for endpoint in (gone, kept):
        services.send_test_event(endpoint=endpoint)
    assert send_due_webhooks() == 2
    services.delete_endpoint(endpoint=gone)
    assert list(WebhookEndpoint.objects.all()) == [kept]
    assert list(WebhookDelivery.objects.values_list("endpoint", flat=True)) == [kept.pk]
    assert WebhookAttempt.objects.count() == 1
