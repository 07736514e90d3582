"""Tries with made-up values: always the same ones, or those of a seed that is named.

A seed is a number in `TRADEPOST_FUZZ_SEED`. Without it a change is judged by the values that judged
the one before; name the date to look further. pytest prints it, with the command that repeats it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck

SEED_VARIABLE = "TRADEPOST_FUZZ_SEED"
USUAL_SEED = 1
#: How many times more values a storm tries.
STORM_FACTOR = 20


def tries_seed() -> int:
    """The seed in force."""
    return int(os.environ.get(SEED_VARIABLE) or USUAL_SEED)


SEED = tries_seed()


def try_values(check: Callable[..., None], *, count: int, storm: bool, **strategies: Any) -> None:
    """Run `check` with so many values of the strategies, of a storm with 20 times as many.

    What fails is made as small as it gets, and raised.
    """
    run = hypothesis.given(**strategies)(check)
    run = hypothesis.seed(SEED)(run)
    settings = hypothesis.settings(
        max_examples=count * (STORM_FACTOR if storm else 1),
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    settings(run)()
