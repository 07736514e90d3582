"""What can happen to tax codes, their rates, and what is known of them."""

from __future__ import annotations

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import Schema, object_schema

_COUNT: Schema = {"type": "integer", "minimum": 0}
_KEY: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}


def declare_tax_events() -> None:
    """Add the event types."""
    _declare_rates()
    _declare_knowledge()


def _declare_rates() -> None:
    declare_row_events("tax_rate", meaning="A tax rate")
    declare_event_type(
        "tax_rate_revision.applied",
        meaning="Codes got a new rate from a day on.",
        fields={
            "rate": "the new rate in percent, as text",
            "valid_from": "the first day",
            "notification": "by which notification",
            "added": "how many rates were added",
            "closed": "how many rates ended the day before",
        },
        schema=object_schema(
            {
                "rate": _TEXT,
                "valid_from": _TEXT,
                "notification": _TEXT,
                "added": _COUNT,
                "closed": _COUNT,
            }
        ),
    )
    declare_event_type(
        "tax_rate_revision.reversed",
        meaning="A revision of rates was taken back.",
        fields={"removed": "rates that it had added", "reopened": "rates that it had closed"},
        schema=object_schema({"removed": _COUNT, "reopened": _COUNT}),
    )


def _declare_knowledge() -> None:
    declare_row_events("hsn_knowledge", meaning="A piece of HSN knowledge")
    declare_event_type(
        "hsn_knowledge.verified",
        meaning="A person verified which code goods have.",
        fields={"tax_code_id": "the code"},
        schema=object_schema({"tax_code_id": _KEY}),
    )
    declare_event_type(
        "tax_code_conflict.opened",
        meaning="Knowledge of tax codes contradicts itself or the official list.",
        fields={"kind": "what speaks against each other", "knowledge_id": "the knowledge"},
        schema=object_schema({"kind": _TEXT, "knowledge_id": _KEY}),
    )
    declare_event_type(
        "tax_code_conflict.decided",
        meaning="A person decided which code goods have.",
        fields={"kept_id": "the code that was kept, if any"},
        schema=object_schema({"kept_id": {"type": ["integer", "null"]}}),
    )
