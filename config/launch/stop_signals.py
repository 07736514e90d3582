"""Ctrl-C, SIGTERM and SIGHUP as a flag that every wait looks at."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from config.launch.errors import StopRequested

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_SECONDS = 0.03


class StopSignals:
    """Counts requests to stop while it is entered; handlers are put back afterwards.

    A flag and not an exception out of the handler: an exception could come between the start of a
    child and the note that it runs.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.last_signal = 0
        self._tick: Callable[[], None] = lambda: None
        self._previous: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def on_wait(self, tick: Callable[[], None]) -> None:
        """Have `tick` called on every turn of every wait."""
        self._tick = tick

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        """Sleep a moment; raises StopRequested as soon as a stop was asked for."""
        self.raise_if_requested()
        self._tick()
        time.sleep(seconds)
        self.raise_if_requested()

    def raise_if_requested(self) -> None:
        """Raise StopRequested when a stop was asked for."""
        if self.requests:
            raise StopRequested

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.requests += 1
        self.last_signal = number
