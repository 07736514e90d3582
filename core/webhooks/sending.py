"""Calling receivers: each delivery at least once, none holding up the other endpoints.

A delivery is claimed with a lease that is committed before the call; the call is made outside of
any transaction; then its outcome is written. A process that dies in between leaves the lease to
run out, and the delivery is sent again under the same id.
"""

from __future__ import annotations

import contextvars
import time
import uuid
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from core.errors import Misconfigured
from core.http import AddressRefused, NoReply, NotSent, Reply, outbound_client
from core.webhooks.messages import signed_headers
from core.webhooks.models import FailureCode, WebhookDelivery, WebhookEndpoint, WebhookState
from core.webhooks.outcomes import Outcome, answer_start, outcome_of_reply, record_outcome
from core.webhooks.services import allowed_networks, signing_secrets

log = structlog.get_logger(__name__)

#: From connecting to the last byte of the answer.
CALL_SECONDS = 10.0
#: Longer than any call with its look-up of the name; then others take the delivery over.
LEASE = timedelta(seconds=60)
#: Bytes of an answer that are read.
MOST_ANSWER_BYTES = 4_096
#: Endpoints that one run calls at the same time.
CALLS_AT_ONCE = 8
#: Deliveries that one run sends to one endpoint.
MOST_PER_ENDPOINT = 50
#: After so long a run begins no further call: the next run goes on.
RUN_SECONDS = 60.0
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until its lease ends. Without secrets it cannot be signed."""

    delivery_id: int
    endpoint_id: int
    lease_holder: uuid.UUID
    webhook_id: str
    url: str
    body: str
    secrets: list[str] = field(repr=False)


def _new_lease_holder() -> uuid.UUID:
    return uuid.uuid4()


def claim_delivery(*, resting: set[int]) -> Claim | None:
    """Lease the delivery that is due for longest; None when none is. Its attempt counts from here.

    Endpoints in `resting`, switched off, or being called by anybody are left out: there is one call
    to an endpoint at a time over all processes.
    """
    with transaction.atomic():
        endpoint = _claimable_endpoint(resting)
        if endpoint is None:
            return None
        now = timezone.now()
        pending = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.PENDING)
        delivery = (
            pending.filter(next_attempt_at__lte=now)
            .exclude(Exists(_leased(now, endpoint.pk)))
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .first()
        )
        if delivery is None:
            return None
        holder = _new_lease_holder()
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1, lease_until=now + LEASE, lease_holder=holder
        )
    return Claim(
        delivery_id=delivery.pk,
        endpoint_id=endpoint.pk,
        lease_holder=holder,
        webhook_id=delivery.webhook_id,
        url=endpoint.url,
        body=delivery.body,
        secrets=_secrets_of(endpoint.pk),
    )


def _secrets_of(endpoint_id: int) -> list[str]:
    try:
        return signing_secrets(endpoint_id=endpoint_id)
    except Misconfigured:
        log.exception("webhook_secret_unreadable", endpoint=endpoint_id)
        return []


def _leased(now: datetime, endpoint: int | OuterRef) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(endpoint=endpoint, lease_until__gt=now)


def _claimable_endpoint(resting: set[int]) -> WebhookEndpoint | None:
    """The endpoint whose delivery is due for longest, locked for the moment of claiming."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(
        endpoint=OuterRef("pk"), state=WebhookState.PENDING, next_attempt_at__lte=now
    ).order_by("next_attempt_at")
    return (
        WebhookEndpoint.objects.filter(is_enabled=True)
        .exclude(pk__in=resting)
        .annotate(due_since=Subquery(due.values("next_attempt_at")[:1]))
        .filter(~Exists(_leased(now, OuterRef("pk"))), due_since__isnull=False)
        .order_by("due_since", "pk")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .only("pk", "url")
        .first()
    )


def _call(claim: Claim, headers: dict[str, str]) -> Reply:
    """The call itself; no database here, it runs on a thread of its own."""
    client = outbound_client(
        name="webhooks",
        timeout_seconds=CALL_SECONDS,
        has_breaker=False,
        keeps_connections=False,
        most_content=MOST_ANSWER_BYTES,
    )
    return client.send(
        "POST",
        claim.url,
        headers=headers,
        content=claim.body.encode(),
        is_user_supplied=True,
        allowed_networks=allowed_networks(),
    )


def _attempt(claim: Claim) -> Outcome:
    """Sign, call, and say how it went. Raises nothing."""
    started_at = timezone.now()
    started = time.monotonic()

    def outcome(failure: str, error: Exception) -> Outcome:
        spent = round((time.monotonic() - started) * 1000)
        return Outcome(started_at, spent, failure=failure, answer=answer_start(str(error)))

    if not claim.secrets:
        return Outcome(started_at, 0, failure=FailureCode.SECRET)
    try:
        headers = signed_headers(
            webhook_id=claim.webhook_id,
            body=claim.body,
            secrets=claim.secrets,
            moment=started_at,
        )
        reply = _call(claim, headers)
    except NotSent as error:
        return outcome(FailureCode.NOT_SENT, error)
    except NoReply as error:
        return outcome(FailureCode.NO_REPLY, error)
    except AddressRefused as error:
        return outcome(FailureCode.ADDRESS, error)
    except Exception as error:  # kept with the delivery as an attempt that failed, and retried
        log.exception("webhook_call_failed", delivery=claim.delivery_id)
        return outcome(FailureCode.INTERNAL, error)
    return outcome_of_reply(reply, started_at, round((time.monotonic() - started) * 1000))


def send_due_webhooks() -> int:
    """Send what is due; how many calls were made.

    Bounded: 10 seconds a call, 8 calls at a time and one at a time to an endpoint, 50 deliveries to
    an endpoint, 60 seconds of beginning calls. An endpoint whose call failed is left alone for the
    rest of the run, so a slow one takes a single place for a single call. Several runs may work
    at once.
    """
    ends_at = time.monotonic() + RUN_SECONDS
    sent: Counter[int] = Counter()
    resting: set[int] = set()
    flying: dict[Future[Outcome], Claim] = {}
    with ThreadPoolExecutor(max_workers=CALLS_AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            while len(flying) < CALLS_AT_ONCE and time.monotonic() < ends_at:
                claim = claim_delivery(resting=resting)
                if claim is None:
                    break
                # The thread's log lines carry the request id of this run.
                flying[pool.submit(contextvars.copy_context().run, _attempt, claim)] = claim
            if not flying:
                return sent.total()
            landed, _ = wait(flying, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in landed:
                claim, outcome = flying.pop(future), future.result()
                record_outcome(
                    delivery_id=claim.delivery_id,
                    endpoint_id=claim.endpoint_id,
                    lease_holder=claim.lease_holder,
                    outcome=outcome,
                )
                sent[claim.endpoint_id] += 1
                if outcome.failure or sent[claim.endpoint_id] >= MOST_PER_ENDPOINT:
                    resting.add(claim.endpoint_id)
