"""What follows from the catalogue's events."""

from __future__ import annotations

from catalog.models import Order, PriceList, Product
from catalog.selectors.shelf import consumer_price_list
from catalog.services.erasure import erase_order_copies, refuse_open_orders
from catalog.services.reservations import move_out_reservations
from core.caching import advance_versions
from core.events.models import Event
from core.events.registry import subscribe
from settings_modules.partners.services.erasure import declare_erasure_check

SHELF_EVENTS = [
    "category.created",
    "category.merged",
    "category.updated",
    "location.merged",
    "location.updated",
    "order.cancelled",
    "order.moved_out",
    "order.placed",
    "price.changed",
    "price_list.merged",
    "price_list.updated",
    "prices.mirrored",
    "product.created",
    "product.merged",
    "product.updated",
    "products.mirrored",
    "stock.adjusted",
    "stock.mirrored",
]


#: What is shown on the pages of many products: a change of one advances them all.
SHARED_BY_PAGES = frozenset({"category", "location", "price_list"})
#: The version that every product's page also depends on.
EVERY_PRODUCT = "products"
#: A change of more products than this advances all pages at once.
MOST_SINGLE_PAGES = 50


def shelf_version(price_list: str) -> str:
    """The name of the version of everything that lists products of a price list."""
    return f"shelf:{price_list}"


def product_version(reference: str) -> str:
    """The name of the version of one product's page, by any of its references."""
    return f"product:{reference}"


def advance_shelf_versions(event: Event) -> None:
    """Let the next request see the change: the lists it touches, and its products' pages."""
    lists = PriceList.objects.all()
    if "price_list_id" in event.data:
        lists = lists.filter(pk=event.data["price_list_id"])
    codes = set(lists.values_list("code", flat=True))
    names = [shelf_version(code) for code in sorted(codes)]
    if consumer_price_list() in codes:  # the pages show no other list's prices
        names += _page_versions(event)
    advance_versions(names)


def _page_versions(event: Event) -> list[str]:
    """The versions of the pages of the event's products, by every reference they go by."""
    if event.stream_type in SHARED_BY_PAGES and "product_id" not in event.data:
        return [EVERY_PRODUCT]
    ids = set(event.data.get("product_ids", []))
    if "product_id" in event.data:
        ids.add(event.data["product_id"])
    if event.stream_type == "product":
        ids.add(int(event.stream_id))
    if len(ids) > MOST_SINGLE_PAGES:
        return [EVERY_PRODUCT]
    old_sku = event.data.get("changes", {}).get("sku", {}).get("old")
    references = [old_sku] if old_sku else []
    for row in Product.objects.filter(pk__in=ids).values_list("pk", "zoho_item_id", "sku"):
        references += [str(reference) for reference in row if reference]
    return [product_version(reference) for reference in references]


def move_out_shipped_order(event: Event) -> None:
    """A shipped order's reservations become movements, exactly once."""
    move_out_reservations(order=Order.objects.get(pk=int(event.stream_id)))


def erase_copies_of_customer(event: Event) -> None:
    """An erased customer's orders lose what they copied."""
    erase_order_copies(partner_id=int(event.stream_id))


def register() -> None:
    """Tell the relay, and who must agree before a customer is erased."""
    subscribe("catalog.advance_versions", SHELF_EVENTS, advance_shelf_versions, prompt=True)
    subscribe("catalog.move_out", ["order.shipped"], move_out_shipped_order)
    subscribe("catalog.erase_copies", ["partner.erased"], erase_copies_of_customer, prompt=True)
    declare_erasure_check("catalog.open_orders", refuse_open_orders)
