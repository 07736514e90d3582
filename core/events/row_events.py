"""What happens to a row that people edit, declared in one line."""

from __future__ import annotations

from core.events.registry import declare_event_type
from core.events.schemas import Schema, object_schema

CHANGE: Schema = object_schema({"old": {}, "new": {}})
CHANGES: Schema = {"type": "object", "additionalProperties": CHANGE}
_UNTOLD: Schema = {"type": "array", "items": {"type": "string"}}


def declare_row_events(stream: str, *, meaning: str) -> None:
    """Declare `<stream>.created` and `<stream>.updated`.

    `meaning` is the record with its article, as a sentence begins: "A location".
    An update tells {field: {old, new}}; of personal and secret fields only the names.
    """
    declare_event_type(
        f"{stream}.created", meaning=f"{meaning} was added.", fields={}, schema=object_schema({})
    )
    declare_event_type(
        f"{stream}.updated",
        meaning=f"{meaning} was edited.",
        fields={
            "changes": "field name to {old, new}",
            "untold": "names of changed fields whose values are personal or secret",
        },
        schema=object_schema({"changes": CHANGES}, {"untold": _UNTOLD}),
    )
