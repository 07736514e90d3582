"""What can happen to commodities and what belongs to them."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import object_schema
from settings_modules.commodities.tax_events import declare_tax_events


def declare() -> None:
    """Add the event types of commodities."""
    declare_row_events("commodity", meaning="A commodity")
    declare_row_events("commodity_category", meaning="A commodity category")
    declare_row_events("unit", meaning="A unit of measure")
    declare_row_events("tax_code", meaning="A tax code")
    _declare_varieties_and_parameters()
    _declare_exchange_rates()
    declare_tax_events()
    _declare_terms()


def _declare_varieties_and_parameters() -> None:
    declare_row_events("commodity_variety", meaning="A variety")
    declare_row_events("quality_parameter", meaning="A quality parameter")
    declare_row_events("parameter_template", meaning="A parameter template")
    declare_event_type(
        "commodity.parameters_reordered",
        meaning="The quality parameters of a commodity were put into another order.",
        fields={"order": "the ids of the parameters, the first one first"},
        schema=object_schema(
            {"order": {"type": "array", "items": {"type": "integer", "minimum": 1}}}
        ),
    )
    declare_row_events("commodity_packaging", meaning="The packaging of a commodity")


def _declare_exchange_rates() -> None:
    declare_row_events("exchange_rate", meaning="An exchange rate")
    declare_event_type(
        "exchange_rate.fetched",
        meaning="Rates of a provider were stored.",
        fields={
            "source": "the provider",
            "days": "the days of the rates that were written",
            "added": "how many are new",
            "changed": "how many it has corrected",
        },
        schema=object_schema(
            {
                "source": {"type": "string"},
                "days": {"type": "array", "items": {"type": "string", "format": "date"}},
                "added": {"type": "integer", "minimum": 0},
                "changed": {"type": "integer", "minimum": 0},
            }
        ),
    )


def _declare_terms() -> None:
    declare_row_events("trade_type", meaning="A trade type")
    declare_row_events("bargain_type", meaning="A bargain type")
    declare_row_events("passing_term", meaning="A passing term")
    declare_row_events("weightment_term", meaning="A weightment term")
    declare_row_events("delivery_term", meaning="A delivery term")
    declare_row_events("payment_term", meaning="A payment term")
    declare_row_events("commission", meaning="A commission")
