"""Events: gapless positions, an unbroken chain, one fate with the change, never altered."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from core import identifiers
from core.context import Context, Source, use_context
from core.events import services
from core.events.chain import event_hash
from core.events.models import Event, ImmutableRowError, StreamHead
from core.events.partitions import create_coming_partitions, month_start
from core.events.registry import UnknownEventTypeError, subscribe
from core.events.services import (
    FloatInEventError,
    OutsideUnitOfWorkError,
    queue_event,
    unit_of_work,
)
from core.jobs.models import Job
from core.jobs.services import queue_job
from tests.concurrency.threads import run_together

THREADS = 8


def positions(stream_id: str) -> list[int]:
    """The positions of a stream's events, lowest first."""
    rows = Event.objects.filter(stream_type="thing", stream_id=stream_id)
    return list(rows.order_by("position").values_list("position", flat=True))


def broken_links(stream_id: str) -> list[int]:
    """Positions after which the chain does not go on, recomputed from the rows."""
    events = list(Event.objects.filter(stream_id=stream_id).order_by("position"))
    head = StreamHead.objects.get(stream_type="thing", stream_id=stream_id)
    following = [event.previous_hash for event in events[1:]] + [head.hash]
    return [
        event.position
        for event, expected in zip(events, following, strict=True)
        if event_hash(event) != expected
    ]


def test_event_written_with_context_and_first_link(event_catalogue, committed_db):
    context = Context(request_id="request-0001", actor="user:7", source=Source.ADMIN, reason="why")
    with use_context(context), unit_of_work():
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={"number": 3})
    event = Event.objects.get()
    assert (event.position, event.previous_hash, event.data) == (1, "", {"number": 3})
    assert (event.actor, event.source, event.request_id, event.reason) == (
        "user:7",
        "admin",
        "request-0001",
        "why",
    )


def test_positions_gapless_with_eight_threads_on_one_stream(emit, committed_db):
    def emit_ten(_: int) -> None:
        for number in range(10):
            emit("1", number)

    assert run_together(emit_ten, range(THREADS)) == [None] * THREADS
    assert positions("1") == list(range(1, 10 * THREADS + 1))
    assert broken_links("1") == []
    assert StreamHead.objects.get(stream_id="1").position == 10 * THREADS


def test_positions_collide_when_the_head_is_not_locked(emit, committed_db, monkeypatch):
    """Negative control: the lock on the stream's head is what keeps positions apart."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_streamhead DISABLE TRIGGER core_streamhead_forward_only")
    emit("1")
    all_have_read = threading.Barrier(THREADS)

    def read_without_lock(streams):
        heads = {
            (head.stream_type, head.stream_id): (head.position, head.hash)
            for head in StreamHead.objects.all()
        }
        all_have_read.wait(timeout=10)
        return {stream: heads[stream] for stream in streams}

    monkeypatch.setattr(services, "_lock_heads", read_without_lock)
    assert run_together(lambda _: emit("1"), range(THREADS)) == [None] * THREADS
    assert positions("1") == [1] + [2] * THREADS


@pytest.mark.django_db
def test_chain_holds_for_values_of_every_kind(event_catalogue):
    with unit_of_work():
        for value in (Decimal("1.500"), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 10**30, "نص €"):
            queue_event(
                stream_type="thing", stream_id="1", type="thing.happened", data={"number": [value]}
            )
    stored = list(Event.objects.order_by("position").values_list("data", flat=True))
    assert stored == [
        {"number": ["1.500"]},
        {"number": ["2026-01-02T03:04:05Z"]},
        {"number": [10**30]},
        {"number": ["نص €"]},
    ]
    assert broken_links("1") == []


@pytest.mark.django_db
def test_float_in_event_refused(event_catalogue):
    with unit_of_work(), pytest.raises(FloatInEventError, match=r"1e\+20"):
        queue_event(
            stream_type="thing", stream_id="1", type="thing.happened", data={"number": 1e20}
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "position"),
    [("data", '{"number": 9}', 2), ("actor", "user:1", 1), ("occurred_at", "2020-01-01Z", 3)],
)
def test_row_altered_behind_the_guard_found_by_recomputing(emit, column, value, position):
    for number in range(3):
        emit("1", number)
    assert broken_links("1") == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER core_event_append_only")
        cursor.execute(
            f"UPDATE core_event SET {column} = %s WHERE position = %s", [value, position]
        )
        assert cursor.rowcount == 1
    assert broken_links("1") == [position]


@pytest.mark.django_db
def test_event_of_a_failed_nested_unit_dropped_with_its_change(event_catalogue):
    with unit_of_work():
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={"number": 1})
        with pytest.raises(ZeroDivisionError), unit_of_work():
            queue_job(kind="tests.run")
            queue_event(
                stream_type="thing", stream_id="1", type="thing.happened", data={"number": 2}
            )
            raise ZeroDivisionError
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={"number": 3})
    assert [event.data["number"] for event in Event.objects.order_by("position")] == [1, 3]
    assert (Job.objects.count(), broken_links("1")) == (0, [])


def test_event_of_a_failed_unit_not_written(event_catalogue, committed_db):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={})
        raise ZeroDivisionError
    assert (Event.objects.count(), StreamHead.objects.count()) == (0, 0)


def test_event_queued_on_commit_is_written(event_catalogue, committed_db):
    def after_commit() -> None:
        with unit_of_work():
            queue_event(
                stream_type="thing", stream_id="late", type="thing.happened", data={"number": 2}
            )

    with unit_of_work():
        transaction.on_commit(after_commit)
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={"number": 1})
    assert (positions("1"), positions("late")) == ([1], [1])


@pytest.mark.django_db
def test_event_outside_a_unit_of_work_refused(event_catalogue):
    with pytest.raises(OutsideUnitOfWorkError, match=r"thing\.happened"):
        queue_event(stream_type="thing", stream_id="1", type="thing.happened", data={})


@pytest.mark.django_db
def test_event_of_unknown_type_refused(event_catalogue):
    with unit_of_work(), pytest.raises(UnknownEventTypeError, match=r"thing\.unheard"):
        queue_event(stream_type="thing", stream_id="1", type="thing.unheard", data={})
    assert Event.objects.count() == 0


def test_subscription_to_unknown_type_refused(event_catalogue):
    with pytest.raises(UnknownEventTypeError, match=r"thing\.unheard"):
        subscribe("tests.listener", ["thing.unheard"], lambda event: None)


@pytest.mark.django_db
def test_event_changed_through_the_model_refused(emit):
    emit("1")
    event = Event.objects.get()
    with pytest.raises(ImmutableRowError, match="events are written by"):
        event.save()
    with pytest.raises(ImmutableRowError, match="never deleted"):
        event.delete()


STATEMENTS = {
    "update": "UPDATE {table} SET actor = 'somebody'",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
}


def tables_of_events() -> dict[str, str]:
    """The parent, this month's partition, and the partition of everything else."""
    return {
        "parent": "core_event",
        "month": f"core_event_{datetime.now(UTC):%Y_%m}",
        "other": "core_event_other",
    }


def put_event_into_other(emit) -> None:
    """One event whose month has no partition."""
    with time_machine.travel(datetime(2035, 6, 15, tzinfo=UTC), tick=False):
        emit("far")


@pytest.fixture
def _clock_put_back(monkeypatch):
    """Ids made under a travelled clock do not push later ones ahead."""
    monkeypatch.setattr(identifiers, "_last", identifiers._last)


@pytest.mark.django_db
@pytest.mark.usefixtures("_clock_put_back")
@pytest.mark.parametrize("table", ["parent", "month", "other"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_change_by_raw_sql_refused(emit, table, statement):
    emit("1")
    put_event_into_other(emit)
    sql = STATEMENTS[statement].format(table=tables_of_events()[table])
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Event.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["parent", "month"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_change_by_raw_sql_succeeds_without_triggers(emit, table, statement):
    """Negative control: nothing but the triggers stands in the way."""
    emit("1")
    before = list(Event.objects.values_list("pk", "actor"))
    name = tables_of_events()[table]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree('core_event')")
        for (relation,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {relation} DISABLE TRIGGER USER")
        cursor.execute(STATEMENTS[statement].format(table=name))
    assert list(Event.objects.values_list("pk", "actor")) != before


@pytest.mark.django_db
@pytest.mark.usefixtures("_clock_put_back")
def test_partitions_made_ahead_and_filled_by_time(emit):
    with time_machine.travel(datetime(2031, 11, 17, tzinfo=UTC), tick=False):
        assert create_coming_partitions() == [
            "core_event_2031_11",
            "core_event_2031_12",
            "core_event_2032_01",
            "core_event_2032_02",
        ]
        emit("1")
    with time_machine.travel(datetime(2032, 1, 1, tzinfo=UTC), tick=False):
        emit("2")
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream_id, tableoid::regclass::text FROM core_event ORDER BY 1")
        assert cursor.fetchall() == [("1", "core_event_2031_11"), ("2", "core_event_2032_01")]


@pytest.mark.django_db
@pytest.mark.usefixtures("_clock_put_back")
def test_partitions_go_on_after_a_month_without_one(emit):
    with time_machine.travel(datetime(2033, 3, 10, tzinfo=UTC), tick=False):
        emit("1")
        assert create_coming_partitions() == [
            "core_event_2033_04",
            "core_event_2033_05",
            "core_event_2033_06",
        ]


@pytest.mark.parametrize(
    ("moment", "ahead", "expected"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 0, datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1, datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), 12, datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_month_start_over_the_years_end(moment, ahead, expected):
    assert month_start(moment, ahead) == expected
