"""Real threads with real connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Item = TypeVar("Item")
Result = TypeVar("Result")


def run_together(
    work: Callable[[Item], Result], items: Sequence[Item], *, threads: int = 0
) -> list[Result | Exception]:
    """`work` for every item on `threads` threads that start at once; results in order.

    Without `threads` each item has its own. An exception is a result, so that a test can look at
    every outcome.
    """
    threads = min(threads or len(items), len(items))
    barrier = threading.Barrier(threads)
    started = threading.local()

    def one(item: Item) -> Result | Exception:
        if not hasattr(started, "yes"):
            started.yes = True
            barrier.wait(timeout=30)
        try:
            return work(item)
        except Exception as error:  # the outcome of this item
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(one, items))
