"""Running work in threads that have database connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def run_together(works: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """The outcome of each piece of work, all started at once; what it raised is its outcome."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result | Exception:
        start.wait(timeout=10)
        try:
            return work()
        except Exception as error:  # the outcome is what the test looks at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
