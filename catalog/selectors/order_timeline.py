"""What happened to one order, from its events and its movements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from catalog.models import Movement, Order
from core.events.models import Event

#: An order lives through a handful of steps; more than this is a defect worth a look elsewhere.
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step. `kind` is an event's type or "movement"; `movement` is set for those."""

    time: datetime
    kind: str
    actor: str
    source: str
    request_id: str
    reason: str
    event: Event | None = None
    movement: Movement | None = None


def order_timeline(order: Order) -> list[TimelineEntry]:
    """The order's events and movements in the order of time, at most `MOST_ENTRIES` of each."""
    events = Event.objects.filter(stream_type=Order.event_stream, stream_id=str(order.pk)).order_by(
        "position"
    )[:MOST_ENTRIES]
    entries = [
        TimelineEntry(
            event.occurred_at,
            event.type,
            event.actor,
            event.source,
            event.request_id,
            event.reason or event.data.get("reason", ""),
            event=event,
        )
        for event in events
    ]
    entries += [
        TimelineEntry(
            movement.created_at,
            "movement",
            movement.actor,
            movement.source,
            movement.request_id,
            movement.reason,
            movement=movement,
        )
        for movement in _movements(order)
    ]
    return sorted(entries, key=lambda entry: entry.time)


def _movements(order: Order) -> QuerySet[Movement]:
    return (
        Movement.objects.filter(reservation__line__order=order)
        .select_related("product", "location")
        .order_by("id")[:MOST_ENTRIES]
    )
