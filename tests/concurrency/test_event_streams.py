"""Many processes on one stream: gapless positions, one unbroken chain."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.events.models import Event, StreamHead
from core.events.verification import BrokenRow, StreamVerdict, verify_streams
from tests.concurrency.processes import run_module

PROCESSES = 8


def write_together(database: str, events_each: int, guard: str, *, refusal: str = "") -> float:
    """Eight processes emit so many events each on thing:a; the seconds it took.

    With `refusal` one of them at least must have been refused by the database with these words.
    """
    begun = time.monotonic()
    ended = run_module(
        "tests.concurrency.stream_writers",
        *("a", PROCESSES, events_each, guard),
        database=database,
        seconds=600,
    )
    assert (ended.returncode == 0) is (refusal == ""), ended.stderr[-3000:]
    assert refusal in ended.stderr
    return time.monotonic() - begun


def positions() -> list[int]:
    return list(Event.objects.order_by("position").values_list("position", flat=True))


def test_eight_processes_on_one_stream_leave_one_chain(committed_db, storm, capsys):
    events_each = 1000 if storm else 60
    total = PROCESSES * events_each
    seconds = write_together(committed_db, events_each, "locked")
    assert positions() == list(range(1, total + 1))
    assert StreamHead.objects.get().position == total
    assert list(verify_streams()) == [StreamVerdict("thing", "a", total, None)]
    numbers = list(Event.objects.order_by("position").values_list("data__number", flat=True))
    assert sorted(numbers) == list(range(total))
    by_writer = [[n for n in numbers if n // events_each == w] for w in range(PROCESSES)]
    assert by_writer == [sorted(written) for written in by_writer]
    call_command("verify_events")
    assert capsys.readouterr().out == f"verified: 1 streams, {total} events\n"
    altered = Event.objects.get(position=total // 2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER core_event_append_only")
        cursor.execute("UPDATE core_event SET actor = 'user:1' WHERE id = %s", [altered.id])
        cursor.execute("ALTER TABLE core_event ENABLE TRIGGER core_event_append_only")
    problem = f"its hash is not the previous_hash kept at position {total // 2 + 1}"
    broken = BrokenRow(altered.id, total // 2, problem)
    assert list(verify_streams()) == [StreamVerdict("thing", "a", total, broken)]
    with pytest.raises(CommandError, match="1 of 1 streams are broken"):
        call_command("verify_events")
    print(f"\n{PROCESSES} processes, {total} events on one stream in {seconds:.1f} s: one chain")


def test_database_refuses_a_head_that_falls_behind(committed_db):
    write_together(committed_db, 30, "unlocked", refusal="goes forward only")


def test_eight_processes_break_the_chain_without_the_guards_negative_control(committed_db, storm):
    events_each = 1000 if storm else 30
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_streamhead DISABLE TRIGGER core_streamhead_forward_only")
    write_together(committed_db, events_each, "unlocked")
    found = positions()
    doubled = sum(count - 1 for count in Counter(found).values())
    assert len(found) == PROCESSES * events_each
    assert doubled > 0
    [verdict] = verify_streams()
    assert verdict.broken is not None
    print(f"\nwithout the guards: {doubled} of {len(found)} positions given twice")
