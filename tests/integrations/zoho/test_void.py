"""Orders cancelled here: void in Zoho, or never there, whatever is lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Order, Reservation
from catalog.services.orders import cancel_order
from core.events.models import Event, EventDelivery
from core.events.relay import run_relay
from integrations.zoho.errors import OrderNotResendable
from integrations.zoho.models import Connection, OrderPush
from integrations.zoho.sandbox import demo_account
from integrations.zoho.sandbox import orders as orders_of_sandbox
from integrations.zoho.sandbox.replies import ZohoError
from integrations.zoho.services import order_saga
from integrations.zoho.services.order_push import push_due_orders, resend_order
from tests.integrations.zoho.conftest import (
    calls,
    fault,
    in_zoho,
    order_of,
    orders_there,
    pull,
    push,
    stock_of,
)

CREATE = "/salesorders$"
CONFIRM = "/status/confirmed$"
VOID = "/status/void$"


def cancel(order):
    """Cancel the order and let everybody hear of it."""
    cancel_order(order=Order.objects.get(pk=order.pk))
    run_relay()


def statuses_there(sandbox, order):
    stats = sandbox.control("GET", "stats")["organizations"]
    found = stats[demo_account.SECOND_ORGANIZATION_ID]["statuses_per_reference"]
    return found.get(order.number, [])


def orders_table(sandbox):
    return sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).table("salesorders")


def mirror_state(order):
    return Order.objects.get(pk=order.pk).mirror_state


@pytest.fixture
def before(product):
    """What could be sold before there was any order."""
    return stock_of(product).available


def test_confirmed_order_voided_and_its_stock_back_after_a_pull(shop, sandbox, product, before):
    order = order_of(product)
    push()
    pull("stock")
    assert stock_of(product).available == before - 2
    cancel(order)
    assert stock_of(product).available == before
    # Zoho still counts it as committed: less is shown than there is, never more.
    pull("stock")
    assert stock_of(product).available == before - 2
    assert OrderPush.objects.get().step == "void"
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ["void"]
    assert stock_of(product).available == before - 2
    for _ in range(2):
        assert pull("stock").job.state == "succeeded"
    level = stock_of(product)
    assert (level.available, level.reserved, level.committed_elsewhere) == (before, 0, 0)
    states = Event.objects.filter(type="order.mirrored").order_by("position")
    assert [event.data["changes"]["mirror_state"]["new"] for event in states] == [
        "waiting",
        "created",
        "confirmed",
        "voided",
    ]


def test_other_orders_promise_kept_while_one_is_voided(shop, sandbox, product, before):
    kept = order_of(product, 3, phone="+9647701110001")
    gone = order_of(product, 2, phone="+9647701110002")
    push()
    cancel(gone)
    pull("stock")
    assert stock_of(product).available == before - 5
    push()
    pull("stock")
    assert stock_of(product).available == before - 3
    assert (mirror_state(kept), mirror_state(gone)) == ("confirmed", "voided")


def test_order_cancelled_before_it_was_sent_never_created(shop, sandbox, product, before):
    order = order_of(product)
    cancel(order)
    calls_before = calls(sandbox)
    assert push().step == "voided"
    assert calls(sandbox) == calls_before
    assert mirror_state(order) == "not_sent"
    pull("stock")
    assert stock_of(product).available == before


def test_order_cancelled_before_anybody_heard_of_it_not_queued(shop, sandbox, product):
    order = order_of(product)
    OrderPush.objects.all().delete()
    EventDelivery.objects.filter(subscriber="zoho.queue_order_push").update(
        state="pending", next_attempt_at=timezone.now()
    )
    cancel(order)
    assert OrderPush.objects.count() == 0


def test_order_cancelled_between_create_and_confirm_voided(shop, sandbox, product, before):
    order = order_of(product)
    fault(sandbox, "500_json", CONFIRM, count=1)
    assert push().step == "confirm"
    cancel(order)
    confirms = calls(sandbox, CONFIRM)
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ["void"]
    assert calls(sandbox, CONFIRM) == confirms
    pull("stock")
    assert stock_of(product).available == before


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("_create", "not_sent"),
        ("_remember", "voided"),
        ("_confirm", "voided"),
        ("end", "voided"),
    ],
)
def test_order_cancelled_while_it_is_being_sent(sandbox, product, monkeypatch, moment, state):
    """Right before each step of the worker that sends it, heard of at once or only afterwards."""
    order = order_of(product)
    step = getattr(order_saga, moment)
    cancelled = []

    def cancel_first(*args, **kwargs):
        if not cancelled:
            cancelled.append(cancel_order(order=Order.objects.get(pk=order.pk)))
        return step(*args, **kwargs)

    monkeypatch.setattr(order_saga, moment, cancel_first)
    push()
    run_relay()
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ([] if state == "not_sent" else ["void"])
    assert mirror_state(order) == state
    calls_before = calls(sandbox)
    push()
    assert calls(sandbox) == calls_before


def test_refused_order_cancelled_meanwhile_needs_no_attention(shop, sandbox, product, monkeypatch):
    order = order_of(product)
    in_zoho(sandbox, product, status="inactive")
    fail = order_saga.order_mirroring.mark_failed

    def cancel_first(*, order_id):
        cancel(order)
        fail(order_id=order_id)

    monkeypatch.setattr(order_saga.order_mirroring, "mark_failed", cancel_first)
    assert push().step == "voided"
    assert (mirror_state(order), orders_there(sandbox, order)) == ("not_sent", 0)


@pytest.mark.parametrize("how", ["504", "reset", "hang"])
def test_create_of_unknown_outcome_found_and_voided(shop, sandbox, product, settings, how):
    settings.ZOHO_TIMEOUT_SECONDS = 0.6
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=1, how=how, seconds=1)
    waiting = push()
    cancel(order)
    turned = OrderPush.objects.get()
    # Zoho gets its time to finish: the wait of the attempt under way is kept.
    assert (turned.step, turned.next_attempt_at) == ("void", waiting.next_attempt_at)
    assert Order.objects.get(pk=order.pk).zoho_salesorder_id is None
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ["void"]
    assert Order.objects.get(pk=order.pk).zoho_salesorder_id is not None


def test_create_that_never_reached_zoho_searched_for_and_left(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "fail_before_commit", CREATE, method="POST", count=1)
    push()
    cancel(order)
    assert push().step == "voided"
    assert calls(sandbox, CREATE, "GET") == 1
    assert (statuses_there(sandbox, order), mirror_state(order)) == ([], "not_sent")


def test_unsettled_search_leaves_the_order_to_be_voided(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=1)
    push()
    cancel(order)
    fault(sandbox, "502_html", CREATE, method="GET", count=3)
    assert push().step == "void"
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ["void"]


def test_lost_reply_to_the_void_not_voided_twice(shop, sandbox, product):
    order = order_of(product)
    push()
    cancel(order)
    fault(sandbox, "commit_then_fail", VOID, count=1)
    assert push().step == "void"
    assert push().step == "voided"
    assert calls(sandbox, VOID) == 1
    assert mirror_state(order) == "voided"


def test_void_that_failed_tried_again(shop, sandbox, product):
    order = order_of(product)
    push()
    cancel(order)
    fault(sandbox, "500_json", VOID, count=1)
    failed = push()
    assert (failed.step, mirror_state(order)) == ("void", "confirmed")
    assert failed.next_attempt_at > timezone.now() + timedelta(seconds=4)
    assert push().step == "voided"
    assert statuses_there(sandbox, order) == ["void"]


def test_sales_order_gone_from_zoho_holds_nothing(shop, sandbox, product):
    order = order_of(product)
    push()
    del orders_table(sandbox)[Order.objects.get(pk=order.pk).zoho_salesorder_id]
    cancel(order)
    assert push().step == "voided"
    assert mirror_state(order) == "voided"


def test_refusal_to_void_what_a_person_voided_is_no_failure(shop, sandbox, product, monkeypatch):
    order = order_of(product)
    push()
    zoho_id = Order.objects.get(pk=order.pk).zoho_salesorder_id
    there = orders_table(sandbox)[zoho_id]
    orders_table(sandbox)[zoho_id] = {**there, "status": "void", "order_status": "void"}
    cancel(order)
    monkeypatch.setattr(orders_of_sandbox, "void", refuse_what_is_void)
    assert push().step == "voided"
    assert (calls(sandbox, VOID), mirror_state(order)) == (1, "voided")


def refuse_what_is_void(organization, order):
    """Zoho's stricter way with an order that is void already."""
    raise ZohoError(400, 36016, "Void sales orders cannot be voided.")


def test_void_refused_by_zoho_shown_and_sent_again_by_staff(shop, sandbox, product):
    order = order_of(product)
    push()
    zoho_id = Order.objects.get(pk=order.pk).zoho_salesorder_id
    sandbox.control("POST", "ship", {"salesorder_id": zoho_id})
    cancel(order)
    failed = push()
    assert (failed.step, mirror_state(order)) == ("failed", "failed")
    assert failed.last_error == (
        "Zoho refused it (36017): Sales orders with packages cannot be voided."
    )
    table = orders_table(sandbox)
    lines = [{**line, "packed": 0} for line in table[zoho_id]["lines"]]
    table[zoho_id] = {**table[zoho_id], "lines": lines, "packages": []}
    resend_order(order=order)
    assert push().step == "voided"
    assert mirror_state(order) == "voided"
    with pytest.raises(OrderNotResendable):
        resend_order(order=order)


def test_cancelled_order_that_was_never_queued_not_resendable(shop, sandbox, product, settings):
    settings.ZOHO_ORDER_PUSH = False
    order = order_of(product)
    cancel(order)
    assert OrderPush.objects.count() == 0
    with pytest.raises(OrderNotResendable):
        resend_order(order=order)


def test_worker_that_holds_the_lease_is_not_overtaken_by_the_void(shop, sandbox, product):
    order = order_of(product)
    push()
    now = timezone.now()
    OrderPush.objects.update(lease_holder="busy", lease_until=now + timedelta(seconds=60))
    cancel(order)
    push_due_orders()
    assert calls(sandbox, VOID) == 0
    OrderPush.objects.update(lease_until=now - timedelta(seconds=1))
    assert push().step == "voided"
    assert Reservation.objects.get().state == "released"


def test_cancellation_heard_twice_voids_once(shop, sandbox, product):
    order = order_of(product)
    push()
    cancel(order)
    push()
    EventDelivery.objects.filter(subscriber="zoho.queue_order_push").update(
        state="pending", next_attempt_at=timezone.now()
    )
    run_relay()
    assert OrderPush.objects.get().step == "voided"
    assert calls(sandbox, VOID) == 1


def test_void_needs_no_read_and_passes_the_daily_reserve(shop, sandbox, product):
    order = order_of(product)
    push()
    cancel(order)
    Connection.objects.update(
        daily_limit=1000,
        daily_remaining=50,
        daily_reset_at=timezone.now() + timedelta(hours=3),
    )
    reads = calls(sandbox, "", "GET")
    assert push().step == "voided"
    assert calls(sandbox, "", "GET") == reads
