"""Taking over stock from Zoho without giving back what an order here has taken.

Zoho knows of our orders late: a reservation that we moved out is still in its physical stock until
it ships there, and one that it confirmed is in its committed figure as well as in our `reserved`.
Both are taken out of Zoho's figures here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.enums import MovementKind
from catalog.services.mirror_staging import fetch, stage_rows
from core.context import current_context
from core.events.services import in_unit_of_work, queue_event
from core.identifiers import uuid7
from core.locking import retry_on_deadlock

LARGEST_BATCH = 500


@dataclass(frozen=True, slots=True)
class MirroredStock:
    """Zoho's physical stock of a product at a place, and what it has promised of it."""

    product_id: int
    location_id: int
    physical: Decimal
    committed: Decimal


@dataclass(frozen=True, slots=True)
class StockMirrored:
    """Products whose stock was written, and rows: written, the same as before, kept by staff."""

    product_ids: list[int] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0
    kept_local: int = 0
    settled: int = 0


_COLUMNS = {
    "product_id": "int8",
    "location_id": "int8",
    "physical": "numeric",
    "committed": "numeric",
}
_ADD_MISSING = """
INSERT INTO catalog_stocklevel AS stock
    (product_id, location_id, ownership, on_hand, reserved, committed_elsewhere, updated_at)
SELECT product_id, location_id, 'zoho', physical, 0, greatest(committed, 0), now()
FROM incoming_stock ORDER BY product_id, location_id
ON CONFLICT (product_id, location_id) DO NOTHING
RETURNING product_id, location_id, on_hand
"""
# By an array and not by a join: a join's plan hangs on statistics that a pull has made stale.
_LOCK = """
SELECT product_id, location_id, ownership FROM catalog_stocklevel
WHERE product_id = ANY(%s) ORDER BY id FOR UPDATE
"""
_SETTLE = """
UPDATE catalog_reservation AS reservation SET state = 'settled'
FROM catalog_stocklevel AS stock
JOIN incoming_stock AS incoming USING (product_id, location_id)
WHERE reservation.id = ANY(%s) AND reservation.state = 'shipped'
  AND reservation.stock_id = stock.id AND stock.ownership = 'zoho'
RETURNING reservation.id
"""
_WRITE = """
WITH ours AS (
    SELECT reservation.stock_id,
        coalesce(sum(quantity) FILTER (WHERE state = 'shipped'), 0) AS moved_out,
        coalesce(sum(quantity) FILTER (WHERE mirrored_at <= %s), 0) AS promised
    FROM catalog_reservation AS reservation
    JOIN catalog_stocklevel AS held ON held.id = reservation.stock_id
    JOIN incoming_stock AS read_now USING (product_id, location_id)
    WHERE reservation.state IN ('active', 'shipped')
    GROUP BY reservation.stock_id
), wanted AS (
    SELECT stock.id, stock.on_hand AS before,
        incoming.physical - coalesce(ours.moved_out, 0) AS on_hand,
        greatest(0, incoming.committed - coalesce(ours.promised, 0)) AS committed_elsewhere
    FROM incoming_stock AS incoming
    JOIN catalog_stocklevel AS stock USING (product_id, location_id)
    LEFT JOIN ours ON ours.stock_id = stock.id
    WHERE stock.ownership = 'zoho'
)
UPDATE catalog_stocklevel AS stock
SET on_hand = wanted.on_hand, committed_elsewhere = wanted.committed_elsewhere, updated_at = now()
FROM wanted
WHERE stock.id = wanted.id
  AND (stock.on_hand, stock.committed_elsewhere)
      IS DISTINCT FROM (wanted.on_hand, wanted.committed_elsewhere)
RETURNING stock.product_id, stock.location_id, wanted.on_hand - wanted.before
"""


def mirror_stock(
    *,
    levels: Sequence[MirroredStock],
    read_began: datetime,
    shipped_there: Sequence[int] = (),
) -> StockMirrored:
    """Write at most 500 rows of stock that Zoho was asked for at `read_began` or later.

    `shipped_there` are reservations that Zoho had shipped before `read_began`: those of these rows
    become settled in the same transaction. `reserved` is never touched; rows that staff own are
    left alone. Every change of on hand has its movement; one event names the products.
    Raises ValueError for a larger batch.
    """
    if len(levels) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} stock rows a batch")
    latest = {(level.product_id, level.location_id): level for level in levels}
    if not latest:
        return StockMirrored()
    return retry_on_deadlock(
        lambda: _write_stock(list(latest.values()), read_began, list(shipped_there))
    )


@in_unit_of_work
def _write_stock(
    levels: list[MirroredStock], read_began: datetime, shipped_there: list[int]
) -> StockMirrored:
    rows = ([getattr(level, name) for name in _COLUMNS] for level in levels)
    stage_rows(table="incoming_stock", columns=_COLUMNS, rows=rows)
    added = fetch(_ADD_MISSING)
    wanted = {(level.product_id, level.location_id) for level in levels}
    locked = fetch(_LOCK, [sorted({product_id for product_id, _ in wanted})])
    settled = len(fetch(_SETTLE, [shipped_there])) if shipped_there else 0
    changed = fetch(_WRITE, [read_began])
    _record_movements(added + changed)
    product_ids = sorted({row[0] for row in added + changed})
    if product_ids:
        queue_event(
            stream_type="mirror",
            stream_id="stock",
            type="stock.mirrored",
            data={"product_ids": product_ids},
        )
    kept_local = sum(
        (product, place) in wanted and own == "local" for product, place, own in locked
    )
    written = len(added) + len(changed)
    unchanged = len(levels) - written - kept_local
    return StockMirrored(product_ids, written, unchanged, kept_local, settled)


_RECORD = """
INSERT INTO catalog_movement (id, product_id, location_id, kind, quantity, reason,
    actor, source, request_id, created_at)
SELECT moved.id, moved.product_id, moved.location_id, %s, moved.quantity, %s, %s, %s, %s, now()
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::numeric[])
    AS moved (id, product_id, location_id, quantity)
"""


def _record_movements(moved: list[tuple[int, int, Decimal]]) -> None:
    rows = [(uuid7(), *row) for row in moved if row[2]]
    if not rows:
        return
    context = current_context()
    fetch(
        _RECORD,
        [
            MovementKind.MIRROR.value,
            "Zoho's stock",
            context.actor,
            str(context.source),
            context.request_id,
            *([row[column] for row in rows] for column in range(4)),
        ],
    )
