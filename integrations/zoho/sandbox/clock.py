"""The sandbox's own time, which tests may set, advance and freeze."""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_WITHOUT_ZONE_DATA = {"Asia/Baghdad": 3, "America/New_York": -5}


class VirtualClock:
    """Seconds since 1970 UTC; runs with real time until it is set, advanced or frozen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shift = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        """Return the virtual time in seconds since 1970 UTC."""
        with self._lock:
            if self._frozen_at is not None:
                return self._frozen_at
            return time.time() + self._shift

    def set(self, moment: float) -> None:
        """Jump to ``moment`` (seconds since 1970 UTC); a frozen clock stays frozen there."""
        with self._lock:
            self._shift = moment - time.time()
            if self._frozen_at is not None:
                self._frozen_at = moment

    def advance(self, seconds: float) -> None:
        """Move by ``seconds``, frozen or not."""
        self.set(self.now() + seconds)

    def freeze(self) -> None:
        """Stand still until :meth:`run`."""
        moment = self.now()
        with self._lock:
            self._frozen_at = moment

    def run(self) -> None:
        """Go on at real speed from the present virtual moment."""
        moment = self.now()
        with self._lock:
            self._frozen_at = None
            self._shift = moment - time.time()

    def follow_real_time(self) -> None:
        """Forget every shift."""
        with self._lock:
            self._frozen_at = None
            self._shift = 0.0

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen_at is not None


def zone(name: str) -> tzinfo:
    """Return the named time zone, or its standard offset where no zone data is installed."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=_WITHOUT_ZONE_DATA[name]))


def stamp(seconds: float, in_zone: tzinfo) -> str:
    """Write a moment as Zoho does: ``2026-10-09T14:30:52-0400``."""
    return datetime.fromtimestamp(int(seconds), in_zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def parse_stamp(text: str) -> int:
    """Read Zoho's own form only. Raises ValueError for any other."""
    return int(datetime.strptime(_checked(text), "%Y-%m-%dT%H:%M:%S%z").timestamp())


def _checked(text: str) -> str:
    if len(text) != 24 or text[19] not in "+-" or not text[20:].isdigit():
        raise ValueError(f"not a Zoho time stamp: {text!r}")
    return text


def utc_text(seconds: float) -> str:
    """Write a moment in UTC with milliseconds, for the journal."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
