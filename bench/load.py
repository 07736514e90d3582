"""The load generator: a closed loop over keep-alive sockets, in a process of its own.

Run as a script with a plan as one line of JSON on standard input. It warms up, prints "warm", waits
for a line, measures, and prints its result as one line of JSON. Standard library only.
"""

from __future__ import annotations

import json
import random
import re
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RECEIVE = 256 * 1024
#: No answer for so long: the request failed.
_PATIENCE_SECONDS = 20.0


class LoadFailedError(RuntimeError):
    """The server closed a connection, or what it sent is no HTTP answer with a length."""


def get_requests(paths: list[str], headers: dict[str, str]) -> Iterator[bytes]:
    """GET requests for the paths with these headers, round and round."""
    sent = {"Host": "127.0.0.1", "Accept": "application/json", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    texts = [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]
    while True:
        yield from texts


def order_requests(orders: dict[str, Any]) -> Iterator[bytes]:
    """Orders of three different hot items each, in the order a cart has them: any."""
    source = random.Random(orders["run"])
    hot = [(str(item), price) for item, price in orders["items"]]
    number = 0
    while True:
        number += 1
        lines = [
            {"product_id": item, "quantity": 1, "unit_price": price}
            for item, price in source.sample(hot, 3)
        ]
        body = json.dumps(
            {
                "items": lines,
                "customer_name": "Load",
                "customer_phone": f"+9647701234{number % 32:03d}",
                "delivery_address": "Baghdad",
            }
        ).encode()
        head = (
            f"POST {orders['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Idempotency-Key: {orders['run']}-{number:07d}\r\n\r\n"
        )
        yield head.encode() + body


class Client:
    """One connection: at most one request is under way.

    `buffer` holds the answer's head, and the whole of a refusal.
    """

    __slots__ = ("buffer", "missing", "sent_at", "socket", "status")

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=_PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.missing = -1
        self.status = 0
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Send a request and begin to wait for its answer."""
        self.buffer = b""
        self.missing = -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has arrived; whether the answer is complete. Raises LoadFailedError."""
        data = self.socket.recv(_RECEIVE)
        if not data:
            raise LoadFailedError("the server closed the connection")
        if self.missing >= 0 and self.status < 400:
            self.missing -= len(data)
        else:
            self.buffer += data
            self._read_head()
        if self.missing < -1:
            raise LoadFailedError("more bytes came than the answer's length says")
        return self.missing == 0

    def _read_head(self) -> None:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self.buffer, 0, end)
        if found is None:
            raise LoadFailedError("an answer without a Content-Length")
        self.status = int(self.buffer[9:12])
        self.missing = int(found[1]) - (len(self.buffer) - end - 4)


class Load:
    """A closed loop of `connections` clients against one server."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._accepted = set(plan["accepted"])
        self._requests = (
            order_requests(plan["orders"])
            if "orders" in plan
            else get_requests(plan["paths"], plan.get("headers", {}))
        )
        self._clients = [Client(plan["host"], plan["port"]) for _ in range(plan["connections"])]
        self._selector = selectors.DefaultSelector()
        for client in self._clients:
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.refused: list[str] = []

    def run(self, go_on: Callable[[int, float], bool]) -> float:
        """Keep every connection busy while `go_on(answers, seconds)`; the seconds it took.

        What is under way at the end is waited for and counted, so no work goes uncounted.
        """
        self.latencies, self.statuses, self.refused = [], Counter(), []
        began = time.perf_counter()
        for client in self._clients:
            client.send(next(self._requests))
        busy = len(self._clients)
        now = began
        while busy:
            ready = self._selector.select(_PATIENCE_SECONDS)
            if not ready:
                raise LoadFailedError(f"no answer for {_PATIENCE_SECONDS:.0f} s")
            for key, _ in ready:
                answered: Client = key.data
                if not answered.receive():
                    continue
                now = time.perf_counter()
                self._count(answered, now)
                if go_on(len(self.latencies), now - began):
                    answered.send(next(self._requests))
                else:
                    busy -= 1
        return now - began

    def _count(self, client: Client, now: float) -> None:
        self.latencies.append(now - client.sent_at)
        self.statuses[client.status] += 1
        if client.status not in self._accepted and len(self.refused) < 3:
            self.refused.append(client.buffer[:600].decode("utf-8", "replace"))


def main() -> int:
    """Carry out the plan on standard input."""
    plan = json.loads(sys.stdin.readline())
    load = Load(plan)
    load.run(lambda count, seconds: seconds < plan["warm_seconds"] or count < plan["warm_requests"])
    warm_statuses = load.statuses
    print("warm", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    seconds = load.run(lambda _, passed: passed < plan["seconds"])
    print(
        json.dumps(
            {
                "seconds": seconds,
                "requests": len(load.latencies),
                "statuses": {str(code): count for code, count in load.statuses.items()},
                "warm_statuses": {str(code): count for code, count in warm_statuses.items()},
                "refused": load.refused,
                "latencies": sorted(load.latencies),
                "client_cpu_seconds": time.process_time() - cpu,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
