"""What a call brought, and what follows from it for the delivery and its endpoint."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from core.events.services import in_unit_of_work
from core.http import Reply
from core.webhooks.models import (
    DisabledReason,
    FailureCode,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from core.webhooks.retry_times import read_retry_after, wait_after
from core.webhooks.services import disable_endpoint

log = structlog.get_logger(__name__)

GONE = 410
#: An endpoint to which nothing could be delivered for so long is switched off.
DISABLED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call. `failure` is empty when the receiver accepted the message."""

    started_at: datetime
    duration_ms: int
    status: int | None = None
    failure: str = ""
    answer: str = ""
    retry_after: timedelta | None = None


def answer_start(text: str) -> str:
    """As much of an answer as is kept; PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[: WebhookAttempt.LARGEST_ANSWER]


def outcome_of_reply(reply: Reply, started_at: datetime, duration_ms: int) -> Outcome:
    """2xx accepts; a redirect, which is not followed, and everything else is a failure."""
    failure = ""
    if 300 <= reply.status < 400:
        failure = FailureCode.REDIRECT
    elif not 200 <= reply.status < 300:
        failure = FailureCode.STATUS
    return Outcome(
        started_at=started_at,
        duration_ms=duration_ms,
        status=reply.status,
        failure=failure,
        answer=answer_start(reply.content.decode("utf-8", "replace")),
        retry_after=read_retry_after(reply.headers.get("retry-after", ""), timezone.now()),
    )


@in_unit_of_work
def record_outcome(
    *, delivery_id: int, endpoint_id: int, lease_holder: uuid.UUID, outcome: Outcome
) -> None:
    """Log the attempt and, while the lease is still ours, write what follows from it.

    Nothing happens when the endpoint was removed meanwhile.
    """
    endpoint = (
        WebhookEndpoint.objects.select_for_update(no_key=True)
        .defer("secret", "previous_secret")
        .filter(pk=endpoint_id)
        .first()
    )
    delivery = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id).first()
    if endpoint is None or delivery is None:
        return
    WebhookAttempt.objects.create(
        delivery=delivery,
        started_at=outcome.started_at,
        duration_ms=outcome.duration_ms,
        status=outcome.status,
        failure=outcome.failure,
        answer=outcome.answer,
    )
    if delivery.lease_holder != lease_holder:
        return
    delivery.lease_until = delivery.lease_holder = None
    if outcome.failure:
        _put_off(delivery, outcome)
        _count_failure(endpoint, outcome)
    else:
        delivery.state = WebhookState.DONE
        delivery.finished_at = timezone.now()
        _end_failures(endpoint)
    delivery.save(
        update_fields=["state", "next_attempt_at", "finished_at", "lease_until", "lease_holder"]
    )


def _put_off(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Try again later, or give up when later would be too late."""
    now = timezone.now()
    next_attempt_at = now + wait_after(delivery.attempts, outcome.retry_after)
    if next_attempt_at <= delivery.give_up_at:
        delivery.next_attempt_at = next_attempt_at
    else:
        delivery.state = WebhookState.FAILED
        delivery.finished_at = now
    log.warning(
        "webhook_delivery_failed",
        endpoint=delivery.endpoint_id,
        webhook_id=delivery.webhook_id,
        attempts=delivery.attempts,
        status=outcome.status,
        failure=outcome.failure,
        state=delivery.state,
    )


def _count_failure(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    now = timezone.now()
    if endpoint.first_failure_at is None:
        endpoint.first_failure_at = now
        endpoint.save(update_fields=["first_failure_at"])
    if outcome.status == GONE:
        disable_endpoint(endpoint=endpoint, reason=DisabledReason.GONE)
    elif endpoint.first_failure_at <= now - DISABLED_AFTER:
        disable_endpoint(endpoint=endpoint, reason=DisabledReason.FAILING)


def _end_failures(endpoint: WebhookEndpoint) -> None:
    if endpoint.first_failure_at is not None:
        endpoint.first_failure_at = None
        endpoint.save(update_fields=["first_failure_at"])
