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
    declare_row_events("gst_registration", meaning="A GST registration")
    declare_row_events("bank_account", meaning="A bank account")
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
    _declare_approvals()
    _declare_years()
    _declare_company_records()


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


def _declare_years() -> None:
    declare_row_events("financial_year", meaning="A financial year")
    steps = {
        "opened": "A financial year was opened.",
        "locked": "A closed financial year was locked for good.",
        "audit_noted": "The audit of a financial year was noted.",
        "audit_note_taken_back": "The note of a financial year's audit was taken back.",
        "removed": "A financial year that was not used was removed.",
    }
    for step, meaning in steps.items():
        declare_event_type(
            f"financial_year.{step}", meaning=meaning, fields={}, schema=object_schema({})
        )
    declare_event_type(
        "financial_year.activated",
        meaning="A financial year became the one in which documents are numbered.",
        fields={"previous_id": "the year that was the active one, or nothing"},
        schema=object_schema({"previous_id": {"type": ["integer", "null"]}}),
    )
    declare_event_type(
        "financial_year.closed",
        meaning="A financial year was closed.",
        fields={"waived": "codes of the closing checks that were waived with a reason"},
        schema=object_schema({"waived": {"type": "array", "items": {"type": "string"}}}),
    )
    declare_event_type(
        "financial_year.reopened",
        meaning="A closed financial year was opened again, by agreement of a second person.",
        fields={"approval_request_id": "the request that was agreed to; it holds the reason"},
        schema=object_schema({"approval_request_id": _ID}),
    )
    declare_event_type(
        "financial_year.split",
        meaning="A financial year was split in two.",
        fields={"second_id": "the year of the second part", "at": "its first day"},
        schema=object_schema({"second_id": _ID, "at": {"type": "string"}}),
    )


def _declare_company_records() -> None:
    declare_row_events("gst_registration", meaning="A GST registration")
    for what, meaning in {
        "created": "A bank account was added.",
        "revealed": "Somebody looked at the whole number of a bank account.",
    }.items():
        declare_event_type(
            f"bank_account.{what}",
            meaning=meaning,
            fields={"organization_id": "the organization"},
            schema=object_schema({"organization_id": _ID}),
        )
    declare_event_type(
        "bank_account.updated",
        meaning="A bank account was edited.",
        fields={"organization_id": "the organization", "fields": "names of the changed fields"},
        schema=object_schema(
            {"organization_id": _ID, "fields": {"type": "array", "items": {"type": "string"}}}
        ),
    )
