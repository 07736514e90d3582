"""When a failed delivery is tried again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

#: Waits after the first, second, … failure; the last one repeats.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
JITTER = 0.1
#: A receiver cannot put us off for longer than this.
LONGEST_RETRY_AFTER = timedelta(hours=10)


def wait_after(attempts: int, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after failure number `attempts`, up to a tenth more or less.

    Where the receiver asked for longer by Retry-After, so long, but no longer than 10 hours.
    """
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    wait *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    if retry_after is None:
        return wait
    return max(wait, min(retry_after, LONGEST_RETRY_AFTER))


def read_retry_after(value: str, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for, in seconds or as a date; None without one."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**9))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment - now if moment.tzinfo is not None else None
