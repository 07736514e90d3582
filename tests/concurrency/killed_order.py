"""A web process that is killed while it carries out an order.

`python -m tests.concurrency.killed_order KEY` reads the body from its standard input, posts it as
a shopper, and dies by SIGKILL when the order's stock is reserved and nothing is committed.
"""

from __future__ import annotations

import os
import signal
import sys

import django


def main(key: str, body: str) -> None:
    """Post the order; does not return."""
    # Its posts and those of the test come from one address.
    os.environ["TRADEPOST_THROTTLE_FACTOR"] = "1000"
    django.setup()
    from django.test import Client  # noqa: PLC0415  (settings must be loaded first)

    from catalog.services import orders  # noqa: PLC0415

    reserve_stock = orders.reserve_stock

    def reserve_and_die(**values: object) -> None:
        reserve_stock(**values)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    orders.reserve_stock = reserve_and_die
    Client(SERVER_NAME="localhost").post(
        "/api/v1/consumer/orders",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
