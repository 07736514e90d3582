"""The bridge from our context to the one that the history triggers store with each row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import pghistory

from core.context import current_context

_described: ContextVar[dict[str, str] | None] = ContextVar("tradepost_history", default=None)


@contextlib.contextmanager
def history_context() -> Iterator[None]:
    """History rows written in the block carry actor, source, request id and reason."""
    context = current_context()
    described = {
        "actor": context.actor,
        "source": str(context.source),
        "request_id": context.request_id,
        "reason": context.reason,
    }
    outer = _described.get()
    token = _described.set(described)
    try:
        with pghistory.context(**described):
            yield
    finally:
        _described.reset(token)
        if outer is not None:
            # A nested block writes into its parent's values and leaves them changed.
            pghistory.context(**outer)
