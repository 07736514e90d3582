"""What can happen in the catalogue."""

from core.events.registry import declare_event_type
from core.events.row_events import CHANGE as _CHANGE
from core.events.row_events import declare_row_events
from core.events.schemas import Schema, object_schema

_ID: Schema = {"type": "integer", "minimum": 1}
_IDS: Schema = {"type": "array", "items": _ID}
_NUMBER: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}


def declare() -> None:
    """Add the catalogue's event types; their subscribers register where they live."""
    _declare_edits()
    _declare_prices()
    _declare_stock()
    _declare_orders()


def _declare_edits() -> None:
    declare_row_events("product", meaning="A product")
    declare_row_events("category", meaning="A category")
    declare_row_events("price_list", meaning="A price list")
    declare_event_type(
        "products.mirrored",
        meaning="A pull wrote products; one event a batch.",
        fields={"product_ids": "the products that changed, at most 1,000"},
        schema=object_schema({"product_ids": {**_IDS, "maxItems": 1_000}}),
    )


def _declare_prices() -> None:
    declare_event_type(
        "price.changed",
        meaning="A price of one product was set or removed.",
        fields={
            "product_id": "the product",
            "price_list_id": "the list",
            "minimum_quantity": "from which quantity",
            "changes": "amount and ownership, {old, new}",
        },
        schema=object_schema(
            {
                "product_id": _ID,
                "price_list_id": _ID,
                "minimum_quantity": _NUMBER,
                "changes": object_schema({}, {"amount": _CHANGE, "ownership": _CHANGE}),
            }
        ),
    )
    declare_event_type(
        "prices.mirrored",
        meaning="A pull wrote prices of a list; one event a batch.",
        fields={"price_list_id": "the list", "product_ids": "the products that changed"},
        schema=object_schema({"price_list_id": _ID, "product_ids": _IDS}),
    )


def _declare_stock() -> None:
    declare_event_type(
        "stock.adjusted",
        meaning="Staff corrected what is on hand.",
        fields={"product_id": "the product", "location_id": "the place", "quantity": "signed"},
        schema=object_schema({"product_id": _ID, "location_id": _ID, "quantity": _NUMBER}),
    )
    declare_event_type(
        "stock.mirrored",
        meaning="A pull wrote stock; one event a batch.",
        fields={"product_ids": "the products that changed"},
        schema=object_schema({"product_ids": _IDS}),
    )


def _declare_orders() -> None:
    products = {"product_ids": "the products in the order"}
    for name, meaning in (
        ("order.placed", "A shopper placed an order."),
        ("order.shipped", "Staff shipped an order."),
        ("order.moved_out", "The reservations of a shipped order became movements."),
    ):
        declare_event_type(
            name, meaning=meaning, fields=products, schema=object_schema({"product_ids": _IDS})
        )
    declare_event_type(
        "order.cancelled",
        meaning="An order was cancelled.",
        fields={**products, "reason": "why"},
        schema=object_schema({"product_ids": _IDS, "reason": {"type": "string"}}),
    )
    declare_event_type(
        "order.mirrored",
        meaning="The order's state in Zoho changed.",
        fields={"changes": "mirror_state, {old, new}"},
        schema=object_schema({"changes": object_schema({"mirror_state": _CHANGE})}),
    )
