"""What a request or a task costs in SQL: how many statements, how long, and which were slow.

The counting wrapper sits on the default connection of the thread for as long as the work lasts.
Statements that run while an answer is streamed, after the view has returned, are not counted.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

#: Slow statements remembered of one request or task, the first ones.
MOST_SLOW_STATEMENTS = 10
LONGEST_STATEMENT = 2_000
_LITERAL = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A statement without the values of its parameters, and its milliseconds."""

    text: str
    ms: float


@dataclass(slots=True)
class SqlCost:
    """Adds up as statements are executed. `seconds` is the time they waited for the database."""

    slow_from_seconds: float
    count: int = 0
    seconds: float = 0.0
    slow: list[SlowStatement] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """Django's hook around each statement."""
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = time.perf_counter() - started
            self.count += 1
            self.seconds += spent
            if spent >= self.slow_from_seconds and len(self.slow) < MOST_SLOW_STATEMENTS:
                self.slow.append(SlowStatement(shown_statement(sql), round(spent * 1000, 1)))

    @property
    def ms(self) -> float:
        """Milliseconds in SQL."""
        return round(self.seconds * 1000, 1)


def shown_statement(sql: Any) -> str:
    """The statement with its placeholders and without any literal text, at most 2,000 characters.

    Django passes values beside the statement; a text written into it is taken out here.
    """
    text = sql if isinstance(sql, str) else str(sql)
    return " ".join(_LITERAL.sub("'?'", text[: 4 * LONGEST_STATEMENT]).split())[:LONGEST_STATEMENT]


@contextlib.contextmanager
def sql_measured() -> Iterator[SqlCost]:
    """Count what the default connection of this thread executes in the block."""
    cost = SqlCost(slow_from_seconds=settings.SLOW_QUERY_MS / 1000)
    with connection.execute_wrapper(cost):
        yield cost
