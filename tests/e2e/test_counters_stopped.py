"""Valkey killed under load: reads go on, orders are told to come back, nothing is lost or twice."""

from __future__ import annotations

import time

from catalog.models import Product
from tests.e2e.served import Served
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

#: Orders are taken again so soon after Valkey is back.
SECONDS_TO_RECOVER = 10.0


def rename(server: Served, name: str) -> None:
    """An edit by a process of the system, while Valkey is away."""
    server.run_to_its_end("tests.e2e.rename_product", name)


def outage(shoppers: Shoppers, *, name: str, away: float) -> float:
    """Kill Valkey, edit meanwhile, start it; how long after that the first order was taken."""
    valkey = shoppers.server.valkey
    valkey.kill()
    killed = time.monotonic()
    rename(shoppers.server, name)
    time.sleep(max(0.0, killed + away - time.monotonic()))
    valkey.start()
    back = time.monotonic()
    taken = wait_for(
        "an order after Valkey's return",
        lambda: shoppers.placed_after(back),
        seconds=SECONDS_TO_RECOVER,
    )
    return taken - back


def test_reads_go_on_and_orders_act_once_through_kills_of_valkey(server, storm):
    outages, away, between = (5, 5.0, 4.0) if storm else (1, 2.5, 1.0)
    product = Product.objects.get()
    shoppers = Shoppers(server, product)
    recovered = []
    shoppers.start()
    try:
        for number in range(1, outages + 1):
            time.sleep(between)
            recovered.append(outage(shoppers, name=f"{NAME} {number}", away=away))
        time.sleep(between)
    finally:
        shoppers.stop()
    assert shoppers.wrong == []
    assert set(shoppers.reads) == {"200"}
    assert set(shoppers.writes) == {"201", DEPENDENCY_DOWN}
    assert_every_order_once(shoppers)
    stopped = time.monotonic()
    wait_for("every event delivered", is_all_delivered, seconds=40)
    delivered = time.monotonic() - stopped
    left = STOCK - len(shoppers.placed)
    assert shown(server, product) == [(f"{NAME} {outages}", left)] * 2
    print(
        f"\n{outages} kills of Valkey: reads {dict(shoppers.reads)}, orders"
        f" {dict(shoppers.writes)}, {len(shoppers.placed)} in the database; taken again after"
        f" {', '.join(f'{seconds:.2f}' for seconds in recovered)} s,"
        f" all events delivered {delivered:.1f} s after the load"
    )
