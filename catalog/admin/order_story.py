"""An order's timeline in the words of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.amounts import shown_number
from catalog.enums import MirrorState, MovementKind
from catalog.models import Movement, Order
from catalog.selectors.order_timeline import TimelineEntry, order_timeline
from core.admin.actors import actor_names
from core.admin.labels import shown_reason, source_name
from core.context import SYSTEM_ACTOR, Source


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One step: when, what, by whom, through which door, what else there is to say.

    `code` is the event's name as the record has it.
    """

    time: datetime
    text: str
    actor: str
    source: str
    details: str
    code: str


def order_story(order: Order) -> list[StoryLine]:
    """Everything that happened to the order, oldest first."""
    entries = order_timeline(order)
    names = actor_names((entry.actor, entry.source) for entry in entries)
    return [
        StoryLine(
            time=entry.time,
            text=_step(order, entry),
            actor=names[entry.actor, entry.source],
            source=source_name(entry.source),
            details=_details(entry),
            code=entry.kind,
        )
        for entry in entries
    ]


def _step(order: Order, entry: TimelineEntry) -> str:
    if entry.movement is not None:
        return _movement_step(entry.movement)
    if entry.kind == "order.mirrored" and entry.event is not None:
        state = entry.event.data.get("changes", {}).get("mirror_state", {}).get("new", "")
        return _mirror_step(order, str(state))
    words: dict[str, Callable[[], str]] = {
        "order.placed": lambda: _placed_step(entry),
        "order.shipped": lambda: _("Order shipped"),
        "order.cancelled": lambda: _("Order cancelled, its stock given back"),
        "order.moved_out": lambda: _("Goods of the order booked out"),
    }
    return words[entry.kind]() if entry.kind in words else entry.kind


def _placed_step(entry: TimelineEntry) -> str:
    if entry.source == Source.API and entry.actor == SYSTEM_ACTOR:
        return _("Order placed by a shopper")
    return _("Order placed")


def _mirror_step(order: Order, state: str) -> str:
    number = order.zoho_salesorder_number
    if state == MirrorState.CREATED and number:
        return _("Created in Zoho as %(number)s") % {"number": number}
    words: dict[str, Callable[[], str]] = {
        MirrorState.NOT_SENT: lambda: _("Taken off the way to Zoho"),
        MirrorState.WAITING: lambda: _("Queued for Zoho"),
        MirrorState.CREATED: lambda: _("Created in Zoho"),
        MirrorState.CONFIRMED: lambda: _("Confirmed in Zoho"),
        MirrorState.VOIDED: lambda: _("Voided in Zoho"),
        MirrorState.FAILED: lambda: _("Not taken by Zoho: needs attention"),
    }
    return words[state]() if state in words else str(dict(MirrorState.choices).get(state, state))


def _movement_step(movement: Movement) -> str:
    words: dict[str, Callable[[], str]] = {
        MovementKind.OUT: lambda: _("Goods left the warehouse"),
        MovementKind.IN: lambda: _("Goods came in"),
    }
    known = words.get(movement.kind)
    return known() if known else capfirst(movement.get_kind_display())


def _details(entry: TimelineEntry) -> str:
    movement = entry.movement
    if movement is not None:
        return f"{shown_number(abs(movement.quantity))} × {movement.product} · {movement.location}"
    given = entry.event.data.get("reason", "") if entry.event is not None else ""
    if given:
        return str(given)
    # What the synchronisation gives as its reason, the step has said already.
    return "" if entry.source == Source.SYNC else shown_reason(entry.reason, entry.actor)
