"""A pull never gives back what an order took, whatever Zoho knows of the order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from catalog.models import Movement, Order, Reservation
from catalog.services.orders import cancel_order, ship_order
from core.events.relay import run_relay
from integrations.zoho.models import OrderPush
from integrations.zoho.sandbox import demo_account
from tests.integrations.zoho.conftest import fault, in_zoho, order_of, pull, push, stock_of


def ship(order):
    ship_order(order=order)
    run_relay()


def ship_there(sandbox, order):
    zoho_id = Order.objects.get(pk=order.pk).zoho_salesorder_id
    sandbox.control("POST", "ship", {"salesorder_id": zoho_id})


def two_pulls():
    for _ in range(2):
        assert pull("stock").job.state == "succeeded"


@pytest.fixture
def before(product) -> Decimal:
    return stock_of(product).available


def test_order_pushed_then_pulled_twice_takes_two(shop, sandbox, product, before):
    order_of(product)
    push()
    two_pulls()
    level = stock_of(product)
    assert level.available == before - 2
    assert (level.reserved, level.committed_elsewhere) == (2, 0)


def test_order_not_pushed_yet_takes_two(shop, sandbox, product, before):
    order_of(product)
    two_pulls()
    assert stock_of(product).available == before - 2


def test_order_in_zoho_as_draft_takes_two(shop, sandbox, product, before):
    order_of(product)
    fault(sandbox, "500_json", "/status/confirmed$", count=1)
    push()
    two_pulls()
    assert stock_of(product).available == before - 2


def test_order_shipped_here_only_takes_two(shop, sandbox, product, before):
    order = order_of(product)
    push()
    ship(order)
    two_pulls()
    level = stock_of(product)
    assert (level.available, level.reserved) == (before - 2, 0)
    assert Reservation.objects.get().state == "shipped"


def test_order_shipped_here_before_its_push_takes_two(shop, sandbox, product, before):
    order = order_of(product)
    ship(order)
    two_pulls()
    assert stock_of(product).available == before - 2
    push()
    two_pulls()
    assert stock_of(product).available == before - 2


def test_order_shipped_here_and_there_takes_two_and_is_settled(shop, sandbox, product, before):
    order = order_of(product)
    push()
    ship(order)
    pull("stock")
    ship_there(sandbox, order)
    two_pulls()
    level = stock_of(product)
    assert (level.available, level.on_hand, level.committed_elsewhere) == (
        before - 2,
        before - 2,
        0,
    )
    assert Reservation.objects.get().state == "settled"


def test_order_shipped_there_first_never_shows_more_than_is_left(shop, sandbox, product, before):
    order = order_of(product)
    push()
    ship_there(sandbox, order)
    pull("stock")
    assert stock_of(product).available == before - 4
    ship(order)
    pull("stock")
    assert stock_of(product).available == before - 2


def test_cancelled_order_gives_back_what_it_held(shop, sandbox, product, before):
    order = order_of(product)
    pull("stock")
    cancel_order(order=order)
    two_pulls()
    assert stock_of(product).available == before


def test_promise_to_others_is_taken_off(shop, sandbox, product, before):
    order = order_of(product, quantity=3)
    push()
    Reservation.objects.update(mirrored_at=None)
    pull("stock")
    assert stock_of(product).committed_elsewhere == 3
    assert stock_of(product).available == before - 6
    assert order.lines.count() == 1


def test_on_hand_is_the_sum_of_the_movements(shop, sandbox, product):
    order = order_of(product)
    push()
    ship(order)
    in_zoho(sandbox, product, stock=77)
    pull("stock")
    total = Movement.objects.filter(product=product).aggregate(total=Sum("quantity"))["total"]
    assert stock_of(product).on_hand == total == 75


def test_silent_move_in_zoho_seen_by_the_sweep(shop, sandbox, product, before):
    organization = demo_account.SECOND_ORGANIZATION_ID
    sandbox.control(
        "POST",
        "faults",
        {
            "action": {
                "kind": "silent_stock_move",
                "org": organization,
                "item_id": product.zoho_item_id,
                "quantity": -4,
            }
        },
    )
    pull("items")
    assert stock_of(product).available == before
    pull("stock")
    assert stock_of(product).available == before - 4


def test_row_kept_by_staff_left_alone(shop, sandbox, product):
    level = stock_of(product)
    level.ownership = "local"
    level.save()
    in_zoho(sandbox, product, stock=5)
    run = pull("stock")
    assert stock_of(product).on_hand == level.on_hand
    assert run.counts["stock"]["kept_local"] == 1


def test_absent_stock_keys_are_not_zero(shop, sandbox, product, before):
    keys = ["locations", "actual_available_stock", "stock_on_hand"]
    fault(sandbox, "drop_keys", "/itemdetails", keys=keys)
    run = pull("stock")
    assert stock_of(product).available == before
    assert run.counts["stock"]["untracked"] == run.counts["stock"]["seen"]


@pytest.mark.parametrize("family", ["warehouses", "branches"])
def test_older_names_of_places_understood(shop, sandbox, product, family):
    sandbox.control("POST", "switches", {"detail_family": family})
    in_zoho(sandbox, product, stock=31)
    pull("stock")
    assert stock_of(product).on_hand == 31
    assert OrderPush.objects.count() == 0


def test_list_of_ids_too_long_is_shortened(shop, sandbox, product):
    sandbox.control("POST", "switches", {"item_ids_max": "50"})
    in_zoho(sandbox, product, stock=31)
    assert pull("stock").job.state == "succeeded"
    assert stock_of(product).on_hand == 31
