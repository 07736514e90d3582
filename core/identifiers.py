"""Time-ordered identifiers (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import UTC, datetime

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A UUID whose order is the order of creation: 48 bits of milliseconds, then a counter.

    Within one process ids never run backwards, even when the clock does: the 12 bits after the
    version continue the millisecond (RFC 9562, method 3) and are stepped on a tie.
    """
    global _last  # noqa: PLW0603  (one counter for the process)
    nanoseconds = time.time_ns()
    stamp = (nanoseconds // 1_000_000) << 12 | ((nanoseconds % 1_000_000) << 12) // 1_000_000
    with _lock:
        stamp = _last = max(stamp, _last + 1)
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random_bits
    return uuid.UUID(int=value)


def uuid7_floor(moment: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of the millisecond of `moment`: a bound for ranges of time."""
    milliseconds = int(moment.astimezone(UTC).timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80)
