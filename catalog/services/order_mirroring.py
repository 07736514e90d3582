"""How far an order has come on its way to Zoho."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from catalog.enums import MirrorState, OrderStatus, ReservationState
from catalog.models import Order, Reservation
from core.events.services import in_unit_of_work


@in_unit_of_work
def mark_waiting(*, order_id: int) -> None:
    """The order is to be sent to Zoho. One that is confirmed there already stays so."""
    order = _locked(order_id)
    if order.mirror_state not in (MirrorState.CONFIRMED, MirrorState.CREATED):
        _set(order, mirror_state=MirrorState.WAITING)


@in_unit_of_work
def mark_created(*, order_id: int, zoho_salesorder_id: str, zoho_salesorder_number: str) -> None:
    """Zoho has the order as a draft under this id and number."""
    order = _locked(order_id)
    state = order.mirror_state
    _set(
        order,
        mirror_state=state if state == MirrorState.CONFIRMED else MirrorState.CREATED,
        zoho_salesorder_id=zoho_salesorder_id,
        zoho_salesorder_number=zoho_salesorder_number,
    )


@in_unit_of_work
def mark_confirmed(*, order_id: int) -> None:
    """Zoho confirmed the order: from now on its committed figure holds our reservations.

    Call it after Zoho's answer. A pull that began reading before this moment then counts them
    twice for one round, which never sells too much.
    """
    order = _locked(order_id)
    Reservation.objects.filter(
        line__order_id=order_id,
        state__in=[ReservationState.ACTIVE, ReservationState.SHIPPED],
        mirrored_at__isnull=True,
    ).update(mirrored_at=timezone.now())
    _set(order, mirror_state=MirrorState.CONFIRMED)


@in_unit_of_work
def mark_failed(*, order_id: int) -> None:
    """Zoho refused the order, or to void it: staff must look at it.

    One that is confirmed there stays so unless it is cancelled here.
    """
    order = _locked(order_id)
    if order.mirror_state != MirrorState.CONFIRMED or order.status == OrderStatus.CANCELLED:
        _set(order, mirror_state=MirrorState.FAILED)


@in_unit_of_work
def mark_voided(*, order_id: int) -> None:
    """Zoho no longer holds anything for the cancelled order.

    Its reservations were released when it was cancelled. Until this moment Zoho's committed figure
    contained them, so that a pull in between showed less, never more; the next one shows all.
    """
    _set(_locked(order_id), mirror_state=MirrorState.VOIDED)


@in_unit_of_work
def mark_not_sent(*, order_id: int) -> None:
    """The order was taken back before it was sent."""
    order = _locked(order_id)
    if order.mirror_state in (MirrorState.WAITING, MirrorState.FAILED):
        _set(order, mirror_state=MirrorState.NOT_SENT)


def _locked(order_id: int) -> Order:
    return Order.objects.select_for_update().get(pk=order_id)


def _set(order: Order, **values: Any) -> None:
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    if not changed:
        return
    before = order.mirror_state
    for name in changed:
        setattr(order, name, values[name])
    order.save(update_fields=changed)
    order.emit_event(
        "order.mirrored",
        {"changes": {"mirror_state": {"old": str(before), "new": str(order.mirror_state)}}},
    )
