"""Old months leave the event table with an anchor of each chain; nothing is lost or unguarded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from core import identifiers
from core.events.chain import event_hash
from core.events.models import DeliveryState, Event, EventAnchor, EventDelivery
from core.events.partitions import create_partition
from core.events.retention import detach_old_partitions
from core.events.verification import verify_streams
from core.schedules import ensure_schedules

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = (datetime(2001, month, 15, tzinfo=UTC) for month in (1, 2, 3))
#: The first days on which a month is older than seven years.
JANUARY_GOES = datetime(2008, 2, 1, tzinfo=UTC)
FEBRUARY_GOES = datetime(2008, 3, 1, tzinfo=UTC)


@pytest.fixture
def three_months(emit, monkeypatch) -> None:
    """thing:a with 2 + 1 + 1 events in three months, thing:b with one in January only."""
    monkeypatch.setattr(identifiers, "_last", 0)
    for month, streams in ((JANUARY, "aab"), (FEBRUARY, "a"), (MARCH, "a")):
        create_partition(connection, month.replace(day=1))
        with time_machine.travel(month, tick=False):
            for stream in streams:
                emit(stream, month.month)


def detach_at(moment: datetime, **given: int) -> list[str]:
    with time_machine.travel(moment, tick=False):
        return detach_old_partitions(**given)


def verdicts() -> list[tuple[str, int, bool]]:
    return [(v.stream_id, v.events, v.broken is None) for v in verify_streams()]


def anchors() -> list[tuple[str, str, int]]:
    rows = EventAnchor.objects.order_by("partition", "stream_id")
    return list(rows.values_list("partition", "stream_id", "position"))


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_month_younger_than_the_limit_stays(three_months):
    assert detach_at(datetime(2008, 1, 31, 23, 59, tzinfo=UTC)) == []
    assert (Event.objects.count(), anchors()) == (5, [])


def test_month_older_than_the_limit_detached_with_its_anchors(three_months):
    last = Event.objects.get(stream_id="a", position=2)
    assert detach_at(JANUARY_GOES) == ["core_event_2001_01"]
    assert (Event.objects.count(), rows_of("core_event_2001_01")) == (2, 3)
    assert anchors() == [("core_event_2001_01", "a", 2), ("core_event_2001_01", "b", 1)]
    assert EventAnchor.objects.get(stream_id="a").hash == event_hash(last)
    assert verdicts() == [("a", 2, True), ("b", 0, True)]


def test_remaining_chain_broken_without_its_anchor(three_months):
    """Negative control: it is the anchor that the rest is verified from."""
    detach_at(JANUARY_GOES)
    execute("ALTER TABLE core_eventanchor DISABLE TRIGGER core_eventanchor_append_only")
    execute("DELETE FROM core_eventanchor WHERE stream_id = 'a'")
    assert verdicts() == [("a", 2, False), ("b", 0, True)]


def test_months_detached_one_after_the_other(three_months, emit):
    assert detach_at(JANUARY_GOES) == ["core_event_2001_01"]
    assert detach_at(FEBRUARY_GOES) == ["core_event_2001_02"]
    assert detach_at(FEBRUARY_GOES) == []
    assert anchors()[2:] == [("core_event_2001_02", "a", 3)]
    emit("b", 9)
    assert verdicts() == [("a", 1, True), ("b", 1, True)]
    assert Event.objects.get(stream_id="b").position == 2


def test_detached_months_verified_up_to_their_anchors(three_months, capsys):
    assert detach_at(FEBRUARY_GOES) == ["core_event_2001_01", "core_event_2001_02"]
    call_command("verify_events", detached=True)
    assert capsys.readouterr().out == (
        "verified: core_event_2001_01, 2 streams, 3 events\n"
        "verified: core_event_2001_02, 1 streams, 1 events\n"
        "verified: 2 streams, 1 events\n"
    )


@pytest.mark.parametrize(
    ("sql", "told", "problem"),
    [
        (
            "UPDATE core_event_2001_01 SET actor = 'x' WHERE stream_id = 'a' AND position = 1",
            "1 of 2 streams in core_event_2001_01 are broken",
            "its hash is not the previous_hash kept at position 2",
        ),
        (
            "UPDATE core_event_2001_02 SET actor = 'x' WHERE stream_id = 'a'",
            "1 of 1 streams in core_event_2001_02 are broken",
            "its hash is not the one kept in the stream's anchor",
        ),
        (
            "DELETE FROM core_event_2001_01 WHERE stream_id = 'b'",
            "1 of 2 streams in core_event_2001_01 are broken",
            "the chain ends at position 0, its anchor at 1",
        ),
        (
            "DELETE FROM core_eventanchor WHERE stream_id = 'b'",
            "1 of 2 streams are broken; 1 of 2 streams in core_event_2001_01 are broken",
            "its stream has no anchor",
        ),
    ],
)
def test_row_altered_in_a_detached_month_found(three_months, capsys, sql, told, problem):
    detach_at(FEBRUARY_GOES)
    for table in ("core_event_2001_01", "core_event_2001_02", "core_eventanchor"):
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    execute(sql)
    with pytest.raises(CommandError) as raised:
        call_command("verify_events", detached=True)
    assert str(raised.value) == told
    assert capsys.readouterr().err.endswith(f": {problem}\n")


def test_altered_detached_month_not_looked_at_unless_told(three_months, capsys):
    """Negative control: the months that remain say nothing about those that left."""
    detach_at(JANUARY_GOES)
    execute("ALTER TABLE core_event_2001_01 DISABLE TRIGGER USER")
    execute("UPDATE core_event_2001_01 SET actor = 'x'")
    call_command("verify_events")
    assert capsys.readouterr().out == "verified: 2 streams, 2 events\n"


def test_detached_month_that_is_gone_named(three_months):
    detach_at(JANUARY_GOES)
    execute("DROP TABLE core_event_2001_01")
    with pytest.raises(CommandError, match="core_event_2001_01 has an anchor, but is not in"):
        call_command("verify_events", detached=True)


def test_all_old_months_detached_at_once_when_kept_shorter(three_months):
    assert detach_at(datetime(2003, 3, 31, tzinfo=UTC), keep_years=2) == [
        "core_event_2001_01",
        "core_event_2001_02",
    ]


def test_setting_says_how_long(three_months, settings):
    settings.EVENT_RETENTION_YEARS = 8
    assert detach_at(JANUARY_GOES) == []
    settings.EVENT_RETENTION_YEARS = 7
    assert detach_at(JANUARY_GOES) == ["core_event_2001_01"]


def test_keeping_less_than_a_year_refused(three_months):
    with pytest.raises(ValueError, match="at least a year"):
        detach_old_partitions(keep_years=0)


@pytest.mark.parametrize(
    "statement", ["UPDATE {t} SET actor = 'x'", "DELETE FROM {t}", "TRUNCATE {t}"]
)
def test_detached_month_keeps_its_guards(three_months, statement):
    detach_at(JANUARY_GOES)
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(t="core_event_2001_01"))
    assert rows_of("core_event_2001_01") == 3


@pytest.mark.parametrize(
    ("state", "detached"),
    [
        (DeliveryState.PENDING, []),
        (DeliveryState.DEAD, []),
        (DeliveryState.DONE, ["core_event_2001_01"]),
        (DeliveryState.DISCARDED, ["core_event_2001_01"]),
    ],
)
def test_month_with_something_to_deliver_stays(three_months, state, detached):
    EventDelivery.objects.create(
        event_id=Event.objects.get(stream_id="b").id,
        subscriber="tests.listener",
        stream_type="thing",
        stream_id="b",
        position=1,
        state=state,
        next_attempt_at=timezone.now(),
    )
    assert detach_at(JANUARY_GOES) == detached


def test_month_with_a_broken_chain_stays_and_keeps_the_later_ones(three_months):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER core_event_append_only")
        cursor.execute("UPDATE core_event SET actor = 'x' WHERE stream_id = 'a' AND position = 1")
    assert detach_at(FEBRUARY_GOES) == []
    assert (Event.objects.count(), anchors()) == (5, [])


def test_detaching_is_on_the_schedule():
    ensure_schedules()
    task = PeriodicTask.objects.get(name="Detach old event partitions")
    assert (task.task, task.interval.every) == ("core.detach_old_partitions", 30 * 24 * 60 * 60)
