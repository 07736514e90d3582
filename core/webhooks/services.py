"""Setting webhooks up: who receives what, with which secret, and whether anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.background import send_after_commit
from core.context import current_context
from core.editing.services import create_and_tell, editable, update_and_tell
from core.errors import Misconfigured
from core.events.models import Event
from core.events.registry import event_type
from core.events.services import in_unit_of_work
from core.http import AddressRefused, Network, resolve_public_address
from core.identifiers import uuid7
from core.webhooks.errors import (
    TooManyWebhooks,
    UnknownWebhookEvent,
    WebhookAddressRefused,
    WebhookSwitchedOff,
)
from core.webhooks.event_types import (
    DELETED_TYPE,
    DISABLED_TYPE,
    ENABLED_TYPE,
    TEST_TYPE,
)
from core.webhooks.messages import message_body, new_secret
from core.webhooks.models import (
    ALL_TYPES,
    DisabledReason,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from core.webhooks.selectors import sendable_event_types

SEND_TASK = "core.send_webhooks"
MOST_ENDPOINTS = 100
#: How long a delivery is tried before it fails for good.
GIVE_UP_AFTER = timedelta(days=3)
#: How long the secret before a rotation goes on signing.
PREVIOUS_SECRET_SIGNS = timedelta(hours=24)


def allowed_networks() -> list[Network]:
    """The networks inside which the operator allows receivers."""
    return [ip_network(text) for text in settings.WEBHOOK_ALLOWED_NETWORKS]


def _checked_url(url: str) -> str:
    try:
        resolve_public_address(url, allowed_networks=allowed_networks())
    except AddressRefused as error:
        raise WebhookAddressRefused(field="url") from error
    return url


def _checked_types(names: list[str]) -> list[str]:
    """The names once each, in order; "*" alone when it is among them."""
    if ALL_TYPES in names:
        return [ALL_TYPES]
    declared = {declared.name for declared in sendable_event_types()}
    for name in names:
        if name not in declared:
            raise UnknownWebhookEvent(field="event_types", name=name)
    return sorted(set(names))


@in_unit_of_work
def create_endpoint(*, name: str, url: str, event_types: list[str]) -> WebhookEndpoint:
    """Add an endpoint, switched on. Its `secret` is to be shown now and never again.

    Raises WebhookAddressRefused, UnknownWebhookEvent, TooManyWebhooks, ValidationError.
    """
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        raise TooManyWebhooks(most=MOST_ENDPOINTS)
    endpoint = WebhookEndpoint(
        name=name,
        url=_checked_url(url),
        event_types=_checked_types(event_types),
        secret=new_secret(),
    )
    return create_and_tell(row=endpoint)


@in_unit_of_work
def update_endpoint(
    *,
    endpoint: WebhookEndpoint,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> WebhookEndpoint:
    """Change `name`, `url` or `event_types`. What is already queued goes to the new address.

    Raises WebhookAddressRefused, UnknownWebhookEvent, StaleVersion, ValidationError.
    """
    given = editable(values, ("name", "url", "event_types"))
    if "url" in given:
        given["url"] = _checked_url(given["url"])
    if "event_types" in given:
        given["event_types"] = _checked_types(given["event_types"])
    return update_and_tell(row=endpoint, values=given, expected_version=expected_version)


@in_unit_of_work
def delete_endpoint(*, endpoint: WebhookEndpoint) -> None:
    """Remove an endpoint with its deliveries and attempts; what waits is not sent."""
    # Locked for good: nobody can queue a delivery for it between these statements.
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    WebhookAttempt.objects.filter(delivery__endpoint=endpoint).delete()
    deliveries = WebhookDelivery.objects.filter(endpoint=endpoint)
    deliveries._raw_delete(deliveries.db)
    endpoint.emit_event(DELETED_TYPE)
    endpoint.delete()


@in_unit_of_work
def enable_endpoint(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Switch an endpoint on; what waited for it goes on as if queued now. Repeating is harmless."""
    endpoint = _locked(endpoint)
    if endpoint.is_enabled:
        return endpoint
    endpoint.is_enabled = True
    endpoint.disabled_at = None
    endpoint.disabled_reason = ""
    endpoint.first_failure_at = None
    endpoint.version += 1
    endpoint.save(
        update_fields=[
            "is_enabled",
            "disabled_at",
            "disabled_reason",
            "first_failure_at",
            "version",
        ]
    )
    endpoint.emit_event(ENABLED_TYPE)
    now = timezone.now()
    WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.PENDING).update(
        attempts=0, next_attempt_at=now, give_up_at=now + GIVE_UP_AFTER
    )
    send_after_commit(SEND_TASK)
    return endpoint


@in_unit_of_work
def disable_endpoint(
    *, endpoint: WebhookEndpoint, reason: DisabledReason = DisabledReason.BY_STAFF
) -> WebhookEndpoint:
    """Switch an endpoint off: no new events, and what waits stays. Repeating is harmless."""
    endpoint = _locked(endpoint)
    if not endpoint.is_enabled:
        return endpoint
    endpoint.is_enabled = False
    endpoint.disabled_at = timezone.now()
    endpoint.disabled_reason = reason
    endpoint.version += 1
    endpoint.save(update_fields=["is_enabled", "disabled_at", "disabled_reason", "version"])
    endpoint.emit_event(DISABLED_TYPE, {"reason": str(reason)})
    return endpoint


@in_unit_of_work
def rotate_secret(
    *, endpoint: WebhookEndpoint, previous_signs_for: timedelta = PREVIOUS_SECRET_SIGNS
) -> WebhookEndpoint:
    """Give the endpoint a new `secret`, to be shown now and never again.

    The present one goes on signing beside it for `previous_signs_for`; one before it ends at once.
    """
    endpoint = _locked(endpoint)
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_until = timezone.now() + previous_signs_for
    endpoint.secret = new_secret()
    endpoint.version += 1
    endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until", "version"])
    endpoint.emit_event("webhook_endpoint.updated", {"changes": {}, "untold": ["secret"]})
    return endpoint


@in_unit_of_work
def send_test_event(*, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Queue a `webhook.test` for this endpoint alone; it is no event of the record.

    Raises WebhookSwitchedOff.
    """
    endpoint = _locked(endpoint)
    if not endpoint.is_enabled:
        raise WebhookSwitchedOff()
    context = current_context()
    event = Event(
        id=uuid7(),
        stream_type=endpoint.event_stream,
        stream_id=str(endpoint.pk),
        position=0,
        type=TEST_TYPE,
        schema_version=event_type(TEST_TYPE).version,
        data={},
        actor=context.actor,
        request_id=context.request_id,
        occurred_at=timezone.now(),
    )
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=event.id,
        event_type=event.type,
        body=message_body(event),
        give_up_at=timezone.now() + GIVE_UP_AFTER,
    )
    send_after_commit(SEND_TASK)
    return delivery


def signing_secrets(*, endpoint_id: int) -> list[str]:
    """The secrets that sign just now, the newest first. Raises Misconfigured."""
    stored = WebhookEndpoint.objects.filter(pk=endpoint_id).only(
        "secret", "previous_secret", "previous_secret_until"
    )
    endpoint = stored.get()
    until = endpoint.previous_secret_until
    if not endpoint.secret:
        raise Misconfigured("a webhook has no secret")
    if until is None or until <= timezone.now():
        return [endpoint.secret]
    return [endpoint.secret, endpoint.previous_secret]


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The row as it is now, locked against other changes but not against deliveries for it."""
    return WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
