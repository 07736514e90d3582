"""Relays that are killed between the effect and its mark: what happened once, and what twice."""

from __future__ import annotations

import uuid
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from core.events.models import DeliveryState, Event, EventDelivery
from tests.concurrency.processes import run_module
from tests.concurrency.relay_victims import STREAMS

Effect = tuple[uuid.UUID, str, int]


@pytest.fixture
def kills(storm) -> int:
    """How many processes are killed, one for each event."""
    return 200 if storm else 12


@pytest.fixture
def effects_table(committed_db) -> str:
    """The committed database with the table `effect`, which lets anything in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE effect (id bigserial, event_id uuid, stream_id text, position bigint)"
        )
    return committed_db


def relay_through_kills(folder: Path, database: str, *arguments: object) -> int:
    """Run the victims to the end; how many were killed."""
    ended = run_module(
        "tests.concurrency.relay_victims", folder, *arguments, database=database, seconds=600
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return int(ended.stdout)


def rows() -> list[Effect]:
    """The effects inside the database, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id, stream_id, position FROM effect ORDER BY id")
        return cursor.fetchall()


def lines(folder: Path) -> list[Effect]:
    """The effects outside the database, oldest first."""
    split = [line.split() for line in (folder / "effects").read_text().splitlines()]
    return [(uuid.UUID(event), stream, int(position)) for event, stream, position in split]


def events() -> set[Effect]:
    return set(Event.objects.values_list("id", "stream_id", "position"))


def positions_by_stream(effects: list[Effect]) -> dict[str, list[int]]:
    return {
        str(stream): [position for _, found, position in effects if found == str(stream)]
        for stream in range(STREAMS)
    }


def in_order(total: int) -> dict[str, list[int]]:
    return {str(stream): list(range(1, total // STREAMS + 1)) for stream in range(STREAMS)}


def states() -> Counter[str]:
    return Counter(EventDelivery.objects.values_list("state", flat=True))


def test_effect_inside_the_database_happens_once_through_all_kills(effects_table, kills, tmp_path):
    killed = relay_through_kills(tmp_path, effects_table, kills, 2, "inside", "together")
    assert killed == kills
    happened = rows()
    assert (len(happened), set(happened)) == (kills, events())
    assert positions_by_stream(happened) == in_order(kills)
    assert states() == {DeliveryState.DONE: kills}
    print(f"\n{killed} kills: {len(happened)} effects inside the database, each once, in order")


def test_effect_outside_the_database_repeats_under_its_event_id(effects_table, kills, tmp_path):
    killed = relay_through_kills(tmp_path, effects_table, kills, 2, "outside", "together")
    assert killed == kills
    sent = lines(tmp_path)
    assert Counter(Counter(sent).values()) == {2: kills}
    received = list(dict.fromkeys(sent))
    assert (len(received), set(received)) == (kills, events())
    assert positions_by_stream(received) == in_order(kills)
    assert states() == {DeliveryState.DONE: kills}
    print(f"\n{killed} kills: {len(sent)} lines outside, {len(received)} by event id, in order")


def test_effect_doubled_when_marked_apart_negative_control(effects_table, kills, tmp_path):
    """Without the common transaction the very same kills double every effect."""
    killed = relay_through_kills(tmp_path, effects_table, kills, 1, "inside", "apart")
    assert killed == kills
    assert Counter(Counter(rows()).values()) == {2: kills}
    print(f"\n{killed} kills with the mark apart: every one of {kills} effects doubled")
