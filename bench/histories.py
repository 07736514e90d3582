"""What history costs: the same write of 10,000 prices with its history triggers and without."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal

from bench.services import Services

ROWS = 10_000
WAYS = ("update", "upsert")
_TRIGGERS = """
SELECT tgname FROM pg_trigger WHERE tgrelid = 'catalog_price'::regclass
AND tgname ~ '^pgtrigger_(insert_insert|update_update|delete_delete)_'
"""
_INCOMING = """
SELECT product_id, price_list_id, minimum_quantity, amount + 1
FROM catalog_price ORDER BY id LIMIT %s
"""
_COLUMNS = {
    "product_id": "int8",
    "price_list_id": "int8",
    "minimum_quantity": "numeric",
    "amount": "numeric",
}
_UPSERT = """
INSERT INTO catalog_price
    (product_id, price_list_id, minimum_quantity, amount, ownership, updated_at)
SELECT product_id, price_list_id, minimum_quantity, amount, 'zoho', now() FROM incoming_bench
ON CONFLICT (product_id, price_list_id, minimum_quantity) DO UPDATE SET amount = EXCLUDED.amount
"""


@dataclass(frozen=True)
class HistoryWrite:
    """One write of all rows, committed: rows a second, and how many history rows it left."""

    way: str
    has_history: bool
    rate: float
    recorded: int


class HistoryWrites:
    """Runs a write with and without history. Every write changes every row."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def run(self, way: str, *, has_history: bool) -> HistoryWrite:
        """Time one write. Raises AssertionError when history is not as it should be."""
        write = self._update if way == "update" else self._upsert
        before = self._recorded()
        self._switch("ENABLE" if has_history else "DISABLE")
        try:
            seconds = write()
        finally:
            self._switch("ENABLE")
        recorded = self._recorded() - before
        assert recorded == (ROWS if has_history else 0), f"{recorded} history rows"
        return HistoryWrite(way, has_history, ROWS / seconds, recorded)

    def _recorded(self) -> int:
        with self._services.connect() as connection:
            row = connection.execute("SELECT count(*) FROM catalog_pricehistory").fetchone()
        assert row is not None
        return int(row[0])

    def _switch(self, word: str) -> None:
        """Also tidies up, so that no write pays for the dead rows of the one before."""
        with self._services.connect() as connection:
            names = [name for (name,) in connection.execute(_TRIGGERS)]
            assert len(names) == 3, f"history triggers: {names}"
            for name in names:
                connection.execute(f'ALTER TABLE catalog_price {word} TRIGGER "{name}"')  # type: ignore[call-overload]
            connection.execute("VACUUM ANALYZE catalog_price")

    def _update(self) -> float:
        from django.db.models import F  # noqa: PLC0415  (Django must be set up)

        from catalog.models import Price  # noqa: PLC0415
        from core.events.services import unit_of_work  # noqa: PLC0415

        last = Price.objects.order_by("pk").values_list("pk", flat=True)[ROWS - 1]
        began = time.perf_counter()
        with unit_of_work():
            changed = Price.objects.filter(pk__lte=last).update(amount=F("amount") + Decimal(1))
        seconds = time.perf_counter() - began
        assert changed == ROWS, f"{changed} rows"
        return seconds

    def _upsert(self) -> float:
        from catalog.services.mirror_staging import fetch, stage_rows  # noqa: PLC0415
        from core.events.services import unit_of_work  # noqa: PLC0415

        rows = fetch(_INCOMING, [ROWS])
        began = time.perf_counter()
        with unit_of_work():
            stage_rows(table="incoming_bench", columns=_COLUMNS, rows=rows)
            fetch(_UPSERT)
        return time.perf_counter() - began
