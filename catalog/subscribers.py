"""What follows from the catalogue's events."""

from __future__ import annotations

from catalog.models import Order, PriceList, Product
from catalog.services.reservations import move_out_reservations
from core.caching import advance_versions
from core.events.models import Event
from core.events.registry import subscribe

SHELF_EVENTS = [
    "category.updated",
    "order.cancelled",
    "order.moved_out",
    "order.placed",
    "price.changed",
    "price_list.updated",
    "prices.mirrored",
    "product.created",
    "product.updated",
    "products.mirrored",
    "stock.adjusted",
    "stock.mirrored",
]


def shelf_version(price_list: str) -> str:
    """The name of the version of everything that lists products of a price list."""
    return f"shelf:{price_list}"


def product_version(reference: str) -> str:
    """The name of the version of one product's page, by any of its references."""
    return f"product:{reference}"


def advance_shelf_versions(event: Event) -> None:
    """Let the next request see the change: the lists it touches, and its products' pages."""
    data = event.data
    lists = PriceList.objects.all()
    if "price_list_id" in data:
        lists = lists.filter(pk=data["price_list_id"])
    names = [shelf_version(code) for code in lists.values_list("code", flat=True)]
    ids = set(data.get("product_ids", []))
    if "product_id" in data:
        ids.add(data["product_id"])
    if event.stream_type == "product":
        ids.add(int(event.stream_id))
    old_sku = data.get("changes", {}).get("sku", {}).get("old")
    references = [old_sku] if old_sku else []
    for row in Product.objects.filter(pk__in=ids).values_list("pk", "zoho_item_id", "sku"):
        references += [str(reference) for reference in row if reference]
    advance_versions(names + [product_version(reference) for reference in references])


def move_out_shipped_order(event: Event) -> None:
    """A shipped order's reservations become movements, exactly once."""
    move_out_reservations(order=Order.objects.get(pk=int(event.stream_id)))


def register() -> None:
    """Tell the relay."""
    subscribe("catalog.advance_versions", SHELF_EVENTS, advance_shelf_versions, prompt=True)
    subscribe("catalog.move_out", ["order.shipped"], move_out_shipped_order)
