"""The steps that bring one order to Zoho, or take it back there, each exactly once.

Zoho knows no idempotency key. So before an order is created after any attempt that may have
reached Zoho, it is searched for by our number. A sales order that Zoho has, or may have, is voided
when the order is cancelled here; one that was never sent is never created. Every step's result is
stored before the next begins, and no transaction is open during a call.

Rows are locked in one order by everybody: the order, then its push.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from catalog.enums import OrderStatus
from catalog.models import Order
from catalog.services import order_mirroring
from core.errors import LeaseLost, Retryable
from core.events.services import in_unit_of_work
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import PushRefused, RecordGone, Refused
from integrations.zoho.models import OrderPush, PushStep
from integrations.zoho.services.contacts import contact_of, forget_missing_contact
from integrations.zoho.services.sales_orders import (
    SalesOrder,
    find_sales_order,
    order_body,
    read_sales_order,
    sales_order,
)

LEASE = timedelta(seconds=60)
NUMBER_TAKEN = 36004


@dataclass(slots=True)
class Sending:
    """One attempt at one order by the holder of its lease."""

    push: OrderPush
    order: Order
    client: ZohoClient

    def renew(self) -> None:
        """Hold the lease for another minute. Raises LeaseLost when somebody else has it."""
        held = OrderPush.objects.filter(pk=self.push.pk, lease_holder=self.push.lease_holder)
        now = timezone.now()
        if not held.filter(lease_until__gt=now).update(lease_until=now + LEASE):
            raise LeaseLost(f"another worker sends order {self.order.number}")

    def renew_unless_cancelled(self) -> None:
        """As `renew`, before anything is written that a cancelled order must not have."""
        self.renew()
        if is_cancelled(self.order.pk):
            raise _Cancelled


class _Cancelled(Exception):
    """The order was cancelled while it was being sent; nothing of this call was sent."""


class _Again(Retryable):
    """The attempt failed for a reason that is mended now."""


def is_cancelled(order_id: int) -> bool:
    """Whether the order is cancelled at this moment."""
    return Order.objects.filter(pk=order_id, status=OrderStatus.CANCELLED).exists()


def advance(sending: Sending) -> None:
    """Take the order as far as it goes: to be confirmed in Zoho, or void when it is cancelled.

    Raises LeaseLost, PushRefused and what the client raises.
    """
    try:
        if sending.push.step != PushStep.VOID and not is_cancelled(sending.order.pk):
            _send(sending)
            return
    except _Cancelled:
        sending.renew()
    _take_back(sending)


def end(sending: Sending, step: PushStep, mark: Callable[..., None], error: str = "") -> None:
    """End the push and say so on the order, together.

    An order that was cancelled in the meantime goes on: it ends when it is void, or cannot be.
    """
    _store(sending, step, mark, last_error=error[:2000], lease_until=None, lease_holder="")


@in_unit_of_work
def _store(
    sending: Sending, step: PushStep, mark: Callable[..., None], **values: str | None
) -> None:
    mark(order_id=sending.order.pk)
    # `mark` has locked the order, so that it cannot be cancelled before this is committed.
    is_end_of_void = step == PushStep.VOIDED or (
        step == PushStep.FAILED and sending.push.step == PushStep.VOID
    )
    if not is_end_of_void and is_cancelled(sending.order.pk):
        step = PushStep.VOID
    OrderPush.objects.filter(pk=sending.push.pk).update(step=step, **values)
    sending.push.step = step


def _send(sending: Sending) -> None:
    order = sending.order
    if sending.push.step == PushStep.CREATE:
        found = _known(sending) or _create(sending)
        _remember(sending, found)
        if found.currency and found.currency != order.currency:
            raise PushRefused(
                f"{found.number} was created as a draft in {found.currency}, the order is in"
                f" {order.currency}: the customer's currency in Zoho differs"
            )
    else:
        found = read_sales_order(client=sending.client, zoho_id=order.zoho_salesorder_id or "")
    _confirm(sending, found)


def _known(sending: Sending) -> SalesOrder | None:
    """The sales order an earlier attempt may have made; a first attempt need not ask."""
    if sending.order.zoho_salesorder_id:
        zoho_id = sending.order.zoho_salesorder_id
        return read_sales_order(client=sending.client, zoho_id=zoho_id)
    if sending.push.attempts <= 1:
        return None
    return find_sales_order(client=sending.client, order=sending.order)


def _create(sending: Sending) -> SalesOrder:
    client, order = sending.client, sending.order
    before_sending = sending.renew_unless_cancelled
    order_body(order=order, contact_id="")
    contact_id = contact_of(client=client, partner=order.partner, before_sending=before_sending)
    body = order_body(order=order, contact_id=contact_id)
    try:
        answer = client.post("/salesorders", body, before_sending=before_sending)
    except Refused as error:
        found = find_sales_order(client=client, order=order) if error.code == NUMBER_TAKEN else None
        if found is not None:
            return found
        if forget_missing_contact(client=client, partner=order.partner):
            raise _Again("the customer's contact is no longer in Zoho") from error
        raise
    return sales_order(answer.record("salesorder"))


def _remember(sending: Sending, found: SalesOrder) -> None:
    """Keep Zoho's id at once: from here on the order is never created again."""

    def mark(*, order_id: int) -> None:
        order_mirroring.mark_created(
            order_id=order_id,
            zoho_salesorder_id=found.zoho_id,
            zoho_salesorder_number=found.number,
        )

    _store(sending, PushStep.CONFIRM, mark)
    sending.order.zoho_salesorder_id = found.zoho_id


def _confirm(sending: Sending, found: SalesOrder) -> None:
    if found.is_void:
        raise PushRefused(f"{found.number} was voided in Zoho")
    if found.is_draft:
        try:
            sending.client.post(
                f"/salesorders/{found.zoho_id}/status/confirmed",
                before_sending=sending.renew_unless_cancelled,
            )
        except RecordGone as error:
            raise PushRefused(f"{found.number} is no longer in Zoho") from error
    end(sending, PushStep.DONE, order_mirroring.mark_confirmed)


def _take_back(sending: Sending) -> None:
    """Void what Zoho has of a cancelled order. What is gone there holds nothing any more."""
    if not sending.order.zoho_salesorder_id:
        found = _known(sending)
        if found is None:
            end(sending, PushStep.VOIDED, order_mirroring.mark_not_sent)
            return
        _remember(sending, found)
    elif sending.push.attempts > 1 and _is_void_there(sending):
        end(sending, PushStep.VOIDED, order_mirroring.mark_voided)
        return
    try:
        sending.client.post(
            f"/salesorders/{sending.order.zoho_salesorder_id}/status/void",
            before_sending=sending.renew,
        )
    except Refused:
        # A person in Zoho may have been first.
        if not _is_void_there(sending):
            raise
    end(sending, PushStep.VOIDED, order_mirroring.mark_voided)


def _is_void_there(sending: Sending) -> bool:
    zoho_id = sending.order.zoho_salesorder_id or ""
    try:
        return read_sales_order(client=sending.client, zoho_id=zoho_id).is_void
    except RecordGone:
        return True
