"""What can happen to webhooks, and the message that only tests one."""

from __future__ import annotations

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema
from core.webhooks.models import DisabledReason

TEST_TYPE = "webhook.test"
DISABLED_TYPE = "webhook_endpoint.disabled"
ENABLED_TYPE = "webhook_endpoint.enabled"
DELETED_TYPE = "webhook_endpoint.deleted"


def declare() -> None:
    """Add the event types."""
    declare_row_events("webhook_endpoint", meaning="A webhook")
    for name, meaning in (
        (ENABLED_TYPE, "A webhook was switched on."),
        (DELETED_TYPE, "A webhook was removed, with its log."),
    ):
        declare_event_type(name, meaning=meaning, fields={}, schema=object_schema({}))
    declare_event_type(
        TEST_TYPE,
        meaning="Staff tested a webhook: sent to that one only, and no event of the record.",
        fields={},
        schema=object_schema({}),
    )
    declare_event_type(
        DISABLED_TYPE,
        meaning="A webhook was switched off.",
        fields={"reason": ", ".join(DisabledReason.values)},
        schema=object_schema({"reason": {"type": "string", "enum": list(DisabledReason.values)}}),
    )
