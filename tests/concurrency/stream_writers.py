"""Processes that emit on one stream at once.

`python -m tests.concurrency.stream_writers STREAM PROCESSES EVENTS_EACH locked|unlocked`
Ends with status 0 when every process has emitted all its events.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.synchronize import Barrier

import django
from django.db import connection


def read_heads_without_a_lock(
    streams: list[tuple[str, str]],
) -> dict[tuple[str, str], tuple[int, str]]:
    """What the service reads of the heads, but nobody is kept from reading the same."""
    heads = {}
    with connection.cursor() as cursor:
        for stream in sorted(set(streams)):
            cursor.execute(
                "INSERT INTO core_streamhead (stream_type, stream_id, position, hash)"
                " VALUES (%s, %s, 0, '') ON CONFLICT DO NOTHING",
                stream,
            )
            cursor.execute(
                "SELECT position, hash FROM core_streamhead"
                " WHERE stream_type = %s AND stream_id = %s",
                stream,
            )
            heads[stream] = cursor.fetchone()
    return heads


def emit_all(stream_id: str, numbers: range, start: Barrier) -> None:
    """Emit one event for each number, each in a unit of work of its own."""
    from core.events.services import queue_event, unit_of_work  # noqa: PLC0415
    from tests.concurrency.processes import EVENT_TYPE, STREAM_TYPE  # noqa: PLC0415

    connection.ensure_connection()
    start.wait(timeout=60)
    for number in numbers:
        with unit_of_work():
            queue_event(
                stream_type=STREAM_TYPE,
                stream_id=stream_id,
                type=EVENT_TYPE,
                data={"number": number},
            )


def main(stream_id: str, processes: int, events_each: int, *, is_locked: bool) -> int:
    """Fork the writers, let them start together, wait for all; how many failed."""
    django.setup()
    from core.events import services  # noqa: PLC0415  (models must be loaded first)
    from tests.concurrency.processes import declare_thing  # noqa: PLC0415

    declare_thing()
    if not is_locked:
        services._lock_heads = read_heads_without_a_lock
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(processes)
    writers = [
        fork.Process(
            target=emit_all,
            args=(stream_id, range(index * events_each, (index + 1) * events_each), start),
        )
        for index in range(processes)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return sum(writer.exitcode != 0 for writer in writers)


if __name__ == "__main__":
    stream, count, each, guard = sys.argv[1:]
    sys.exit(main(stream, int(count), int(each), is_locked=guard == "locked"))
