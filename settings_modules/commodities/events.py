"""What can happen to commodities and what belongs to them."""

from core.events.row_events import declare_row_events
from settings_modules.commodities.tax_events import declare_tax_events


def declare() -> None:
    """Add the event types of commodities."""
    declare_row_events("commodity", meaning="A commodity")
    declare_row_events("commodity_category", meaning="A commodity category")
    declare_row_events("unit", meaning="A unit of measure")
    declare_row_events("tax_code", meaning="A tax code")
    declare_tax_events()
