"""What can happen in the catalogue."""

from core.events.registry import declare_event_type

_CHANGES = {"changes": "field name to {old, new}"}


def declare() -> None:
    """Add the catalogue's event types; their subscribers register where they live."""
    declare_event_type("product.created", meaning="A product was added.", fields={})
    declare_event_type("product.updated", meaning="A product was edited.", fields=_CHANGES)
    declare_event_type(
        "products.mirrored",
        meaning="A pull wrote products; one event a batch.",
        fields={"product_ids": "the products that changed, at most 1,000"},
    )
    declare_event_type("category.updated", meaning="A category was edited.", fields=_CHANGES)
    declare_event_type("price_list.updated", meaning="A price list was edited.", fields=_CHANGES)
    declare_event_type(
        "price.changed",
        meaning="A price of one product was set or removed.",
        fields={
            "product_id": "the product",
            "price_list_id": "the list",
            "minimum_quantity": "from which quantity",
            "changes": "amount and ownership, {old, new}",
        },
    )
    declare_event_type(
        "prices.mirrored",
        meaning="A pull wrote prices of a list; one event a batch.",
        fields={"price_list_id": "the list", "product_ids": "the products that changed"},
    )
    declare_event_type(
        "stock.adjusted",
        meaning="Staff corrected what is on hand.",
        fields={"product_id": "the product", "location_id": "the place", "quantity": "signed"},
    )
    declare_event_type(
        "stock.mirrored",
        meaning="A pull wrote stock; one event a batch.",
        fields={"product_ids": "the products that changed"},
    )
    _declare_orders()


def _declare_orders() -> None:
    products = {"product_ids": "the products in the order"}
    declare_event_type("order.placed", meaning="A shopper placed an order.", fields=products)
    declare_event_type("order.shipped", meaning="Staff shipped an order.", fields=products)
    declare_event_type(
        "order.cancelled", meaning="An order was cancelled.", fields={**products, "reason": "why"}
    )
    declare_event_type(
        "order.moved_out",
        meaning="The reservations of a shipped order became movements.",
        fields=products,
    )
    declare_event_type(
        "order.mirrored",
        meaning="The order's state in Zoho changed.",
        fields={"changes": "mirror_state, {old, new}"},
    )
