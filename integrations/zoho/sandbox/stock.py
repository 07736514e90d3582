"""Zoho's two books of stock per item and place, and what orders and shipments do to them.

A cell holds ``accounting`` (moved by invoices), ``physical`` (moved by shipments), and what
confirmed orders promise in each book: ``committed`` until invoiced, ``actual_committed`` until
shipped. For sale = available - committed, and may be negative.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from .jsontext import JsonObject, measure

if TYPE_CHECKING:
    from .world import Organization

BOOKS = ("accounting", "physical", "committed", "actual_committed")
_ZERO = Decimal(0)


def empty_cell() -> JsonObject:
    """Return the stock of a place that never held the item."""
    return dict.fromkeys(BOOKS, _ZERO)


def move(
    organization: "Organization",
    item_id: str,
    location_id: str,
    changes: dict[str, Decimal],
    *,
    silent: bool = False,
) -> None:
    """Add ``changes`` (book name to signed quantity) to one cell of a tracked item.

    An untracked item is left alone. ``last_modified_time`` moves only where the switch
    stock_move_bumps_lmt says so and the move is not ``silent``.
    """
    item = organization.table("items").get(item_id)
    if item is None or not item["tracked"]:
        return
    cell = {**empty_cell(), **item["stock"].get(location_id, {})}
    for book, change in changes.items():
        cell[book] += change
    changed = {**item, "stock": {**item["stock"], location_id: cell}}
    if not silent and organization.world.switches["stock_move_bumps_lmt"] == "yes":
        changed["modified"] = organization.now()
    organization.save("items", item_id, changed)


def place_figures(item: JsonObject, location_id: str, prefix: str) -> JsonObject:
    """Return one place's stock keys, each named with ``prefix`` such as ``location_``."""
    cell = item["stock"].get(location_id) or empty_cell()
    return {f"{prefix}{name}": value for name, value in _figures(cell, item).items()}


def total_figures(item: JsonObject) -> JsonObject:
    """Return the item's stock keys over all places."""
    total = empty_cell()
    for cell in item["stock"].values():
        for book in BOOKS:
            total[book] += cell[book]
    return _figures(total, item)


def _figures(cell: JsonObject, item: JsonObject) -> JsonObject:
    return {
        "stock_on_hand": measure(cell["physical"]),
        "available_stock": measure(cell["accounting"]),
        "actual_available_stock": measure(cell["physical"]),
        "committed_stock": measure(cell["committed"]),
        "actual_committed_stock": measure(cell["actual_committed"]),
        "available_for_sale_stock": measure(cell["accounting"] - cell["committed"]),
        "actual_available_for_sale_stock": measure(cell["physical"] - cell["actual_committed"]),
        "asset_value": measure(cell["accounting"] * item["purchase_rate"]),
    }
