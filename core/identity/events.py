"""What can happen to accounts."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import Schema, object_schema

_NAMES: Schema = {"type": "array", "items": {"type": "string"}}


def declare() -> None:
    """Add the event types of accounts."""
    declare_row_events("user", meaning="An account")
    declare_event_type(
        "user.erased",
        meaning="An account's personal data was erased.",
        fields={},
        schema=object_schema({}),
    )
    declare_event_type(
        "role.changed",
        meaning="What a declared role may do was brought up to date.",
        fields={
            "added": "permissions it now has, such as catalog.view_product",
            "removed": "permissions it no longer has",
        },
        schema=object_schema({"added": _NAMES, "removed": _NAMES}),
    )
