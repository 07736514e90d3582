"""The last units of hot products, many shoppers at once. Each race has its negative control."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Sum

from catalog.errors import OrderRefused
from catalog.models import Movement, Order, Reservation, StockLevel
from catalog.services import reservations
from catalog.services.orders import place_order, ship_order
from core.events.relay import run_relay
from core.idempotency import services as idempotency
from core.idempotency.services import Answer, Once, answer_once
from core.locking import retry_on_deadlock
from tests.concurrency.threads import run_together
from tests.factories.catalog import make_order, make_product, order_request

CLIENTS = 32


def _order_one(product):
    def order(_):
        return retry_on_deadlock(lambda: place_order(request=order_request((product, 1))))

    return order


def _outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_last_100_units_sold_exactly_once_to_32_clients(committed_db, storm):
    tries = 1600 if storm else 160
    product = make_product(stock="100")
    results = run_together(_order_one(product), range(tries), threads=CLIENTS)
    assert _outcomes(results) == {"Order": 100, "OrderRefused": tries - 100}
    stock = StockLevel.objects.get()
    assert (stock.on_hand, stock.reserved, stock.available) == (100, 100, 0)
    assert Reservation.objects.aggregate(sum=Sum("quantity"))["sum"] == 100
    numbers = sorted(Order.objects.values_list("number", flat=True))
    assert numbers == [f"TP-{number:06d}" for number in range(1, 101)]


def test_last_units_oversold_without_the_lock_negative_control(committed_db, monkeypatch):
    """Rows read without a lock, and the database's own check taken away: it oversells."""

    def unlocked(product_ids):
        return list(
            StockLevel.objects.filter(product_id__in=list(product_ids)).select_related("location")
        )

    monkeypatch.setattr(reservations, "lock_sellable_stock", unlocked)
    product = make_product(stock="20", ownership="zoho")
    run_together(_order_one(product), range(160), threads=CLIENTS)
    assert StockLevel.objects.get().available < 0


def test_stock_of_ours_oversell_refused_by_the_database_itself(committed_db, monkeypatch):
    """With the lock taken away, the CHECK of the database still holds."""

    def unlocked(product_ids):
        return list(
            StockLevel.objects.filter(product_id__in=list(product_ids)).select_related("location")
        )

    monkeypatch.setattr(reservations, "lock_sellable_stock", unlocked)
    product = make_product(stock="20")
    results = run_together(_order_one(product), range(160), threads=CLIENTS)
    stock = StockLevel.objects.get()
    assert stock.available == 0
    assert _outcomes(results)["Order"] == 20


def test_carts_in_any_order_never_deadlock(committed_db):
    products = [make_product(stock="1000") for _ in range(5)]
    carts = [products, products[::-1]] * 40

    def order(cart):
        return place_order(request=order_request(*((product, 1) for product in cart)))

    results = run_together(order, carts, threads=16)
    assert _outcomes(results) == {"Order": 80}
    assert set(StockLevel.objects.values_list("reserved", flat=True)) == {Decimal(80)}


def test_order_refused_whole_when_one_line_is_short(committed_db):
    plenty, scarce = make_product(stock="100"), make_product(stock="1")
    with pytest.raises(OrderRefused) as refused:
        place_order(request=order_request((plenty, 1), (scarce, 2)))
    assert [detail.field for detail in refused.value.details] == ["items[1]"]
    assert set(StockLevel.objects.values_list("reserved", flat=True)) == {Decimal(0)}


def _once(key="parallel-key"):
    return Once(caller="anonymous", route="order.place", key=key, body_hash="b")


def _place_once(product):
    def attempt(_):
        def action():
            order = place_order(request=order_request((product, 1)))
            return Answer(201, order.number)

        return answer_once(_once(), action, lambda error: Answer(error.status, error.code))

    return attempt


def test_same_key_in_parallel_acts_once(committed_db):
    product = make_product(stock="100")
    results = run_together(_place_once(product), range(32), threads=CLIENTS)
    assert Order.objects.count() == 1
    outcomes = _outcomes(results)
    assert set(outcomes) <= {"Answer", "RequestInFlight"}
    assert {result.body for result in results if isinstance(result, Answer)} == {"TP-000001"}


def test_same_key_in_parallel_acts_twice_without_the_claim_negative_control(
    committed_db, monkeypatch
):
    real = idempotency._try_to_claim

    def always(once):
        record = real(once)
        return record or real(Once(once.caller, once.route, f"{id(object())}", once.body_hash))

    monkeypatch.setattr(idempotency, "_try_to_claim", always)
    product = make_product(stock="100")
    run_together(_place_once(product), range(32), threads=CLIENTS)
    assert Order.objects.count() > 1


def test_shipped_order_moves_out_exactly_once_with_four_relays(committed_db):
    product = make_product(stock="10")
    order = make_order((product, 3))
    ship_order(order=order)
    run_together(lambda _: run_relay(), range(4), threads=4)
    stock = StockLevel.objects.get()
    assert (stock.on_hand, stock.reserved, stock.available) == (7, 0, 7)
    assert list(Movement.objects.values_list("kind", "quantity")) == [("out", Decimal(-3))]


def test_order_shipped_twice_at_once_ships_once(committed_db):
    order = make_order((make_product(stock="10"), 3))
    results = run_together(lambda _: ship_order(order=order), range(8), threads=8)
    assert _outcomes(results) == {"Order": 1, "OrderStateForbids": 7}
