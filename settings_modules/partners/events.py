"""What can happen to business partners."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema


def declare() -> None:
    """Add the event types of business partners and of what is on record about them."""
    declare_row_events("partner", meaning="A business partner")
    declare_row_events("partner_contact", meaning="A contact of a partner")
    declare_row_events("partner_address", meaning="An address of a partner")
    declare_row_events("partner_gst_registration", meaning="A GST registration of a partner")
    declare_row_events("partner_bank_account", meaning="A bank account of a partner")
    declare_event_type(
        "partner.erased",
        meaning="A customer's personal data was erased.",
        fields={},
        schema=object_schema({}),
    )
    declare_event_type(
        "partner_bank_account.revealed",
        meaning="Somebody looked at the whole number of a partner's bank account.",
        fields={"partner_id": "the partner"},
        schema=object_schema({"partner_id": {"type": "integer", "minimum": 1}}),
    )
