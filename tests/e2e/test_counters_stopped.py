"""Valkey killed under load: reads go on, orders are told to come back, nothing is lost or twice."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalog.models import Category, Order, Product, Reservation, StockLevel
from core.events.models import DeliveryState, EventDelivery
from core.schedules import ensure_schedules
from tests.e2e.served import Answer, Served, served
from tests.e2e.system import wait_for
from tests.factories.catalog import make_product

API = "/api/v1/consumer"
NAME = "Cable"
STOCK = 1_000_000
READERS = WRITERS = 3
#: Orders are taken again so soon after Valkey is back.
SECONDS_TO_RECOVER = 10.0


@dataclass
class Shoppers:
    """Readers and writers on threads of their own, and all that they were answered."""

    server: Served
    product: Product
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    #: Order number to the moment at which its 201 arrived, and the keys that were sent.
    placed: dict[str, float] = field(default_factory=dict)
    keys: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        works = [self._read] * READERS + [self._write] * WRITERS
        for number, work in enumerate(works):
            thread = threading.Thread(target=self._until_stopped, args=(work, number))
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in self._threads)

    def _until_stopped(self, work: Callable[[int, int], None], number: int) -> None:
        for turn in itertools.count():
            if self._stop.is_set():
                return
            try:
                work(number, turn)
            except OSError as error:
                self._note_wrong(f"no answer: {error!r}")

    def _note_wrong(self, what: str) -> None:
        with self._lock:
            self.wrong.append(what)

    def _read(self, number: int, turn: int) -> None:
        path = ("products", f"products/{self.product.pk}", "categories")[turn % 3]
        with self._lock:
            placed_before = len(self.placed)
        answer = self.server.ask("GET", f"{API}/{path}")
        with self._lock:
            keys_after = self.keys
            self.reads[f"{path.partition('/')[0]} {answer.status}"] += 1
        problem = self._problem(path, answer, range(STOCK - keys_after, STOCK - placed_before + 1))
        if problem:
            self._note_wrong(f"{path}: {problem}")

    def _problem(self, path: str, answer: Answer, stocks: range) -> str:
        """What is wrong with an answer; stock may lie between what was sent and what was placed."""
        if answer.status != 200:
            return f"{answer.status} {answer.body}"
        if path == "categories":
            expected = {"status": "success", "categories": ["Cables"]}
            return "" if answer.body == expected else str(answer.body)
        found: dict[str, Any]
        found = answer.body["items"][0] if path == "products" else answer.body["product"]
        is_right = (
            found["id"] == str(self.product.pk)
            and found["name"].startswith(NAME)
            and found["actual_available_stock"] in stocks
        )
        return "" if is_right else f"{found['actual_available_stock']} in {stocks}? {found}"

    def _write(self, number: int, turn: int) -> None:
        """A phone that repeats one order under one key until it is taken."""
        with self._lock:
            self.keys += 1
        while not self._stop.is_set():
            answer = self.place(f"writer-{number}-{turn:06d}")
            if answer.status == 201:
                return
            time.sleep(0.05)

    def place(self, key: str) -> Answer:
        """One post of one unit; its answer is counted."""
        answer = self.server.ask(
            "POST",
            f"{API}/orders",
            {
                "items": [{"product_id": str(self.product.pk), "quantity": 1}],
                "customer_name": "Shopper",
                "customer_phone": "0770 123 4567",
            },
            Idempotency_Key=key,
        )
        with self._lock:
            self.writes[what(answer)] += 1
            if answer.status == 201:
                self.placed.setdefault(answer.body["order_number"], time.monotonic())
        return answer

    def placed_after(self, moment: float) -> float | None:
        """When the first order after `moment` was taken; None when none was."""
        with self._lock:
            return min((at for at in self.placed.values() if at > moment), default=None)


def what(answer: Answer) -> str:
    """An answer to an order in a word."""
    if answer.status == 201:
        return "201 replayed" if "idempotency-replayed" in lower(answer.headers) else "201"
    error = answer.body.get("error", {})
    return f"{answer.status} {error.get('code')} after {lower(answer.headers).get('retry-after')}"


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.fixture
def server(committed_db):
    """The system with a Valkey of its own, on a database with one product."""
    ensure_schedules()
    make_product(
        sku="CABLE-1",
        name=NAME,
        stock=str(STOCK),
        category=Category.objects.create(name_en="Cables"),
    )
    with served(committed_db) as running:
        yield running


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


def assert_every_order_once(shoppers: Shoppers) -> None:
    """The orders in the database are those that were answered 201, each with its stock."""
    stored = list(Order.objects.values_list("number", flat=True))
    assert sorted(stored) == sorted(shoppers.placed)
    assert Reservation.objects.count() == len(stored)
    assert StockLevel.objects.get().reserved == len(stored)


def is_all_delivered() -> bool:
    return not EventDelivery.objects.exclude(state=DeliveryState.DONE).exists()


def shown(server: Served, product: Product) -> list[tuple[str, int]]:
    """Name and stock of the product, in the list and on its page."""
    listed = server.ask("GET", f"{API}/products").body["items"][0]
    page = server.ask("GET", f"{API}/products/{product.pk}").body["product"]
    return [(found["name"], found["actual_available_stock"]) for found in (listed, page)]


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
    assert set(shoppers.reads) == {"products 200", "categories 200"}
    assert set(shoppers.writes) == {"201", "503 dependency_down after 5"}
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
