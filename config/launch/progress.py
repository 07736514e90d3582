"""One line a step, with the elapsed time; a ticking line while a terminal watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Tells the steps of a launch on `stream`.

    A terminal sees the running step tick; anything else gets plain lines, one when a step ends.
    A reader that went away is no reason to stop serving, so failed writes are dropped.
    """

    _FRAMES = "|/-\\"
    _TICK_SECONDS = 0.1

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._started = time.monotonic()
        self._live = self._stream.isatty()
        self._current = ""
        self._last_tick = 0.0
        self._frame = 0

    def elapsed(self) -> float:
        """Seconds since this launch began."""
        return time.monotonic() - self._started

    def line(self, text: str = "") -> None:
        """Print one line."""
        if self._live and self._current:
            self._write("\r\033[K")
        self._write(text + "\n")

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """Announce `doing` on a terminal, and print `done` with the time when it ends well."""
        self._current = doing
        self.tick()
        try:
            yield
        finally:
            if self._live:
                self._write("\r\033[K")
            self._current = ""
        self.line(f"[{self.elapsed():5.1f} s] {done}")

    def tick(self) -> None:
        """Redraw the running step's line; called by everything that waits."""
        now = time.monotonic()
        if not self._live or not self._current or now - self._last_tick < self._TICK_SECONDS:
            return
        self._last_tick = now
        self._frame = (self._frame + 1) % len(self._FRAMES)
        self._write(
            f"\r\033[K[{self.elapsed():5.1f} s] {self._FRAMES[self._frame]} {self._current} ..."
        )

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._live = False
