"""Sending orders to Zoho: created, then confirmed, each exactly once.

Zoho knows no idempotency key. So before an order is created after any attempt that may have
reached Zoho, it is searched for by our number; the attempt is counted before the first call, so
that a worker killed at any point leaves a trace. No transaction is open during a call.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.enums import MirrorState, OrderStatus
from catalog.models import Order
from catalog.services import order_mirroring
from core.context import Source, change_context
from core.errors import Misconfigured, Permanent, Retryable
from core.events.models import Event
from core.events.services import in_unit_of_work
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import (
    GateClosed,
    LeaseLost,
    NoConnection,
    OrderNotResendable,
    PushRefused,
    RecordGone,
    Refused,
)
from integrations.zoho.models import Connection, OrderPush, PushStep
from integrations.zoho.services.connections import active_connection
from integrations.zoho.services.contacts import contact_of, forget_missing_contact
from integrations.zoho.services.sales_orders import (
    SalesOrder,
    find_sales_order,
    order_body,
    read_sales_order,
    sales_order,
)
from integrations.zoho.wake import wake_on_commit

log = structlog.get_logger(__name__)

PUSH_TASK = "zoho.push_orders"
LEASE = timedelta(seconds=60)
#: After an attempt whose outcome is unknown, Zoho gets time to finish and to index it.
SHORTEST_WAIT = 5.0
LONGEST_WAIT = 600.0
MISCONFIGURED_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 60
NUMBER_TAKEN = 36004
_OPEN_STEPS = [PushStep.CREATE, PushStep.CONFIRM]


def queue_order_push(event: Event) -> None:
    """Subscriber of `order.placed`: the order waits to be sent while sending is on."""
    if not settings.ZOHO_ORDER_PUSH or not Connection.objects.filter(is_active=True).exists():
        return
    order = Order.objects.get(pk=int(event.stream_id))
    _, created = OrderPush.objects.get_or_create(order=order)
    if created:
        order_mirroring.mark_waiting(order_id=order.pk)
    wake_on_commit(PUSH_TASK)


@in_unit_of_work
def resend_order(*, order: Order) -> OrderPush:
    """Queue an order again that failed, or that was never queued. It is searched for first.

    Raises NoConnection, OrderNotResendable.
    """
    active_connection()
    order = Order.objects.select_for_update().get(pk=order.pk)
    push = OrderPush.objects.select_for_update().filter(order=order).first()
    if order.status == OrderStatus.CANCELLED or order.mirror_state == MirrorState.CONFIRMED:
        raise OrderNotResendable
    if push is None:
        push = OrderPush(order=order, attempts=1)
    elif push.step != PushStep.FAILED:
        raise OrderNotResendable
    push.step = PushStep.CONFIRM if order.zoho_salesorder_id else PushStep.CREATE
    push.attempts = 1
    push.next_attempt_at = timezone.now()
    push.last_error = ""
    push.save()
    order_mirroring.mark_waiting(order_id=order.pk)
    wake_on_commit(PUSH_TASK)
    return push


def push_due_orders(*, limit: int = 100) -> int:
    """Send the orders that are due, one after the other, at most `limit`; how many were tried.

    Several workers may do so at once. Stops early when Zoho must not be called for now.
    """
    for tried in range(limit):
        try:
            connection = active_connection()
        except NoConnection:
            return tried
        push = _claim()
        if push is None:
            return tried
        with change_context(source=Source.SYNC, reason="order sent to Zoho"):
            if not _attempt(push, connection):
                return tried + 1
    return limit


def _claim() -> OrderPush | None:
    """The next due push, leased to us; its attempt counts from here."""
    now = timezone.now()
    with transaction.atomic():
        push = (
            OrderPush.objects.filter(
                Q(lease_until__isnull=True) | Q(lease_until__lte=now),
                step__in=_OPEN_STEPS,
                next_attempt_at__lte=now,
            )
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .first()
        )
        if push is None:
            return None
        push.lease_holder = uuid.uuid4().hex
        push.lease_until = now + LEASE
        push.attempts += 1
        push.save(update_fields=["lease_holder", "lease_until", "attempts"])
        return push


@dataclass(slots=True)
class _Sending:
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


def _attempt(push: OrderPush, connection: Connection) -> bool:
    """Take the push as far as it goes; False when nothing more should be tried now."""
    order = Order.objects.select_related("partner").get(pk=push.order_id)
    sending: list[_Sending] = []

    def keep_alive() -> None:
        for one in sending:
            one.renew()

    client = ZohoClient(connection.pk, patience_seconds=0, keep_alive=keep_alive)
    sending.append(_Sending(push, order, client))
    try:
        _advance(sending[0])
    except LeaseLost:
        log.warning("order_push_lost", order=order.number)
    except GateClosed as error:
        _postpone(push, str(error), error.until, counts=False)
        return False
    except Retryable as error:
        _retry_later(sending[0], str(error))
    except Misconfigured as error:
        _postpone(push, str(error), timezone.now() + MISCONFIGURED_WAIT, counts=False)
        return False
    except Permanent as error:
        _fail(sending[0], str(error))
    except Exception as crash:
        log.exception("order_push_crashed", order=order.number)
        _retry_later(sending[0], f"unexpected: {type(crash).__name__}")
        raise
    return True


def _advance(sending: _Sending) -> None:
    """The steps that are left. Each one's result is stored before the next begins."""
    push, order = sending.push, sending.order
    if push.step == PushStep.CREATE:
        if order.status == OrderStatus.CANCELLED and _known(sending) is None:
            _store(sending, PushStep.FAILED, order_mirroring.mark_not_sent, "cancelled before sent")
            return
        found = _known(sending) or _create(sending)
        _remember(sending, found)
        if found.currency and found.currency != order.currency:
            raise PushRefused(
                f"{found.number} was created as a draft in {found.currency}, the order is in"
                f" {order.currency}: the customer's currency in Zoho differs"
            )
        _confirm(sending, found)
    else:
        zoho_id = order.zoho_salesorder_id or ""
        _confirm(sending, read_sales_order(client=sending.client, zoho_id=zoho_id))


def _known(sending: _Sending) -> SalesOrder | None:
    """The sales order an earlier attempt may have made; a first attempt need not ask."""
    if sending.order.zoho_salesorder_id:
        zoho_id = sending.order.zoho_salesorder_id
        return read_sales_order(client=sending.client, zoho_id=zoho_id)
    if sending.push.attempts <= 1:
        return None
    return find_sales_order(client=sending.client, order=sending.order)


def _create(sending: _Sending) -> SalesOrder:
    client, order = sending.client, sending.order
    order_body(order=order, contact_id="")
    contact_id = contact_of(client=client, partner=order.partner, before_sending=sending.renew)
    body = order_body(order=order, contact_id=contact_id)
    try:
        answer = client.post("/salesorders", body, before_sending=sending.renew)
    except Refused as error:
        found = find_sales_order(client=client, order=order) if error.code == NUMBER_TAKEN else None
        if found is not None:
            return found
        if forget_missing_contact(client=client, partner=order.partner):
            raise _Again("the customer's contact is no longer in Zoho") from error
        raise
    return sales_order(answer.record("salesorder"))


class _Again(Retryable):
    """The attempt failed for a reason that is mended now."""


def _confirm(sending: _Sending, found: SalesOrder) -> None:
    if found.status == "void":
        raise PushRefused(f"{found.number} was voided in Zoho")
    if found.is_draft:
        try:
            sending.client.post(
                f"/salesorders/{found.zoho_id}/status/confirmed", before_sending=sending.renew
            )
        except RecordGone as error:
            raise PushRefused(f"{found.number} is no longer in Zoho") from error
    _store(sending, PushStep.DONE, order_mirroring.mark_confirmed)


@in_unit_of_work
def _remember(sending: _Sending, found: SalesOrder) -> None:
    """Keep Zoho's id at once: from here on the order is never created again."""
    order_mirroring.mark_created(
        order_id=sending.order.pk,
        zoho_salesorder_id=found.zoho_id,
        zoho_salesorder_number=found.number,
    )
    sending.order.zoho_salesorder_id = found.zoho_id
    OrderPush.objects.filter(pk=sending.push.pk).update(step=PushStep.CONFIRM)
    sending.push.step = PushStep.CONFIRM


@in_unit_of_work
def _store(sending: _Sending, step: PushStep, mark: Callable[..., None], error: str = "") -> None:
    """End the push and say so on the order, together."""
    mark(order_id=sending.order.pk)
    OrderPush.objects.filter(pk=sending.push.pk).update(
        step=step, last_error=error[:2000], lease_until=None, lease_holder=""
    )


def _fail(sending: _Sending, error: str) -> None:
    log.error("order_push_failed", order=sending.order.number, error=error[:300])
    _store(sending, PushStep.FAILED, order_mirroring.mark_failed, error)


def _retry_later(sending: _Sending, error: str) -> None:
    push = sending.push
    if push.attempts >= MOST_ATTEMPTS:
        _fail(sending, f"given up after {push.attempts} attempts: {error}")
        return
    longest = min(LONGEST_WAIT, SHORTEST_WAIT * 2.0 ** min(push.attempts - 1, 10))
    seconds = max(SHORTEST_WAIT, longest * random.uniform(0.5, 1.0))  # noqa: S311
    _postpone(push, error, timezone.now() + timedelta(seconds=seconds), counts=True)


def _postpone(push: OrderPush, error: str, until: datetime, *, counts: bool) -> None:
    """Give the lease back until then. An attempt that never reached Zoho still searches first."""
    OrderPush.objects.filter(pk=push.pk, lease_holder=push.lease_holder).update(
        last_error=error[:2000],
        next_attempt_at=until,
        lease_until=None,
        lease_holder="",
        attempts=push.attempts if counts else max(1, push.attempts - 1),
    )
