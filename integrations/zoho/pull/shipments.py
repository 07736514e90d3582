"""Asking Zoho which of the orders that left here have left there too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from catalog.enums import ReservationState
from catalog.models import Reservation
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import RecordGone
from integrations.zoho.mapping import BadRow, number, optional_id
from integrations.zoho.pull.report import RunReport

ORDERS_A_RUN = 300
_SHIPPED_WORDS = {"shipped", "fulfilled", "delivered"}


def reservations_shipped_there(
    *, client: ZohoClient, report: RunReport, only: Sequence[int] | None = None
) -> list[int]:
    """Ids of our shipped reservations whose goods Zoho has shipped as well; oldest orders first."""
    shipped = Reservation.objects.filter(
        state=ReservationState.SHIPPED, line__order__zoho_salesorder_id__isnull=False
    )
    if only is not None:
        shipped = shipped.filter(stock__product_id__in=list(only))
    orders = list(
        shipped.order_by("line__order_id")
        .values_list("line__order_id", "line__order__zoho_salesorder_id")
        .distinct()[:ORDERS_A_RUN]
    )
    found: list[int] = []
    for order_id, zoho_id in orders:
        try:
            order = client.get(f"/salesorders/{zoho_id}").record("salesorder")
        except RecordGone:
            report.remark("orders", str(zoho_id), "the sales order is no longer in Zoho")
            continue
        found.extend(_shipped(order, order_id, report))
    report.add("orders", asked=len(orders), shipped_there=len(found))
    return found


def _shipped(order: Mapping[str, Any], order_id: int, report: RunReport) -> list[int]:
    """The order's shipped reservations, place by place, that Zoho's shipped quantity covers."""
    left = _shipped_quantities(order, report)
    found: list[int] = []
    reservations = (
        Reservation.objects.filter(line__order_id=order_id, state=ReservationState.SHIPPED)
        .order_by("pk")
        .values_list(
            "pk", "quantity", "line__product__zoho_item_id", "stock__location__zoho_location_id"
        )
    )
    for pk, quantity, item_id, location_id in reservations:
        for key in ((str(item_id), str(location_id)), (str(item_id), "")):
            if left.get(key, Decimal(0)) >= quantity:
                left[key] -= quantity
                found.append(pk)
                break
    return found


def _shipped_quantities(
    order: Mapping[str, Any], report: RunReport
) -> dict[tuple[str, str], Decimal]:
    """What Zoho shipped, by item and place ("" where the line names none)."""
    all_shipped = str(order.get("shipped_status", "")).lower() in _SHIPPED_WORDS
    quantities: dict[tuple[str, str], Decimal] = {}
    lines = order.get("line_items")
    for line in lines if isinstance(lines, list) else []:
        try:
            shipped = number(line, "quantity_shipped") or Decimal(0)
            if all_shipped:
                shipped = max(shipped, number(line, "quantity") or Decimal(0))
        except BadRow as error:
            report.remark("orders", optional_id(order, "salesorder_id"), str(error))
            continue
        place = optional_id(line, "location_id") or optional_id(line, "warehouse_id")
        key = (optional_id(line, "item_id"), place)
        quantities[key] = quantities.get(key, Decimal(0)) + shipped
    return quantities
