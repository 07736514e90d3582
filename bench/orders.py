"""Orders on hot items, and whether anything was sold twice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg

from bench.cells import BASELINE, TRADEPOST
from bench.measure import Measurement, measure
from bench.seed import HOT_ITEMS
from bench.servers import PREFIX, Server
from bench.services import Services

_PLENTY = 1_000_000
#: Pieces of each hot item in the sell-out: gone long before the run ends.
_FEW = 8
#: How each candidate refuses an order that its stock cannot serve.
_REFUSAL = {TRADEPOST: 409, BASELINE: 422}
_HOT = """
SELECT p.id, trim_scale(price.amount)::text FROM catalog_product p
JOIN catalog_price price ON price.product_id = p.id
JOIN catalog_pricelist list ON list.id = price.price_list_id
WHERE list.code = 'consumer_iqd' AND price.amount > 0 AND p.is_active
ORDER BY p.id LIMIT %s
"""
# One place holds all of it, so that every order fights for the same ten rows.
_STOCK_UP = """
UPDATE catalog_stocklevel AS stock SET on_hand = stock.reserved + CASE
    WHEN location_id = (SELECT min(id) FROM locations_location) THEN %s ELSE 0 END
WHERE product_id = ANY(%s)
"""
_LEDGER = """
SELECT
    (SELECT coalesce(sum(reserved), 0) FROM catalog_stocklevel WHERE product_id = ANY(%(ids)s)),
    (SELECT coalesce(sum(quantity), 0) FROM catalog_orderline WHERE product_id = ANY(%(ids)s)),
    (SELECT coalesce(sum(r.quantity), 0) FROM catalog_reservation r
     JOIN catalog_stocklevel s ON s.id = r.stock_id WHERE s.product_id = ANY(%(ids)s)),
    (SELECT coalesce(sum(-available) FILTER (WHERE available < 0), 0) FROM catalog_stocklevel
     WHERE product_id = ANY(%(ids)s))
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Pieces of the hot items: reserved in stock, on order lines, in reservations, oversold."""

    reserved: Decimal
    ordered: Decimal
    promised: Decimal
    oversold: Decimal


@dataclass(frozen=True, slots=True)
class Conservation:
    """What must be zero after a run: pieces sold twice, and pieces that do not add up."""

    oversold: int
    lost: int

    @property
    def holds(self) -> bool:
        """Whether every piece was sold at most once and is accounted for."""
        return self.oversold == 0 and self.lost == 0


def conservation(before: Ledger, after: Ledger, accepted_pieces: int) -> Conservation:
    """Compare two readings with what the answers said was sold between them."""
    changes = (
        after.reserved - before.reserved,
        after.ordered - before.ordered,
        after.promised - before.promised,
    )
    lost = max(abs(int(change) - accepted_pieces) for change in changes)
    return Conservation(oversold=int(after.oversold), lost=lost)


@dataclass(frozen=True)
class OrderRun:
    """One measured run, what its books say, and how many orders were refused for want of stock."""

    measurement: Measurement
    books: Conservation
    refused: int


class OrderLoad:
    """Orders of three of ten hot items, on one server after the other."""

    def __init__(self, services: Services) -> None:
        self._services = services
        with services.connect() as connection:
            found = connection.execute(_HOT, [HOT_ITEMS]).fetchall()
        self._items = [(row[0], float(row[1])) for row in found]
        self._ids = [row[0] for row in found]

    def run(
        self, candidate: str, server: Server, *, seconds: float, name: str, sells_out: bool = False
    ) -> OrderRun:
        """Place orders for `seconds`; `sells_out` leaves too few pieces and expects refusals."""
        refusal = _REFUSAL[candidate]
        with self._services.connect() as connection:
            connection.execute(_STOCK_UP, [_FEW if sells_out else _PLENTY, self._ids])
            load = {
                "orders": {
                    "run": name,
                    "path": f"{PREFIX}/orders",
                    "items": self._items,
                }
            }
            before = self._read(connection)
            measurement = measure(
                candidate,
                server,
                self._services,
                load,
                seconds=seconds,
                accepted=(201, refusal) if sells_out else (201,),
            )
            after = self._read(connection)
        placed = measurement.answers(201)
        books = conservation(before, after, 3 * placed)
        return OrderRun(measurement, books, refused=measurement.answers(refusal))

    def _read(self, connection: psycopg.Connection[Any]) -> Ledger:
        row = connection.execute(_LEDGER, {"ids": self._ids}).fetchone()
        assert row is not None
        return Ledger(*row)
