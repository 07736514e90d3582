"""Orders on their way to Zoho, under the faults that make duplicates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Order, Reservation
from core.events.models import Event, EventDelivery
from core.events.relay import run_relay
from integrations.zoho.errors import OrderNotResendable
from integrations.zoho.models import OrderPush
from integrations.zoho.sandbox import demo_account
from integrations.zoho.services.order_push import push_due_orders, resend_order
from settings_modules.partners.models import BusinessPartner
from tests.concurrency.threads import run_together
from tests.integrations.zoho.conftest import calls, fault, in_zoho, order_of, orders_there, push

CREATE = "/salesorders$"
CONFIRM = "/status/confirmed$"


def sandbox_order(sandbox, order):
    table = sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).table("salesorders")
    return table[Order.objects.get(pk=order.pk).zoho_salesorder_id]


def test_order_created_and_confirmed_once(shop, sandbox, product):
    order = order_of(product)
    assert Order.objects.get(pk=order.pk).mirror_state == "waiting"
    assert push().step == "done"
    order.refresh_from_db()
    there = sandbox_order(sandbox, order)
    line = there["lines"][0]
    assert (order.mirror_state, order.zoho_salesorder_number) == (
        "confirmed",
        there["salesorder_number"],
    )
    assert (there["status"], there["reference_number"]) == ("confirmed", order.number)
    assert (line["item_id"], line["quantity"]) == (product.zoho_item_id, 2)
    assert line["rate"] == order.lines.get().unit_price
    assert line["location_id"] == product.stock.get().location.zoho_location_id
    assert orders_there(sandbox, order) == 1
    assert Reservation.objects.get().mirrored_at is not None
    states = [e.data["changes"]["mirror_state"]["new"] for e in mirrored_events()]
    assert states == ["waiting", "created", "confirmed"]


def mirrored_events():
    return Event.objects.filter(type="order.mirrored").order_by("position")


def test_second_drain_calls_nothing(shop, sandbox, product):
    order_of(product)
    push()
    before = calls(sandbox)
    push_due_orders()
    assert calls(sandbox) == before


@pytest.mark.parametrize("how", ["504", "reset", "hang"])
def test_reply_lost_three_times_after_commit_makes_one_order(shop, sandbox, product, settings, how):
    settings.ZOHO_TIMEOUT_SECONDS = 0.6
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=3, how=how, seconds=2)
    assert push().step == "create"
    assert push().step == "done"
    assert orders_there(sandbox, order) == 1
    assert sandbox_order(sandbox, order)["status"] == "confirmed"


def test_failures_before_commit_then_success_make_one_order(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "fail_before_commit", CREATE, method="POST", count=2)
    assert [push().step, push().step, push().step] == ["create", "create", "done"]
    assert orders_there(sandbox, order) == 1


def test_ignored_filter_does_not_make_a_second_order(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=1)
    fault(sandbox, "ignore_filters", CREATE, method="GET")
    push()
    assert push().step == "done"
    assert orders_there(sandbox, order) == 1


def test_unsettled_search_creates_nothing(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=1)
    push()
    fault(sandbox, "502_html", CREATE, method="GET", count=3)
    assert push().step == "create"
    assert calls(sandbox, CREATE, "POST") == 1
    assert push().step == "done"
    assert orders_there(sandbox, order) == 1


def test_confirm_failure_confirmed_later(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "500_json", CONFIRM, count=1)
    assert push().step == "confirm"
    order.refresh_from_db()
    assert order.mirror_state == "created"
    assert sandbox_order(sandbox, order)["status"] == "draft"
    assert push().step == "done"
    assert sandbox_order(sandbox, order)["status"] == "confirmed"
    assert orders_there(sandbox, order) == 1


def test_lost_confirm_reply_not_confirmed_twice(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CONFIRM, count=1)
    push()
    assert push().step == "done"
    assert calls(sandbox, CONFIRM) == 1
    assert orders_there(sandbox, order) == 1


def test_lost_contact_reply_makes_one_contact(shop, sandbox, product):
    order_of(product)
    contacts = sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).table("contacts")
    before = len(contacts)
    fault(sandbox, "commit_then_fail", "/contacts$", method="POST", count=1)
    push()
    assert push().step == "done"
    assert len(contacts) == before + 1


def test_name_of_another_customer_gets_a_suffix(shop, sandbox, product):
    order_of(product, phone="+9647701110001")
    push()
    BusinessPartner.objects.update(zoho_contact_id=None, phone="+9647702220002")
    order_of(product, phone="+9647702220002")
    assert push().step == "done"
    contacts = sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).table("contacts")
    names = {contact["contact_name"] for contact in contacts.values()}
    assert {"Shopper 0001", "Shopper 0001 (0002)"} <= names


def test_known_phone_adopts_the_contact(shop, sandbox, product):
    order_of(product)
    push()
    contact_id = BusinessPartner.objects.get().zoho_contact_id
    BusinessPartner.objects.update(zoho_contact_id=None)
    order_of(product)
    assert push().step == "done"
    assert BusinessPartner.objects.get().zoho_contact_id == contact_id


def test_validation_refusal_fails_and_is_resent_by_staff(shop, sandbox, product):
    order = order_of(product)
    in_zoho(sandbox, product, status="inactive")
    failed = push()
    order.refresh_from_db()
    assert (failed.step, order.mirror_state) == ("failed", "failed")
    assert failed.last_error == "Zoho refused it (4): Invalid value passed for item_id"
    in_zoho(sandbox, product, status="active")
    resend_order(order=order)
    assert push().step == "done"
    assert orders_there(sandbox, order) == 1


def test_resend_of_a_confirmed_order_refused(shop, sandbox, product):
    order = order_of(product)
    push()
    with pytest.raises(OrderNotResendable):
        resend_order(order=order)


def test_killed_worker_is_taken_over_after_its_lease(shop, sandbox, product):
    order = order_of(product)
    fault(sandbox, "commit_then_fail", CREATE, method="POST", count=1)
    push()
    now = timezone.now()
    OrderPush.objects.update(
        lease_holder="dead", lease_until=now + timedelta(seconds=60), next_attempt_at=now
    )
    before = calls(sandbox)
    push_due_orders()
    assert calls(sandbox) == before
    OrderPush.objects.update(lease_until=now - timedelta(seconds=1))
    assert push().step == "done"
    assert orders_there(sandbox, order) == 1


def test_four_workers_make_one_order_each(shop, sandbox, product):
    placed = [order_of(product, 1, phone=f"+964770555000{number}") for number in range(4)]
    fault(sandbox, "latency_ms", "/salesorders", ms=30)

    assert sum(run_together(lambda _: push_due_orders(), range(4))) == 4
    assert [orders_there(sandbox, order) for order in placed] == [1, 1, 1, 1]


def test_closed_gate_postpones_without_a_call(shop, sandbox, product):
    order_of(product)
    fault(sandbox, "rate44", CREATE, method="POST", count=1)
    waiting = push()
    shop.refresh_from_db()
    assert (waiting.step, waiting.next_attempt_at) == ("create", shop.gate_closed_until)
    before = calls(sandbox)
    push()
    assert calls(sandbox) == before


def test_push_switched_off_keeps_the_order_here(shop, sandbox, product, settings):
    settings.ZOHO_ORDER_PUSH = False
    order_of(product)
    assert OrderPush.objects.count() == 0


def test_event_delivered_twice_queues_one_push(shop, sandbox, product):
    order_of(product)
    EventDelivery.objects.filter(subscriber="zoho.queue_order_push").update(
        state="pending", next_attempt_at=timezone.now()
    )
    run_relay()
    assert OrderPush.objects.count() == 1
