"""What can happen to business partners."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema


def declare() -> None:
    """Add the event types of business partners."""
    declare_row_events("partner", meaning="A business partner")
    declare_event_type(
        "partner.erased",
        meaning="A customer's personal data was erased.",
        fields={},
        schema=object_schema({}),
    )
