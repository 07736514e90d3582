"""`verify_events`: what was altered behind the guards is found, and the first row is named."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.events import verification
from core.events.chain import event_hash
from core.events.models import Event, EventAnchor
from core.events.verification import BrokenRow, StreamVerdict, verify_streams

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_streams(emit) -> None:
    """Streams thing:a with four events and thing:b with two."""
    for number in range(4):
        emit("a", number)
    for number in range(2):
        emit("b", number)


def event_at(stream_id: str, position: int) -> Event:
    return Event.objects.get(stream_id=stream_id, position=position)


def broken_rows() -> dict[str, BrokenRow]:
    """The first broken row of each broken stream."""
    return {v.stream_id: v.broken for v in verify_streams() if v.broken is not None}


def test_intact_streams_counted(two_streams, capsys):
    assert list(verify_streams()) == [
        StreamVerdict("thing", "a", 4, None),
        StreamVerdict("thing", "b", 2, None),
    ]
    call_command("verify_events")
    assert capsys.readouterr().out == "verified: 2 streams, 6 events\n"


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_chains_longer_than_one_fetch_verified(two_streams, monkeypatch, rows):
    monkeypatch.setattr(verification, "ROWS_AT_A_TIME", rows)
    assert [(v.events, v.broken) for v in verify_streams()] == [(4, None), (2, None)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data", """'{"number": 9}'"""),
        ("actor", "'user:1'"),
        ("source", "'sync'"),
        ("reason", "'another'"),
        ("request_id", "'another'"),
        ("type", "'thing.other'"),
        ("schema_version", "2"),
        ("occurred_at", "occurred_at + interval '1 microsecond'"),
    ],
)
def test_altered_row_named_whatever_its_column(two_streams, behind_the_guard, column, value):
    behind_the_guard(
        f"UPDATE core_event SET {column} = {value} WHERE stream_id = 'a' AND position = 2"
    )
    problem = "its hash is not the previous_hash kept at position 3"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 2).id, 2, problem)}


def test_altered_last_row_named(two_streams, behind_the_guard):
    behind_the_guard("UPDATE core_event SET actor = 'x' WHERE stream_id = 'a' AND position = 4")
    problem = "its hash is not the one kept in the stream's head"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 4).id, 4, problem)}


def test_first_of_two_altered_rows_named(two_streams, behind_the_guard):
    behind_the_guard(
        "UPDATE core_event SET actor = 'x' WHERE stream_id = 'a' AND position IN (1, 3)"
    )
    assert broken_rows()["a"].position == 1


def test_row_after_a_deleted_one_named(two_streams, behind_the_guard):
    behind_the_guard("DELETE FROM core_event WHERE stream_id = 'a' AND position = 2")
    problem = "stands at position 3 where 2 is expected"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 3).id, 3, problem)}


def test_deleted_row_whose_place_was_closed_found(two_streams, behind_the_guard):
    behind_the_guard("DELETE FROM core_event WHERE stream_id = 'a' AND position = 2")
    behind_the_guard(
        "UPDATE core_event SET position = position - 1 WHERE stream_id = 'a' AND position > 2"
    )
    problem = "its hash is not the previous_hash kept at position 2"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 1).id, 1, problem)}


def test_swapped_hashes_found(two_streams, behind_the_guard):
    behind_the_guard(
        "UPDATE core_event AS one SET previous_hash = other.previous_hash FROM core_event AS other"
        " WHERE one.stream_id = 'a' AND other.stream_id = 'a'"
        " AND (one.position, other.position) IN ((2, 3), (3, 2))"
    )
    problem = "its hash is not the previous_hash kept at position 2"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 1).id, 1, problem)}


def test_forged_beginning_named(two_streams, behind_the_guard):
    behind_the_guard(
        "UPDATE core_event SET previous_hash = 'f' WHERE stream_id = 'b' AND position = 1"
    )
    problem = "its previous_hash is not that of the chain's beginning"
    assert broken_rows() == {"b": BrokenRow(event_at("b", 1).id, 1, problem)}


def test_cut_tail_found_by_the_head(two_streams, behind_the_guard):
    behind_the_guard("DELETE FROM core_event WHERE stream_id = 'a' AND position >= 3")
    problem = "the chain ends at position 2, its head at 4"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 2).id, 2, problem)}


def test_stream_without_any_event_left_found(two_streams, behind_the_guard, capsys):
    behind_the_guard("DELETE FROM core_event WHERE stream_id = 'b'")
    problem = "the chain ends at position 0, its head at 2"
    assert broken_rows() == {"b": BrokenRow(None, None, problem)}
    with pytest.raises(CommandError):
        call_command("verify_events")
    assert capsys.readouterr().err == f"thing:b (no events): {problem}\n"


def test_stream_whose_head_is_gone_found(two_streams, behind_the_guard):
    behind_the_guard("DELETE FROM core_streamhead WHERE stream_id = 'b'")
    assert broken_rows() == {"b": BrokenRow(event_at("b", 2).id, 2, "its stream has no head")}


def test_command_names_the_row_and_exits_with_one(two_streams, behind_the_guard, capsys):
    behind_the_guard("UPDATE core_event SET actor = 'x' WHERE stream_id = 'a' AND position = 2")
    with pytest.raises(CommandError, match="1 of 2 streams are broken") as raised:
        call_command("verify_events")
    assert raised.value.returncode == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"thing:a position 2, event {event_at('a', 2).id}:"
        " its hash is not the previous_hash kept at position 3\n"
    )


def test_one_stream_verified_by_itself(two_streams, behind_the_guard, capsys):
    behind_the_guard("UPDATE core_event SET actor = 'x' WHERE stream_id = 'a' AND position = 2")
    call_command("verify_events", stream="thing:b")
    assert capsys.readouterr().out == "verified: 1 streams, 2 events\n"
    with pytest.raises(CommandError, match="1 of 1 streams are broken"):
        call_command("verify_events", stream="thing:a")


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        ("thing", "--stream takes TYPE:ID"),
        ("thing:", "--stream takes TYPE:ID"),
        ("thing:z", "there is no stream thing:z"),
    ],
)
def test_stream_that_cannot_be_verified_refused(two_streams, stream, message):
    with pytest.raises(CommandError, match=message):
        call_command("verify_events", stream=stream)


def test_chain_goes_on_from_its_latest_anchor(two_streams, behind_the_guard):
    for position in (1, 2):
        EventAnchor.objects.create(
            partition=f"old_{position}",
            stream_type="thing",
            stream_id="a",
            position=position,
            hash=event_hash(event_at("a", position)),
            detached_at=timezone.now(),
        )
    behind_the_guard("DELETE FROM core_event WHERE stream_id = 'a' AND position <= 2")
    assert [(v.events, v.broken) for v in verify_streams()] == [(2, None), (2, None)]
    behind_the_guard("UPDATE core_eventanchor SET hash = 'f' WHERE position = 2")
    problem = "its previous_hash is not that of the chain's beginning"
    assert broken_rows() == {"a": BrokenRow(event_at("a", 3).id, 3, problem)}
