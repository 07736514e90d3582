"""How many events one stream takes: each in a transaction of its own, from one process and many."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.pool import Pool

from bench.services import Services

BARE = "bare INSERT"
ONE = "tradepost"
PROCESSES = 8
MANY = f"tradepost, {PROCESSES} processes"
_TYPE = "bench.happened"


@dataclass(frozen=True)
class Emits:
    """One measurement: transactions committed a second, together."""

    candidate: str
    rate: float


def _set_up() -> None:
    """Make Django and the event type ready in this process, and connect."""
    import django  # noqa: PLC0415  (needs the settings' environment)

    django.setup()
    from core.events.registry import declare_event_type  # noqa: PLC0415
    from core.events.schemas import object_schema  # noqa: PLC0415

    schema = object_schema({"number": {"type": "integer"}})
    declare_event_type(_TYPE, meaning="The benchmark.", fields={"number": "which"}, schema=schema)
    emit_for(0.0)


def emit_for(seconds: float) -> float:
    """Emit into one stream for so long; events a second."""
    from core.events.services import queue_event, unit_of_work  # noqa: PLC0415

    count, began = 0, time.perf_counter()
    while True:
        with unit_of_work():
            queue_event(stream_type="bench", stream_id="1", type=_TYPE, data={"number": count})
        count += 1
        spent = time.perf_counter() - began
        if spent >= seconds:
            return count / spent


def insert_for(seconds: float) -> float:
    """Insert one row a transaction for so long; rows a second."""
    from django.db import connection, transaction  # noqa: PLC0415

    count, began = 0, time.perf_counter()
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_row (number) VALUES (%s)", [count])
        count += 1
        spent = time.perf_counter() - began
        if spent >= seconds:
            return count / spent


class Emitting:
    """Runs the candidates; the processes of the many are kept from round to round."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    def run(self, candidate: str) -> Emits:
        """Measure one candidate."""
        if candidate == BARE:
            return Emits(candidate, insert_for(self._seconds))
        if candidate == ONE:
            return Emits(candidate, emit_for(self._seconds))
        rates = self._pool.map(emit_for, [self._seconds] * PROCESSES, chunksize=1)
        return Emits(candidate, sum(rates))


@contextmanager
def emitting(services: Services, seconds: float) -> Iterator[Emitting]:
    """The table of the bare INSERT and the processes, for the block."""
    with services.connect() as connection:
        connection.execute(
            "CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " number bigint NOT NULL)"
        )
    _set_up()
    with multiprocessing.get_context("spawn").Pool(PROCESSES, initializer=_set_up) as pool:
        yield Emitting(pool, seconds)
