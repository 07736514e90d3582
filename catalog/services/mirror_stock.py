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
from catalog.models import Movement
from catalog.services.mirror_staging import fetch, stage_rows
from core.context import current_context
from core.events.services import in_unit_of_work, queue_event
from core.locking import retry_on_deadlock

LARGEST_BATCH = 200


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
_LOCK = """
SELECT stock.id, stock.ownership FROM catalog_stocklevel AS stock
JOIN incoming_stock AS incoming USING (product_id, location_id)
ORDER BY stock.id FOR UPDATE OF stock
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
    """Write at most 200 rows of stock that Zoho was asked for at `read_began` or later.

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
    ownerships = [row[1] for row in fetch(_LOCK)]
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
    kept_local = ownerships.count("local")
    written = len(added) + len(changed)
    unchanged = len(levels) - written - kept_local
    return StockMirrored(product_ids, written, unchanged, kept_local, settled)


def _record_movements(moved: list[tuple[int, int, Decimal]]) -> None:
    context = current_context()
    Movement.objects.bulk_create(
        [
            Movement(
                product_id=product_id,
                location_id=location_id,
                kind=MovementKind.MIRROR,
                quantity=quantity,
                reason="Zoho's stock",
                actor=context.actor,
                source=str(context.source),
                request_id=context.request_id,
            )
            for product_id, location_id, quantity in moved
            if quantity
        ]
    )
