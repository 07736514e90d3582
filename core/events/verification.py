"""Recomputing the hash chains: is the record of what happened still the one that was written?"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from core.events.chain import event_hash
from core.events.models import Event, StreamHead

#: Streams whose chains `verify_in_parts` reads in one transaction.
STREAMS_A_PART = 500
#: Rows fetched at a time; what is held in memory does not grow with the record.
ROWS_AT_A_TIME = 2_000

_EVENT_COLUMNS = (
    "id",
    "position",
    "type",
    "schema_version",
    "data",
    "actor",
    "source",
    "request_id",
    "reason",
    "occurred_at",
    "previous_hash",
)
_ONE_STREAM = "WHERE stream_type = %s AND stream_id = %s"
_AFTER = "(stream_type, stream_id) > (%s, %s)"
_UP_TO = "(stream_type, stream_id) <= (%s, %s)"
# One statement, so that heads, anchors and events are of one moment while others go on writing.
_CHAINS = """
SELECT stream_type, stream_id, anchor.position, anchor.hash, head.position, head.hash, {columns}
FROM (SELECT * FROM core_event {condition}) event
FULL JOIN (SELECT * FROM core_streamhead {condition}) head USING (stream_type, stream_id)
FULL JOIN (
    SELECT DISTINCT ON (stream_type, stream_id) * FROM core_eventanchor {condition}
    ORDER BY stream_type, stream_id, position DESC
) anchor USING (stream_type, stream_id)
ORDER BY stream_type, stream_id, event.position, event.id
"""
_PARTITION = """
SELECT stream_type, stream_id, anchor.position, anchor.hash, NULL, NULL, {columns}
FROM {partition} event
LEFT JOIN (
    SELECT DISTINCT ON (stream_type, stream_id) * FROM core_eventanchor
    ORDER BY stream_type, stream_id, position DESC
) anchor USING (stream_type, stream_id)
ORDER BY stream_type, stream_id, event.position, event.id
"""
# The anchor that a partition left behind is where its chain ends; the one before, where it begins.
_DETACHED = """
SELECT stream_type, stream_id, before.position, before.hash, anchor.position, anchor.hash, {columns}
FROM {partition} event
FULL JOIN (
    SELECT * FROM core_eventanchor WHERE partition = %s
) anchor USING (stream_type, stream_id)
LEFT JOIN LATERAL (
    SELECT earlier.position, earlier.hash FROM core_eventanchor earlier
    WHERE earlier.stream_type = anchor.stream_type AND earlier.stream_id = anchor.stream_id
    AND earlier.position < anchor.position
    ORDER BY earlier.position DESC LIMIT 1
) before ON true
ORDER BY stream_type, stream_id, event.position, event.id
"""


class Link(NamedTuple):
    """A place in a chain: the position, and the hash of the event there."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """Where a chain breaks first. The event is None when the stream has none left to name."""

    event_id: uuid.UUID | None
    position: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class StreamVerdict:
    """What became of one stream: how many of its events were read, and its first broken row."""

    stream_type: str
    stream_id: str
    events: int
    broken: BrokenRow | None


class _Row(NamedTuple):
    stream_type: str
    stream_id: str
    anchor: Link
    head: Link | None
    event: Event | None


class Chain:
    """The walk along one stream's events; keeps the first thing found wrong."""

    def __init__(self, start: Link) -> None:
        self.link = start
        self.last: Event | None = None
        self.events = 0
        self.broken: BrokenRow | None = None

    def _break(self, event: Event | None, problem: str) -> None:
        if self.broken is None:
            position = event.position if event else None
            self.broken = BrokenRow(event.id if event else None, position, problem)

    def add(self, event: Event) -> None:
        """Go on to the stream's next event."""
        self.events += 1
        if self.broken is not None:
            return
        expected = self.link.position + 1
        if event.position != expected:
            self._break(event, f"stands at position {event.position} where {expected} is expected")
        elif event.previous_hash != self.link.hash:
            self._break_before(event)
        self.link = Link(event.position, event_hash(event))
        self.last = event

    def _break_before(self, event: Event) -> None:
        if self.last is None:
            self._break(event, "its previous_hash is not that of the chain's beginning")
        else:
            self._break(
                self.last,
                f"its hash is not the previous_hash kept at position {event.position}",
            )

    def end(self, kept: Link | None, keeper: str = "head") -> None:
        """Compare the end with what was kept of it in the stream's head, or in its anchor."""
        if kept is None:
            self._break(self.last, f"its stream has no {keeper}")
        elif kept.position != self.link.position:
            self._break(
                self.last,
                f"the chain ends at position {self.link.position}, its {keeper} at {kept.position}",
            )
        elif kept.hash != self.link.hash:
            self._break(self.last, f"its hash is not the one kept in the stream's {keeper}")


def _read(values: tuple[Any, ...]) -> _Row:
    stream_type, stream_id, anchor_position, anchor_hash, head_position, head_hash, *rest = values
    columns = dict(zip(_EVENT_COLUMNS, rest, strict=True))
    event = None
    if columns["id"] is not None:
        columns["data"] = json.loads(columns["data"])
        event = Event(stream_type=stream_type, stream_id=stream_id, **columns)
    return _Row(
        stream_type,
        stream_id,
        Link(anchor_position or 0, anchor_hash or ""),
        None if head_position is None else Link(head_position, head_hash),
        event,
    )


Stream = tuple[str, str]


def _rows(condition: str = "", values: list[str] | None = None) -> Iterator[_Row]:
    """Every event with its stream's anchor and head; a stream without events is one row."""
    sql = _CHAINS.format(
        columns=", ".join(f"event.{name}" for name in _EVENT_COLUMNS), condition=condition
    )
    yield from _fetched_in_peace(sql, (values or []) * 3)


def _fetched_in_peace(sql: str, values: list[str]) -> Iterator[_Row]:
    with transaction.atomic():
        # Sorting a long record may take longer than a request's statement ever should.
        with connection.cursor() as settings:
            settings.execute("SET LOCAL statement_timeout = 0")
        yield from _fetched(sql, values)


def _fetched(sql: str, values: list[str]) -> Iterator[_Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            yield from map(_read, rows)


def _walk(rows: Iterator[_Row]) -> Iterator[tuple[tuple[str, str], Chain, Link | None]]:
    """Each stream with its chain, walked from the anchor to its end, and its head."""
    for stream, group in groupby(rows, key=lambda row: (row.stream_type, row.stream_id)):
        first = next(group)
        chain = Chain(first.anchor)
        for row in itertools.chain([first], group):
            if row.event is not None:
                chain.add(row.event)
        yield stream, chain, first.head


def verify_streams(*, stream: tuple[str, str] | None = None) -> Iterator[StreamVerdict]:
    """Recompute the chain of every stream, or of the one (type, id); a verdict for each, by name.

    Positions must run gapless from 1, or from the anchor of what was detached; each event must
    hold the hash of the one before it, and the head the position and hash of the last. Of two
    rows that do not fit each other the earlier one is named.
    """
    yield from _verdicts(_rows(_ONE_STREAM, list(stream)) if stream else _rows())


def verify_in_parts() -> Iterator[list[StreamVerdict]]:
    """As `verify_streams` for all, some streams at a time, each part in a transaction of its own.

    Between two parts nothing is held, so the caller may store how far it is. A stream is always
    read in one part; the parts leave no gap, also not for streams that have lost their head.
    """
    after: Stream | None = None
    while True:
        last = _end_of_part(after)
        bounds = [(_AFTER, after), (_UP_TO, last)]
        given = [(text, stream) for text, stream in bounds if stream is not None]
        condition = " AND ".join(text for text, _ in given)
        values = [value for _, stream in given for value in stream]
        yield list(_verdicts(_rows(f"WHERE {condition}" if condition else "", values)))
        if last is None:
            return
        after = last


def _end_of_part(after: Stream | None) -> Stream | None:
    """The last stream of the part that follows `after`; None when that is the last part."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream_type, stream_id FROM core_streamhead"
            " WHERE %s OR (stream_type, stream_id) > (%s, %s)"
            " ORDER BY stream_type, stream_id OFFSET %s LIMIT 1",
            [after is None, *(after or ("", "")), STREAMS_A_PART - 1],
        )
        found: Stream | None = cursor.fetchone()
        return found


def count_streams() -> int:
    """How many streams have a head."""
    return StreamHead.objects.count()


def in_words(verdict: StreamVerdict) -> str:
    """Where a broken stream breaks first."""
    assert verdict.broken is not None, "asked of broken streams only"
    broken = verdict.broken
    stream = f"{verdict.stream_type}:{verdict.stream_id}"
    if broken.event_id is None:
        return f"{stream} (no events): {broken.problem}"
    return f"{stream} position {broken.position}, event {broken.event_id}: {broken.problem}"


def _verdicts(rows: Iterator[_Row]) -> Iterator[StreamVerdict]:
    for (stream_type, stream_id), chain, head in _walk(rows):
        chain.end(head)
        yield StreamVerdict(stream_type, stream_id, chain.events, chain.broken)


def detached_partitions() -> list[tuple[str, bool]]:
    """The partitions that left an anchor, oldest first, and whether each is still here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partition, to_regclass(quote_ident(partition)) IS NOT NULL"
            " FROM core_eventanchor GROUP BY partition ORDER BY partition"
        )
        return [(str(name), bool(is_here)) for name, is_here in cursor.fetchall()]


def verify_detached(partition: str) -> Iterator[StreamVerdict]:
    """As `verify_streams` for one detached partition: from the anchor before it up to its own."""
    sql = _DETACHED.format(
        columns=", ".join(f"event.{name}" for name in _EVENT_COLUMNS),
        partition=connection.ops.quote_name(partition),
    )
    for (stream_type, stream_id), chain, anchor in _walk(_fetched_in_peace(sql, [partition])):
        chain.end(anchor, "anchor")
        yield StreamVerdict(stream_type, stream_id, chain.events, chain.broken)


def walk_partition(partition: str) -> Iterator[tuple[tuple[str, str], Chain]]:
    """Each stream's chain inside one partition, from its latest anchor on."""
    columns = ", ".join(f"event.{name}" for name in _EVENT_COLUMNS)
    for stream, chain, _ in _walk(
        _fetched(_PARTITION.format(columns=columns, partition=partition), [])
    ):
        yield stream, chain
