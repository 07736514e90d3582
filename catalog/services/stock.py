"""Corrections that staff make to what is on hand."""

from __future__ import annotations

from decimal import Decimal

from catalog.enums import MovementKind, Ownership
from catalog.errors import (
    AdjustmentReasonMissing,
    StockBelowPromised,
    StockOwnedByZoho,
    StockUnchanged,
)
from catalog.models import Movement, Product, StockLevel
from core.context import change_context, current_context
from core.events.services import in_unit_of_work, queue_event, unit_of_work
from core.money import plain_number
from settings_modules.locations.models import Location


@in_unit_of_work
def open_stock(*, product: Product, location: Location) -> StockLevel:
    """The stock row of our own for the product at the place, empty when it is new."""
    stock, _ = StockLevel.objects.get_or_create(product=product, location=location)
    return stock


def adjust_stock(*, stock: StockLevel, new_on_hand: Decimal, reason: str) -> StockLevel:
    """Stock of our own with what was counted on hand, and a movement of the difference.

    Emits `stock.adjusted` on the product's stream. Raises StockOwnedByZoho, StockBelowPromised,
    StockUnchanged, AdjustmentReasonMissing.
    """
    return _adjust(stock, reason, new_on_hand=new_on_hand)


def change_stock_by(*, stock: StockLevel, quantity: Decimal, reason: str) -> StockLevel:
    """Like `adjust_stock`, by a signed quantity on top of what is on hand at that moment."""
    return _adjust(stock, reason, quantity=quantity)


def _adjust(
    stock: StockLevel,
    reason: str,
    *,
    new_on_hand: Decimal | None = None,
    quantity: Decimal = Decimal(0),
) -> StockLevel:
    reason = reason.strip()
    if not reason:
        raise AdjustmentReasonMissing(field="reason")
    with change_context(reason=reason), unit_of_work():
        locked = StockLevel.objects.select_for_update(of=("self",)).get(pk=stock.pk)
        target = locked.on_hand + quantity if new_on_hand is None else new_on_hand
        _check(locked, target)
        difference = target - locked.on_hand
        locked.on_hand = target
        locked.save(update_fields=["on_hand", "updated_at"])
        _record(locked, difference, reason)
    locked.refresh_from_db()
    return locked


def _check(stock: StockLevel, target: Decimal) -> None:
    """Raise the reason why what is on hand cannot become `target`."""
    if stock.ownership == Ownership.ZOHO:
        raise StockOwnedByZoho()
    if target == stock.on_hand:
        raise StockUnchanged(field="quantity", on_hand=plain_number(target))
    promised = stock.reserved + stock.committed_elsewhere
    if target < max(promised, Decimal(0)):
        raise StockBelowPromised(
            field="quantity", promised=plain_number(promised), on_hand=plain_number(target)
        )


def _record(stock: StockLevel, difference: Decimal, reason: str) -> None:
    context = current_context()
    Movement.objects.create(
        product_id=stock.product_id,
        location_id=stock.location_id,
        kind=MovementKind.ADJUSTMENT,
        quantity=difference,
        reason=reason[:300],
        actor=context.actor,
        source=str(context.source),
        request_id=context.request_id,
    )
    queue_event(
        stream_type="product",
        stream_id=str(stock.product_id),
        type="stock.adjusted",
        data={
            "product_id": stock.product_id,
            "location_id": stock.location_id,
            "quantity": difference,
        },
    )
