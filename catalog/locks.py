"""The locks of the catalogue: one function each, always in primary-key order."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.models import StockLevel
from core.locking import lock_rows


def lock_sellable_stock(product_ids: Iterable[int]) -> list[StockLevel]:
    """The stock rows from which shoppers are served, locked; by id."""
    return lock_rows(
        StockLevel.objects.filter(
            product_id__in=list(product_ids), location__is_active=True, location__is_sellable=True
        ).select_related("location")
    )


def lock_stock(stock_ids: Iterable[int]) -> dict[int, StockLevel]:
    """These stock rows, locked; by id."""
    return {row.pk: row for row in lock_rows(StockLevel.objects.filter(pk__in=list(stock_ids)))}
