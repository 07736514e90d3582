"""What can happen to saved filters."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema


def declare() -> None:
    """Add the event types of saved filters."""
    declare_row_events("saved_filter", meaning="A saved filter")
    declare_event_type(
        "saved_filter.deleted",
        meaning="A saved filter was removed.",
        fields={},
        schema=object_schema({}),
    )
