"""The catalogue of event types and their subscribers. Applications declare both in `ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.events.models import Event
from core.events.schemas import Schema, check_schema

Handler = Callable[[Event], None]
#: Given the types of the events that are being written, says which of them are wanted.
Wants = Callable[[frozenset[str]], frozenset[str]]
#: Takes data of one version of a type and returns that of the next; may change what it is given.
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class UnknownEventTypeError(LookupError):
    """An event was emitted whose type nobody declared."""


@dataclass(frozen=True, slots=True)
class EventType:
    """`fields` maps each key of the event's data to what it means; `schema` says its shape."""

    name: str
    version: int
    meaning: str
    fields: dict[str, str]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`handle` runs inside a transaction that also marks the event as seen.

    A prompt subscriber runs in the committing process right after the commit, for effects that the
    very next request must show; the relay is its backstop. It must bear being run twice.

    One with `wants` has no types of its own: it is asked in each unit of work.
    """

    name: str
    event_types: frozenset[str]
    handle: Handler
    prompt: bool
    wants: Wants | None = None


_types: dict[str, EventType] = {}
_upcasters: dict[tuple[str, int], Upcaster] = {}
_subscribers: dict[str, Subscriber] = {}


def declare_event_type(
    name: str, *, meaning: str, fields: dict[str, str], schema: Schema, version: int = 1
) -> None:
    """Add a type to the catalogue, or its next version: the highest is the current one.

    `schema` is the JSON Schema of the data, an object without additional properties. Raises
    ValueError when it is another, or when `fields` does not explain each of its properties.
    """
    check_schema(schema)
    if set(fields) != set(schema["properties"]):
        raise ValueError(f"{name}: fields and the schema's properties are not the same")
    known = _types.get(name)
    if known is None or known.version <= version:
        _types[name] = EventType(name, version, meaning, fields, schema)


def declare_upcaster(type: str, from_version: int, function: Upcaster) -> None:  # noqa: A002
    """Say how data of `from_version` becomes data of the version after it."""
    _upcasters[type, from_version] = function


def upcaster(type_name: str, from_version: int) -> Upcaster | None:
    """The declared step from that version to the next; None when there is none."""
    return _upcasters.get((type_name, from_version))


def missing_upcasters() -> list[str]:
    """Steps without which an event of an earlier version could not be read."""
    return [
        f"{declared.name} version {version}"
        for declared in event_types()
        for version in range(1, declared.version)
        if upcaster(declared.name, version) is None
    ]


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


def subscribe_to_all(name: str, handle: Handler, *, wants: Wants) -> None:
    """Call `handle` for every event of the types that `wants` picks, of whatever type there is.

    `wants` is asked once a unit of work that writes events, inside its transaction: keep it short.
    What it does not pick is not queued and cannot be had later.
    """
    _subscribers[name] = Subscriber(name, frozenset(), handle, prompt=False, wants=wants)


def subscribers_of(type_name: str) -> list[Subscriber]:
    """Who subscribed to events of this type by its name."""
    return [s for s in _subscribers.values() if type_name in s.event_types]


def choose_subscribers(type_names: frozenset[str]) -> dict[str, list[Subscriber]]:
    """For each type, who is to hear its events: by its name, or because it wants it just now."""
    chosen = {name: subscribers_of(name) for name in type_names}
    for asked in _subscribers.values():
        if asked.wants is None:
            continue
        for name in asked.wants(type_names) & type_names:
            chosen[name].append(asked)
    return chosen


def subscriber(name: str) -> Subscriber | None:
    """The subscriber of that name; None when the code no longer has it."""
    return _subscribers.get(name)
