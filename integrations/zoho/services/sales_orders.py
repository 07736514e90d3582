"""An order as Zoho's sales order: writing it down, and finding it again by our number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from catalog.enums import ReservationState
from catalog.models import Order, OrderLine
from integrations.zoho.client import Answer, ZohoClient
from integrations.zoho.errors import MalformedAnswer, PermissionMissing, PushRefused, RecordGone
from integrations.zoho.mapping import BadRow, moment, record_id

DRAFT_STATUSES = {"draft", "pending_approval", "approved"}
MOST_PAGES = 25


@dataclass(frozen=True, slots=True)
class SalesOrder:
    """A sales order as Zoho has it. `status` is Zoho's word."""

    zoho_id: str
    number: str
    status: str
    currency: str
    total: Decimal | None

    @property
    def is_draft(self) -> bool:
        """Whether it still waits to be confirmed."""
        return self.status in DRAFT_STATUSES

    @property
    def is_void(self) -> bool:
        """Whether it was taken back and holds no stock."""
        return self.status == "void"


def sales_order(row: dict[str, Any]) -> SalesOrder:
    """A row or record of Zoho. Raises MalformedAnswer."""
    try:
        zoho_id = record_id(row, "salesorder_id")
    except BadRow as error:
        raise MalformedAnswer(f"Zoho's sales order is unreadable: {error}") from error
    total = row.get("total")
    return SalesOrder(
        zoho_id=zoho_id,
        number=str(row.get("salesorder_number") or ""),
        status=str(row.get("status") or "").lower(),
        currency=str(row.get("currency_code") or ""),
        total=Decimal(total) if isinstance(total, Decimal | int) else None,
    )


def order_body(*, order: Order, contact_id: str) -> dict[str, Any]:
    """What is sent to create the sales order. Raises PushRefused when a product is not in Zoho."""
    lines = []
    for line in order.lines.select_related("product").order_by("position"):
        lines.extend(_lines(line))
    return {
        "customer_id": contact_id,
        "reference_number": order.number,
        "date": order.placed_at.date().isoformat(),
        "line_items": lines,
        "notes": order.notes[:2000],
    }


def _lines(line: OrderLine) -> list[dict[str, Any]]:
    """One line a place that holds stock for it; what no place holds goes without one."""
    item_id = line.product.zoho_item_id
    if not item_id:
        raise PushRefused(f"{line.product_name} is not in Zoho")
    base = {"item_id": item_id, "rate": line.unit_price}
    left = Decimal(line.quantity)
    lines: list[dict[str, Any]] = []
    reservations = line.reservations.exclude(state=ReservationState.RELEASED)
    for reservation in reservations.select_related("stock__location").order_by("pk"):
        place = reservation.stock.location.zoho_location_id
        entry = {**base, "quantity": reservation.quantity}
        lines.append({**entry, "location_id": place} if place else entry)
        left -= reservation.quantity
    if left > 0:
        lines.append({**base, "quantity": left})
    return lines


def find_sales_order(*, client: ZohoClient, order: Order) -> SalesOrder | None:
    """The sales order that carries our number, None when Zoho certainly has none.

    A void one does not count. Zoho may ignore the filter: every row is checked, and when rows of
    other orders come back, pages are read back to before the order was placed.
    Raises what the client raises, MalformedAnswer when that cannot be settled.
    """
    try:
        return _search(client, order, books=True)
    except (PermissionMissing, RecordGone):
        return _search(client, order, books=False)


def _search(client: ZohoClient, order: Order, *, books: bool) -> SalesOrder | None:
    oldest = order.placed_at - timedelta(days=1)
    for page in range(1, MOST_PAGES + 1):
        answer = client.get(
            "/salesorders",
            {
                "reference_number": order.number,
                "sort_column": "created_time",
                "sort_order": "D",
                "per_page": "200",
                "page": str(page),
            },
            api="books" if books else "inventory",
        )
        rows = answer.rows("salesorders")
        ours = [row for row in rows if str(row.get("reference_number")) == order.number]
        alive = [found for found in map(sales_order, ours) if not found.is_void]
        if alive:
            return min(alive, key=lambda found: int(found.zoho_id))
        if not answer.has_more:
            return None
        if not _was_filtered(answer) and _reaches_back(rows, oldest):
            return None
    raise MalformedAnswer("Zoho does not tell whether it has the order")


def _was_filtered(answer: Answer) -> bool:
    criteria = answer.page_context.get("search_criteria")
    return isinstance(criteria, list) and any(
        isinstance(entry, dict) and entry.get("column_name") == "reference_number"
        for entry in criteria
    )


def _reaches_back(rows: list[dict[str, Any]], oldest: Any) -> bool:
    """Whether the newest-first rows go back beyond the order's own time."""
    try:
        times = [moment(row, "created_time") for row in rows]
    except BadRow:
        return False
    return bool(times) and times == sorted(times, reverse=True) and times[-1] < oldest


def read_sales_order(*, client: ZohoClient, zoho_id: str) -> SalesOrder:
    """The sales order by its id. Raises RecordGone and what the client raises."""
    return sales_order(client.get(f"/salesorders/{zoho_id}").record("salesorder"))
