"""Handing events to their subscribers: at least once, in order within a stream.

Several relays may run at once. A delivery is claimed by locking its row (`SKIP LOCKED`); the
subscriber's effect in the database and the mark that it has seen the event commit together.
"""

from __future__ import annotations

import random
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.background import send_after_commit
from core.context import Context, Source, use_context
from core.events.errors import DiscardReasonMissing, NotADeadLetter
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.registry import declare_event_type, subscriber, subscribers_of
from core.events.schemas import object_schema
from core.events.services import in_unit_of_work, queue_event, unit_of_work
from core.events.versions import current_event

log = structlog.get_logger(__name__)

#: Failures after which a delivery becomes a dead letter.
ATTEMPTS_BEFORE_DEAD = 12
LONGEST_WAIT = timedelta(minutes=10)
RELAY_TASK = "core.relay_events"
DISCARDED = "dead_letter.discarded"


def declare() -> None:
    """Add the relay's own event type."""
    declare_event_type(
        DISCARDED,
        meaning="A dead letter was given up.",
        fields={"event_id": "the event that was not delivered", "subscriber": "to whom"},
        schema=object_schema({"event_id": {"type": "string"}, "subscriber": {"type": "string"}}),
    )


class SubscriberMissingError(LookupError):
    """A delivery names a subscriber that this version of the code does not have."""


def _wait(attempts: int) -> timedelta:
    """Exponential, capped, with jitter so that failures do not come back together."""
    seconds = min(LONGEST_WAIT.total_seconds(), 2.0**attempts)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311


def _context_of(event: Event) -> Context:
    return Context(
        request_id=event.request_id, actor=event.actor, source=Source.TASK, reason=event.reason
    )


def due_deliveries() -> QuerySet[EventDelivery]:
    """What could be delivered now, the longest due first.

    An earlier event of the same stream that the subscriber has not finished, or that is a dead
    letter, holds the later ones back.
    """
    earlier = EventDelivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        stream_type=OuterRef("stream_type"),
        stream_id=OuterRef("stream_id"),
        position__lt=OuterRef("position"),
        state__in=EventDelivery.HELD_STATES,
    )
    return EventDelivery.objects.filter(
        ~Exists(earlier), state=DeliveryState.PENDING, next_attempt_at__lte=timezone.now()
    ).order_by("next_attempt_at", "event_id")


def deliver_next() -> bool:
    """Deliver one event that is due. False when none is."""
    with transaction.atomic():
        delivery = due_deliveries().select_for_update(skip_locked=True).first()
        if delivery is None:
            return False
        _attempt(delivery)
    return True


def _attempt(delivery: EventDelivery) -> None:
    """Call the subscriber in a savepoint and record the outcome on the delivery."""
    event = Event.objects.get(pk=delivery.event_id)
    delivery.attempts += 1
    try:
        target = subscriber(delivery.subscriber)
        if target is None:
            raise SubscriberMissingError(delivery.subscriber)
        with use_context(_context_of(event)), unit_of_work():
            target.handle(current_event(event))
    except Exception as error:  # any failure of a subscriber is kept on its delivery and retried
        _record_failure(delivery, event, error)
    else:
        delivery.state = DeliveryState.DONE
        delivery.finished_at = timezone.now()
        delivery.last_error = ""
    delivery.save()


def _record_failure(delivery: EventDelivery, event: Event, error: Exception) -> None:
    delivery.last_error = f"{type(error).__name__}: {error}"[:2000]
    if delivery.attempts >= ATTEMPTS_BEFORE_DEAD:
        delivery.state = DeliveryState.DEAD
        delivery.finished_at = timezone.now()
    else:
        delivery.next_attempt_at = timezone.now() + _wait(delivery.attempts)
    log.warning(
        "event_delivery_failed",
        subscriber=delivery.subscriber,
        event_id=str(event.id),
        event_type=event.type,
        attempts=delivery.attempts,
        state=delivery.state,
        exc_info=error,
    )


def run_relay(*, limit: int = 500) -> int:
    """Deliver what is due, at most `limit` events. Returns how many were attempted."""
    for done in range(limit):
        if not deliver_next():
            return done
    return limit


def deliver_prompt(events: list[Event]) -> None:
    """Run the prompt subscribers of just committed events; what fails is left to the relay."""
    for event in events:
        for target in subscribers_of(event.type):
            if target.prompt:
                _deliver_prompt(event, target.name)


def _deliver_prompt(event: Event, name: str) -> None:
    target = subscriber(name)
    assert target is not None
    try:
        with use_context(_context_of(event)), unit_of_work():
            target.handle(current_event(event))
            EventDelivery.objects.filter(event_id=event.id, subscriber=name).update(
                state=DeliveryState.DONE, finished_at=timezone.now()
            )
    except Exception:  # the change is committed: its answer must not fail, the relay repeats this
        log.exception("prompt_subscriber_failed", subscriber=name, event_id=str(event.id))


def wake_relay() -> None:
    """Tell a worker after the commit that there is something to deliver."""
    send_after_commit(RELAY_TASK)


def retry_dead_letter(*, delivery: EventDelivery) -> None:
    """Try a dead letter again from the start."""
    EventDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.DEAD).update(
        state=DeliveryState.PENDING, attempts=0, next_attempt_at=timezone.now(), finished_at=None
    )
    wake_relay()


@in_unit_of_work
def discard_dead_letter(*, delivery: EventDelivery, reason: str) -> None:
    """Give a dead letter up for good: the later events of its stream go on. `reason` is kept.

    Emits `dead_letter.discarded`, without the reason, which may quote somebody.
    Raises DiscardReasonMissing when the reason is blank, NotADeadLetter.
    """
    reason = reason.strip()
    if not reason:
        raise DiscardReasonMissing(field="reason")
    discarded = EventDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.DEAD).update(
        state=DeliveryState.DISCARDED, finished_at=timezone.now(), discard_reason=reason
    )
    if not discarded:
        raise NotADeadLetter()
    queue_event(
        stream_type="dead_letter",
        stream_id=str(delivery.pk),
        type=DISCARDED,
        data={"event_id": str(delivery.event_id), "subscriber": delivery.subscriber},
    )
    log.warning(
        "dead_letter_discarded",
        subscriber=delivery.subscriber,
        event_id=str(delivery.event_id),
        reason=reason,
    )
    wake_relay()
