"""Relays that are killed between a subscriber's effect and its mark, once for every event.

`python -m tests.concurrency.relay_victims FOLDER EVENTS LANES inside|outside together|apart`
emits the events, then keeps LANES processes relaying, each forked anew when it was killed, until
every delivery is finished. The effect is a row in the table `effect`, or a line in FOLDER/effects.
Prints how many processes were killed.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from pathlib import Path

import django
from django.db import connection, connections, transaction

STREAMS = 4
#: A process that found everything finished says so by this status.
ALL_FINISHED = 0
MORE_TO_DO = 3


def die_once(folder: Path, name: str) -> None:
    """Kill this very process, the first time that it is called with `name`."""
    try:
        os.close(os.open(folder / "deaths" / name, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def subscribe_with_effect(folder: Path, effect: str) -> None:
    """Register the one subscriber: its effect is a row of the transaction, or a line of a file."""
    from core.events.models import Event  # noqa: PLC0415  (models must be loaded first)
    from core.events.registry import subscribe  # noqa: PLC0415
    from tests.concurrency.processes import EVENT_TYPE  # noqa: PLC0415

    def insert_row(event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO effect (event_id, stream_id, position) VALUES (%s, %s, %s)",
                [event.id, event.stream_id, event.position],
            )

    def append_line(event: Event) -> None:
        opened = os.open(folder / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(opened, f"{event.id} {event.stream_id} {event.position}\n".encode())
        os.fsync(opened)
        os.close(opened)

    handle = insert_row if effect == "inside" else append_line
    subscribe("tests.effect", [EVENT_TYPE], handle)


def die_before_every_mark(folder: Path) -> None:
    """The first attempt to write the mark of a delivery kills the process."""
    from core.events.models import EventDelivery  # noqa: PLC0415

    write_mark = EventDelivery.save

    def save(self: EventDelivery, *args: object, **options: object) -> None:
        die_once(folder, str(self.pk))
        write_mark(self, *args, **options)

    EventDelivery.save = save


def mark_apart_from_the_effect() -> None:
    """Take the guard away: effect and mark are transactions of their own."""
    from core.events import relay  # noqa: PLC0415

    attempt = relay._attempt
    relay._attempt = lambda delivery: transaction.on_commit(lambda: attempt(delivery))


def emit(events: int) -> None:
    """So many events over a few streams, in turn."""
    from core.events.services import queue_event, unit_of_work  # noqa: PLC0415
    from tests.concurrency.processes import EVENT_TYPE, STREAM_TYPE  # noqa: PLC0415

    for number in range(events):
        with unit_of_work():
            queue_event(
                stream_type=STREAM_TYPE,
                stream_id=str(number % STREAMS),
                type=EVENT_TYPE,
                data={"number": number},
            )


def relay_until_finished() -> None:
    """One relaying process: ends by itself when it finds nothing due."""
    from core.events.models import EventDelivery  # noqa: PLC0415
    from core.events.relay import run_relay  # noqa: PLC0415

    run_relay()
    held = EventDelivery.objects.filter(state__in=EventDelivery.HELD_STATES).exists()
    sys.exit(MORE_TO_DO if held else ALL_FINISHED)


def relay_in_lanes(lanes: int) -> int:
    """Replace every process that ended before all was finished; how many were killed."""
    fork = multiprocessing.get_context("fork")
    killed = 0
    running = []
    finished = False
    while not finished or running:
        while not finished and len(running) < lanes:
            process = fork.Process(target=relay_until_finished)
            process.start()
            running.append(process)
        multiprocessing.connection.wait([process.sentinel for process in running])
        for process in [process for process in running if process.exitcode is not None]:
            running.remove(process)
            killed += process.exitcode == -signal.SIGKILL
            finished = finished or process.exitcode == ALL_FINISHED
            if process.exitcode == MORE_TO_DO:
                time.sleep(0.02)
    return killed


def main(folder: Path, events: int, lanes: int, effect: str, guard: str) -> None:
    """Emit, then relay through all the deaths."""
    django.setup()
    from tests.concurrency.processes import declare_thing  # noqa: PLC0415

    declare_thing()
    subscribe_with_effect(folder, effect)
    emit(events)
    connections.close_all()
    (folder / "deaths").mkdir()
    die_before_every_mark(folder)
    if guard == "apart":
        mark_apart_from_the_effect()
    print(relay_in_lanes(lanes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
