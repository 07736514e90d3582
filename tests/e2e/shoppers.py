"""Shoppers who read and order while something breaks, and all that they were answered."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Order, Product, Reservation, StockLevel
from core.events.models import DeliveryState, EventDelivery
from tests.e2e.served import Answer, Served

API = "/api/v1/consumer"
NAME = "Cable"
STOCK = 1_000_000
READERS = WRITERS = 3
DEPENDENCY_DOWN = "503 dependency_down after 5"


@dataclass
class Shoppers:
    """Readers and writers on threads of their own, and all that they were answered."""

    server: Served
    product: Product
    #: Refusals that readers may meet, as `what` words them.
    tolerated: frozenset[str] = frozenset()
    #: Whether a read shows every order that was answered before; else the relay may be needed.
    reads_are_fresh: bool = True
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    #: Order number to the moment at which its 201 arrived.
    placed: dict[str, float] = field(default_factory=dict)
    #: Keys that were sent, and those of them that were answered 201.
    keys: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
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
            placed_before = len(self.placed) if self.reads_are_fresh else 0
        answer = self.server.ask("GET", f"{API}/{path}")
        with self._lock:
            keys_after = len(self.keys)
            self.reads["200" if answer.status == 200 else what(answer)] += 1
        problem = self._problem(path, answer, range(STOCK - keys_after, STOCK - placed_before + 1))
        if problem:
            self._note_wrong(f"{path}: {problem}")

    def _problem(self, path: str, answer: Answer, stocks: range) -> str:
        """What is wrong with an answer; stock may lie between what was sent and what was placed."""
        if answer.status != 200 and what(answer) in self.tolerated:
            return ""
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
        while not self._stop.is_set():
            if self.place(f"writer-{number}-{turn:06d}").status == 201:
                return
            time.sleep(0.05)

    def place(self, key: str) -> Answer:
        """One post of one unit; its answer is counted."""
        with self._lock:
            self.keys.add(key)
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
                self.answered.add(key)
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
    listed = server.ask("GET", f"{API}/products")
    page = server.ask("GET", f"{API}/products/{product.pk}")
    assert [answer.status for answer in (listed, page)] == [200, 200], (listed, page)
    both = (listed.body["items"][0], page.body["product"])
    return [(found["name"], found["actual_available_stock"]) for found in both]
