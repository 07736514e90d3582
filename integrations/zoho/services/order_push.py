"""Which orders go to Zoho, or are taken back there, when, and by which worker.

An attempt is counted and leased before its first call, so that a worker killed at any point leaves
a trace. What an attempt does is in `order_saga`.
"""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.enums import MirrorState, OrderStatus
from catalog.models import Order
from catalog.services import order_mirroring
from core.background import send_after_commit
from core.context import Source, change_context
from core.errors import LeaseLost, Misconfigured, Permanent, Retryable
from core.events.models import Event
from core.events.services import in_unit_of_work
from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import GateClosed, NoConnection, OrderNotResendable
from integrations.zoho.models import Connection, OrderPush, PushStep
from integrations.zoho.services.connections import active_connection
from integrations.zoho.services.order_saga import LEASE, Sending, advance, end

log = structlog.get_logger(__name__)

PUSH_TASK = "zoho.push_orders"
#: After an attempt whose outcome is unknown, Zoho gets time to finish and to index it.
SHORTEST_WAIT = 5.0
LONGEST_WAIT = 600.0
MISCONFIGURED_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 60
_OPEN_STEPS = [PushStep.CREATE, PushStep.CONFIRM, PushStep.VOID]


def queue_order_push(event: Event) -> None:
    """Subscriber of `order.placed` and `order.cancelled`, which it hears in their order.

    While sending is on, a placed order waits to be sent. A cancelled one that was, or is, on its
    way waits to be voided, whether sending is on or not.
    """
    order = Order.objects.select_for_update().get(pk=int(event.stream_id))
    if order.status == OrderStatus.CANCELLED:
        _queue_void(order)
    elif settings.ZOHO_ORDER_PUSH and Connection.objects.filter(is_active=True).exists():
        _, created = OrderPush.objects.get_or_create(order=order)
        if created:
            order_mirroring.mark_waiting(order_id=order.pk)
        send_after_commit(PUSH_TASK)


def _queue_void(order: Order) -> None:
    """Turn the order's push round. One that never began is closed by the worker without a call.

    Where an earlier attempt may still be under way in Zoho, its wait is kept.
    """
    push = OrderPush.objects.select_for_update().filter(order=order).first()
    if push is None or push.step in (PushStep.VOID, PushStep.VOIDED):
        return
    push.step = PushStep.VOID
    push.last_error = ""
    if order.zoho_salesorder_id:
        push.attempts = 0
        push.next_attempt_at = timezone.now()
    push.save(update_fields=["step", "last_error", "attempts", "next_attempt_at"])
    send_after_commit(PUSH_TASK)


@in_unit_of_work
def resend_order(*, order: Order) -> OrderPush:
    """Queue an order again that failed, or that was never queued. It is searched for first.

    A cancelled one whose voiding failed is queued to be voided.
    Raises NoConnection, OrderNotResendable.
    """
    active_connection()
    order = Order.objects.select_for_update().get(pk=order.pk)
    push = OrderPush.objects.select_for_update().filter(order=order).first()
    is_cancelled = order.status == OrderStatus.CANCELLED
    if push is None and not is_cancelled:
        push = OrderPush(order=order, step=PushStep.FAILED)
    if push is None or push.step != PushStep.FAILED:
        raise OrderNotResendable
    if order.mirror_state == MirrorState.CONFIRMED and not is_cancelled:
        raise OrderNotResendable
    push.step = _step_of(order)
    push.attempts = 1
    push.next_attempt_at = timezone.now()
    push.last_error = ""
    push.save()
    order_mirroring.mark_waiting(order_id=order.pk)
    send_after_commit(PUSH_TASK)
    return push


def _step_of(order: Order) -> PushStep:
    """Where an order begins that is queued anew."""
    if order.status == OrderStatus.CANCELLED:
        return PushStep.VOID
    return PushStep.CONFIRM if order.zoho_salesorder_id else PushStep.CREATE


def push_due_orders(*, limit: int = 100) -> int:
    """Send or take back the orders that are due, at most `limit`; how many were tried.

    One after the other; several workers may do so at once. Stops early when Zoho must not be
    called for now.
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


def _attempt(push: OrderPush, connection: Connection) -> bool:
    """Take the push as far as it goes; False when nothing more should be tried now."""
    order = Order.objects.select_related("partner").get(pk=push.order_id)
    sending: list[Sending] = []

    def keep_alive() -> None:
        for one in sending:
            one.renew()

    client = ZohoClient(connection.pk, patience_seconds=0, keep_alive=keep_alive)
    sending.append(Sending(push, order, client))
    try:
        advance(sending[0])
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


def _fail(sending: Sending, error: str) -> None:
    log.error("order_push_failed", order=sending.order.number, error=error[:300])
    end(sending, PushStep.FAILED, order_mirroring.mark_failed, error)


def _retry_later(sending: Sending, error: str) -> None:
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
