"""The catalogue of event types and their subscribers. Applications declare both in `ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.events.models import Event

Handler = Callable[[Event], None]


class UnknownEventTypeError(LookupError):
    """An event was emitted whose type nobody declared."""


@dataclass(frozen=True, slots=True)
class EventType:
    """`fields` maps each key of the event's data to what it means."""

    name: str
    version: int
    meaning: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`handle` runs inside a transaction that also marks the event as seen.

    A prompt subscriber runs in the committing process right after the commit, for effects that the
    very next request must show; the relay is its backstop. It must bear being run twice.
    """

    name: str
    event_types: frozenset[str]
    handle: Handler
    prompt: bool


_types: dict[str, EventType] = {}
_subscribers: dict[str, Subscriber] = {}


def declare_event_type(
    name: str, *, meaning: str, fields: dict[str, str], version: int = 1
) -> None:
    """Add a type to the catalogue."""
    _types[name] = EventType(name, version, meaning, fields)


def event_type(name: str) -> EventType:
    """The declared type. Raises UnknownEventTypeError."""
    try:
        return _types[name]
    except KeyError:
        raise UnknownEventTypeError(name) from None


def event_types() -> list[EventType]:
    """All declared types, by name."""
    return [_types[name] for name in sorted(_types)]


def subscribe(name: str, event_types: list[str], handle: Handler, *, prompt: bool = False) -> None:
    """Call `handle` for every event of these types, at least once, in order within a stream."""
    for type_name in event_types:
        event_type(type_name)
    _subscribers[name] = Subscriber(name, frozenset(event_types), handle, prompt)


def subscribers_of(type_name: str) -> list[Subscriber]:
    """Who wants events of this type."""
    return [s for s in _subscribers.values() if type_name in s.event_types]


def subscriber(name: str) -> Subscriber | None:
    """The subscriber of that name; None when the code no longer has it."""
    return _subscribers.get(name)
