"""What can happen to accounts."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema


def declare() -> None:
    """Add the event types of accounts."""
    declare_row_events("user", meaning="An account")
    declare_event_type(
        "user.erased",
        meaning="An account's personal data was erased.",
        fields={},
        schema=object_schema({}),
    )
