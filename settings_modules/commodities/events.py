"""What can happen to commodities and what belongs to them."""

from core.events.row_events import declare_row_events


def declare() -> None:
    """Add the event types of commodities."""
    declare_row_events("commodity", meaning="A commodity")
    declare_row_events("commodity_category", meaning="A commodity category")
    declare_row_events("unit", meaning="A unit of measure")
    declare_row_events("tax_code", meaning="A tax code")
    declare_row_events("trade_type", meaning="A trade type")
    declare_row_events("bargain_type", meaning="A bargain type")
    declare_row_events("passing_term", meaning="A passing term")
    declare_row_events("weightment_term", meaning="A weightment term")
    declare_row_events("delivery_term", meaning="A delivery term")
    declare_row_events("payment_term", meaning="A payment term")
    declare_row_events("commission", meaning="A commission")
