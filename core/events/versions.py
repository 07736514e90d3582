"""Reading events that were written under an earlier version of their type."""

from __future__ import annotations

import copy
from typing import Any

from core.events.models import Event
from core.events.registry import event_type, upcaster
from core.events.schemas import validate_data


class UnknownEventVersionError(LookupError):
    """An event was written by a newer version of the code than this one."""


class MissingUpcasterError(LookupError):
    """Nobody declared how to bring a version of a type to the next one."""


def event_data(event: Event) -> dict[str, Any]:
    """The event's data as the current version of its type has it; the event is left alone.

    Raises UnknownEventTypeError, UnknownEventVersionError, MissingUpcasterError, and
    InvalidEventDataError when the upcasters do not arrive at the current schema.
    """
    declared = event_type(event.type)
    if event.schema_version == declared.version:
        return event.data
    if event.schema_version > declared.version:
        raise UnknownEventVersionError(f"{event.type} version {event.schema_version}")
    data = copy.deepcopy(event.data)
    for version in range(event.schema_version, declared.version):
        step = upcaster(event.type, version)
        if step is None:
            raise MissingUpcasterError(f"{event.type} version {version}")
        data = step(data)
    validate_data(event.type, declared.schema, data)
    return data


def current_event(event: Event) -> Event:
    """The event as its subscribers know it: itself, or a copy in the current version."""
    data = event_data(event)
    if data is event.data:
        return event
    current = copy.copy(event)
    current.data = data
    current.schema_version = event_type(event.type).version
    return current
