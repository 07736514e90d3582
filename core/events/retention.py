"""Taking old months out of the event table. Their rows stay, guarded, in tables of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.events.models import EventAnchor, EventDelivery
from core.events.partitions import month_start
from core.events.verification import BrokenRow, walk_partition
from core.identifiers import uuid7_floor

log = structlog.get_logger(__name__)

ANCHORS_AT_A_TIME = 1_000


class PartitionStaysError(Exception):
    """The partition cannot be detached now; says why."""


def _old_partitions(limit: datetime) -> list[tuple[str, datetime]]:
    """The attached months that end at `limit` or before, oldest first: name and end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'core_event'::regclass"
            r" AND inhrelid::regclass::text ~ '^core_event_\d{4}_\d{2}$' ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
    ends = [(name, month_start(_month_of(name), 1)) for name in names]
    return [(name, end) for name, end in ends if end <= limit]


def _month_of(partition: str) -> datetime:
    return datetime.strptime(partition, "core_event_%Y_%m").replace(tzinfo=UTC)


def _refuse_undelivered(end: datetime) -> None:
    """The relay reads events from the event table: what it still holds must stay there."""
    held = EventDelivery.objects.filter(
        state__in=EventDelivery.HELD_STATES, event_id__lt=uuid7_floor(end)
    )
    if held.exists():
        raise PartitionStaysError("a delivery of its events is pending or a dead letter")


def _described(stream: tuple[str, str], broken: BrokenRow) -> str:
    return f"{stream[0]}:{stream[1]} position {broken.position}: {broken.problem}"


def _store_anchors(partition: str) -> None:
    """Keep each chain's last position and hash inside the partition, the chain being whole."""
    now = timezone.now()
    anchors: list[EventAnchor] = []
    for stream, chain in walk_partition(partition):
        if chain.broken is not None:
            raise PartitionStaysError(_described(stream, chain.broken))
        anchors.append(
            EventAnchor(
                partition=partition,
                stream_type=stream[0],
                stream_id=stream[1],
                position=chain.link.position,
                hash=chain.link.hash,
                detached_at=now,
            )
        )
        if len(anchors) == ANCHORS_AT_A_TIME:
            EventAnchor.objects.bulk_create(anchors)
            anchors = []
    EventAnchor.objects.bulk_create(anchors)


def _detach(partition: str) -> None:
    """Detach and guard again: PostgreSQL takes the row guard, the parent's, away with the tie."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE core_event DETACH PARTITION {partition}")
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {partition}_append_only"
            f" BEFORE UPDATE OR DELETE ON {partition}"
            " FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {partition}_no_truncate BEFORE TRUNCATE ON {partition}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()"
        )


def detach_old_partitions(*, keep_years: int | None = None) -> list[str]:
    """Detach the months that ended more than `keep_years` ago; their names, oldest first.

    `keep_years` is the setting EVENT_RETENTION_YEARS when not given. Each month goes in a
    transaction of its own, with an anchor for each of its chains. A month that still has
    deliveries to make, or a chain that does not go on from its anchor, stays and is logged; so do
    the later ones, since a chain is detached from its beginning only.
    """
    years = settings.EVENT_RETENTION_YEARS if keep_years is None else keep_years
    if years < 1:
        raise ValueError("events are kept in the event table for at least a year")
    detached: list[str] = []
    for partition, end in _old_partitions(month_start(timezone.now(), -12 * years)):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    # A month of events may take longer to read than a request's statement should.
                    cursor.execute("SET LOCAL statement_timeout = 0")
                _refuse_undelivered(end)
                _store_anchors(partition)
                _detach(partition)
        except PartitionStaysError as reason:
            log.error("event_partition_stays", partition=partition, reason=str(reason))
            break
        detached.append(partition)
    return detached
