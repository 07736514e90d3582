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
    _declare_approvals()


def _declare_approvals() -> None:
    steps = {
        "requested": "A change that needs a second person was asked for.",
        "agreed": "A second person agreed to a change, and it was carried out.",
        "refused": "A second person refused a change.",
        "withdrawn": "A change that was waiting was taken back by who had asked for it.",
    }
    for step, meaning in steps.items():
        declare_event_type(
            f"approval_request.{step}",
            meaning=meaning,
            fields={
                "kind": "add_bank_account, change_bank_account, remove_bank_account, reopen_year",
                "organization_id": "the organization",
                "target_id": "the account or year, or nothing for a new account",
                "requested_by": "the person who asked",
            },
            schema=object_schema(
                {
                    "kind": {"type": "string"},
                    "organization_id": _ID,
                    "target_id": {"type": ["integer", "null"]},
                    "requested_by": _ID,
                }
            ),
        )
