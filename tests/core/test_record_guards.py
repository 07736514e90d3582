"""What the chains are verified against cannot be altered by SQL either: anchors and heads."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.events.models import EventAnchor, StreamHead

pytestmark = pytest.mark.django_db


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def record(emit) -> None:
    """thing:a with two events, and an anchor."""
    emit("a", 1)
    emit("a", 2)
    EventAnchor.objects.create(
        partition="old",
        stream_type="thing",
        stream_id="a",
        position=7,
        hash="f",
        detached_at=timezone.now(),
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_eventanchor SET hash = 'e'",
        "UPDATE core_eventanchor SET position = 8",
        "DELETE FROM core_eventanchor",
        "TRUNCATE core_eventanchor",
    ],
)
def test_anchor_altered_by_sql_refused(record, sql):
    with pytest.raises(DatabaseError, match="rows of core_eventanchor are a record"):
        execute(sql)
    assert list(EventAnchor.objects.values_list("position", "hash")) == [(7, "f")]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DELETE FROM core_streamhead", "rows of core_streamhead are a record"),
        ("TRUNCATE core_streamhead", "rows of core_streamhead are a record"),
        ("UPDATE core_streamhead SET position = 1", "head of stream thing:a goes forward only"),
        ("UPDATE core_streamhead SET hash = 'e'", "head of stream thing:a goes forward only"),
        ("UPDATE core_streamhead SET stream_id = 'b'", "head of stream thing:a goes forward only"),
    ],
)
def test_head_altered_by_sql_refused(record, sql, message):
    before = StreamHead.objects.values("stream_id", "position", "hash").get()
    with pytest.raises(DatabaseError, match=message):
        execute(sql)
    assert StreamHead.objects.values("stream_id", "position", "hash").get() == before


def test_head_goes_forward(record, emit):
    emit("a", 3)
    execute("UPDATE core_streamhead SET position = position, hash = hash")
    assert StreamHead.objects.get().position == 3


def test_head_goes_back_without_the_guard(record):
    """Negative control: the trigger is what refuses."""
    execute("ALTER TABLE core_streamhead DISABLE TRIGGER core_streamhead_forward_only")
    execute("UPDATE core_streamhead SET position = 1")
    assert StreamHead.objects.get().position == 1
