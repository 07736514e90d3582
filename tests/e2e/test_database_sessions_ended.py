"""PostgreSQL ends every session under load: told as a 503, and no order is lost or placed twice."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from catalog.models import Order, Product
from core.idempotency.models import IdempotencyRecord
from tests.concurrency.sessions import terminate_sessions
from tests.e2e.shoppers import (
    DEPENDENCY_DOWN,
    NAME,
    STOCK,
    Shoppers,
    assert_every_order_once,
    is_all_delivered,
    shown,
)
from tests.e2e.system import wait_for


def ask_again_for_what_is_open(shoppers: Shoppers) -> int:
    """Every order without an answer is repeated under its key; how many there were.

    A claim whose process lost its session before it knew of it lasts for its lease.
    """
    IdempotencyRecord.objects.filter(status=None).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    still_open = shoppers.keys - shoppers.answered
    for key in still_open:
        assert shoppers.place(key).status == 201
    return len(still_open)


def test_every_order_placed_once_while_all_sessions_are_ended_again_and_again(server, storm):
    rounds = 60 if storm else 8
    product = Product.objects.get()
    # A session ended between a commit and its prompt subscriber leaves the rest to the relay.
    shoppers = Shoppers(
        server, product, tolerated=frozenset({DEPENDENCY_DOWN}), reads_are_fresh=False
    )
    connections.close_all()
    ended = 0
    shoppers.start()
    try:
        # By chance no session may end in the middle of an order: on until one has.
        for done in itertools.count():
            if done >= rounds and shoppers.writes[DEPENDENCY_DOWN]:
                break
            assert done < rounds + 100
            time.sleep(0.3)
            ended += terminate_sessions()
    finally:
        shoppers.stop()
    assert shoppers.wrong == []
    assert set(shoppers.reads) <= {"200", DEPENDENCY_DOWN}
    expected = {"201", "201 replayed", DEPENDENCY_DOWN, "409 request_in_flight after 1"}
    assert set(shoppers.writes) <= expected
    still_open = ask_again_for_what_is_open(shoppers)
    assert Order.objects.count() == len(shoppers.keys)
    assert_every_order_once(shoppers)
    wait_for("every event delivered", is_all_delivered, seconds=40)
    assert shown(server, product) == [(NAME, STOCK - len(shoppers.placed))] * 2
    print(
        f"\n{ended} sessions ended in {done} rounds: reads {dict(shoppers.reads)}, orders"
        f" {dict(shoppers.writes)}, {still_open} asked again later, {len(shoppers.keys)} keys and"
        f" {Order.objects.count()} orders"
    )
