"""Promising stock to order lines, giving it back, and turning the promise into movements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from catalog.enums import MovementKind, Ownership, ReservationState
from catalog.errors import InsufficientStock, OrderRefused
from catalog.locks import lock_sellable_stock, lock_stock
from catalog.models import Movement, Order, OrderLine, Product, Reservation, StockLevel
from core.context import current_context
from core.errors import FieldError
from core.events.services import in_unit_of_work
from core.money import plain_number


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a product an order line needs; `path` names the line in errors."""

    path: str
    product: Product
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """A part of a line, taken from one stock row."""

    product_id: int
    stock_id: int
    quantity: Decimal


def allocate_stock(wanted: list[Wanted]) -> list[Allocation]:
    """From which rows each line is served. The rows stay locked until the transaction ends.

    Raises OrderRefused naming every line that is short, with what is left.
    """
    rows = lock_sellable_stock(item.product.pk for item in wanted)
    by_product: dict[int, list[StockLevel]] = {}
    for row in sorted(rows, key=lambda row: (row.location.priority, row.pk)):
        by_product.setdefault(row.product_id, []).append(row)
    allocations: list[Allocation] = []
    short: list[FieldError] = []
    for item in wanted:
        places = by_product.get(item.product.pk, [])
        parts, missing = _take(item, places)
        if missing > 0:
            short.append(_shortage(item, places))
        allocations += parts
    if short:
        raise OrderRefused(problem=short[0].message, problem_ar=short[0].message_ar, details=short)
    return allocations


def _take(item: Wanted, places: list[StockLevel]) -> tuple[list[Allocation], Decimal]:
    """Serve one line from its places in order; the parts, and what is missing."""
    parts: list[Allocation] = []
    missing = item.quantity
    for row in places:
        quantity = min(missing, row.available)
        if quantity > 0:
            parts.append(Allocation(item.product.pk, row.pk, quantity))
            missing -= quantity
        if missing <= 0:
            break
    return parts, missing


def _shortage(item: Wanted, places: list[StockLevel]) -> FieldError:
    left = max(Decimal(0), sum((row.available for row in places), Decimal(0)))
    error = InsufficientStock(
        product=item.product.name,
        available=plain_number(left),
        requested=plain_number(item.quantity),
    )
    return FieldError(item.path, error.code, error.text(), error.text("ar"))


def reserve_stock(*, lines: dict[int, OrderLine], allocations: list[Allocation]) -> None:
    """Record the reservations of `allocate_stock` for the stored lines (by product id)."""
    _change_stock({part.stock_id: (Decimal(0), part.quantity) for part in allocations})
    Reservation.objects.bulk_create(
        Reservation(line=lines[part.product_id], stock_id=part.stock_id, quantity=part.quantity)
        for part in allocations
    )


def _change_stock(changes: dict[int, tuple[Decimal, Decimal]]) -> None:
    """Add (on hand, reserved) to locked rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_stocklevel AS stock SET on_hand = stock.on_hand + change.on_hand,"
            " reserved = stock.reserved + change.reserved, updated_at = now()"
            " FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[])"
            " AS change (id, on_hand, reserved) WHERE stock.id = change.id",
            [
                list(changes),
                [on_hand for on_hand, _ in changes.values()],
                [reserved for _, reserved in changes.values()],
            ],
        )


def _active_of(order: Order) -> list[Reservation]:
    """The order's active reservations, their stock rows locked first and in order."""
    active = Reservation.objects.filter(line__order=order, state=ReservationState.ACTIVE)
    lock_stock(active.values_list("stock_id", flat=True))
    return list(active.select_for_update(of=("self",)).select_related("stock").order_by("pk"))


@in_unit_of_work
def release_reservations(*, order: Order) -> int:
    """Give back what the order still holds; how many reservations were released."""
    held = _active_of(order)
    _change_stock({row.stock_id: (Decimal(0), -row.quantity) for row in held})
    Reservation.objects.filter(pk__in=[row.pk for row in held]).update(
        state=ReservationState.RELEASED
    )
    return len(held)


@in_unit_of_work
def move_out_reservations(*, order: Order) -> int:
    """Turn what the order holds into movements and lower what is on hand; how many moved.

    A reservation has one movement at most, which the database keeps, so a repetition does
    nothing. Stock of Zoho's stays marked as shipped until a pull has seen it leave there too.
    """
    held = _active_of(order)
    if not held:
        return 0
    context = current_context()
    Movement.objects.bulk_create(
        Movement(
            product_id=row.stock.product_id,
            location_id=row.stock.location_id,
            kind=MovementKind.OUT,
            quantity=-row.quantity,
            reason=order.number,
            reservation=row,
            actor=context.actor,
            source=str(context.source),
            request_id=context.request_id,
            created_at=timezone.now(),
        )
        for row in held
    )
    _change_stock({row.stock_id: (-row.quantity, -row.quantity) for row in held})
    for state, ownership in (
        (ReservationState.SHIPPED, Ownership.ZOHO),
        (ReservationState.SETTLED, Ownership.LOCAL),
    ):
        Reservation.objects.filter(
            pk__in=[row.pk for row in held if row.stock.ownership == ownership]
        ).update(state=state)
    products = sorted({row.stock.product_id for row in held})
    order.emit_event("order.moved_out", {"product_ids": products})
    return len(held)
