"""What can happen to organizations, their series and their people."""

from core.events.registry import declare_event_type
from core.events.row_events import CHANGES, declare_row_events
from core.events.schemas import Schema, object_schema

_ID: Schema = {"type": "integer", "minimum": 1}
_PARTIES: dict[str, Schema] = {"user_id": _ID, "organization_id": _ID, "role_id": _ID}
_MEANINGS = {
    "user_id": "the person",
    "organization_id": "the organization",
    "role_id": "the group that is the role",
}


def declare() -> None:
    """Add the event types of organizations."""
    declare_row_events("organization", meaning="An organization")
    declare_row_events("document_series", meaning="A document series")
    declare_event_type(
        "document_number.voided",
        meaning="An issued document number was voided: no document has it any more.",
        fields={
            "series_id": "the series",
            "number": "the number as printed",
            "reason": "why it was voided",
        },
        schema=object_schema(
            {"series_id": _ID, "number": {"type": "string"}, "reason": {"type": "string"}}
        ),
    )
    declare_event_type(
        "membership.granted",
        meaning="A person was given a role in an organization.",
        fields={**_MEANINGS, "valid_until": "when it ends by itself, or nothing"},
        schema=object_schema({**_PARTIES, "valid_until": {"type": ["string", "null"]}}),
    )
    declare_event_type(
        "membership.updated",
        meaning="The times of a person's role were changed.",
        fields={"changes": "valid_from and valid_until, {old, new}"},
        schema=object_schema({"changes": CHANGES}),
    )
    declare_event_type(
        "membership.revoked",
        meaning="A person's role in an organization was taken back.",
        fields=_MEANINGS,
        schema=object_schema(_PARTIES),
    )
