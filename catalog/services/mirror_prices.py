"""Taking over price lists and prices from Zoho. A price that staff own here is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.enums import Ownership
from catalog.models import Price, PriceList
from catalog.services.mirror_staging import fetch, stage_rows
from core.events.services import in_unit_of_work, queue_event
from core.locking import retry_on_deadlock

LARGEST_BATCH = 1000


@dataclass(frozen=True, slots=True)
class MirroredPrice:
    """The price of a product from a quantity on, in the currency of the list it is written to."""

    product_id: int
    minimum_quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PricesMirrored:
    """Products whose price was written, and prices: written, the same as before, staff's own."""

    product_ids: list[int] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0
    kept_local: int = 0


_COLUMNS = {"product_id": "int8", "minimum_quantity": "numeric", "amount": "numeric"}
_LOCK = """
SELECT price.ownership FROM catalog_price AS price
JOIN incoming_price AS incoming USING (product_id, minimum_quantity)
WHERE price.price_list_id = %s ORDER BY price.id FOR UPDATE OF price
"""
_UPSERT = """
INSERT INTO catalog_price AS price
    (price_list_id, product_id, minimum_quantity, amount, ownership, updated_at)
SELECT %s, product_id, minimum_quantity, amount, 'zoho', now()
FROM incoming_price ORDER BY product_id, minimum_quantity
ON CONFLICT (product_id, price_list_id, minimum_quantity) DO UPDATE
SET amount = EXCLUDED.amount, updated_at = now()
WHERE price.ownership = 'zoho' AND price.amount IS DISTINCT FROM EXCLUDED.amount
RETURNING price.product_id
"""


@in_unit_of_work
def mirror_price_list(
    *, zoho_pricebook_id: str, code: str, name: str, currency: str, is_active: bool
) -> PriceList:
    """The price list mirrored from Zoho, made when it is new. A name given here is kept.

    A list of the same code and currency that no price book belongs to yet is taken over.
    """
    known = PriceList.objects.select_for_update()
    price_list = known.filter(zoho_pricebook_id=zoho_pricebook_id).first()
    if price_list is None:
        price_list = known.filter(
            code=code, currency=currency, zoho_pricebook_id__isnull=True
        ).first()
    if price_list is None:
        if PriceList.objects.filter(code=code).exists():
            code = f"{code}_{zoho_pricebook_id[-6:]}"
        return PriceList.objects.create(
            code=code,
            name_en=name,
            currency=currency,
            is_active=is_active,
            zoho_pricebook_id=zoho_pricebook_id,
        )
    wanted = {
        "currency": currency,
        "is_active": is_active,
        "zoho_pricebook_id": zoho_pricebook_id,
    }
    changes = {
        name: {"old": getattr(price_list, name), "new": value}
        for name, value in wanted.items()
        if getattr(price_list, name) != value
    }
    if changes:
        for field_name, value in wanted.items():
            setattr(price_list, field_name, value)
        price_list.save(update_fields=list(changes))
        price_list.emit_event("price_list.updated", {"changes": changes})
    return price_list


def mirror_prices(*, price_list_id: int, prices: Sequence[MirroredPrice]) -> PricesMirrored:
    """Write at most 1,000 prices of one list; of a price given twice the last counts.

    One event names the products whose price changed. Raises ValueError for a larger batch.
    """
    if len(prices) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} prices a batch")
    latest = {(price.product_id, price.minimum_quantity): price for price in prices}
    if not latest:
        return PricesMirrored()
    return retry_on_deadlock(lambda: _write_prices(price_list_id, list(latest.values())))


@in_unit_of_work
def _write_prices(price_list_id: int, prices: list[MirroredPrice]) -> PricesMirrored:
    rows = ([price.product_id, price.minimum_quantity, price.amount] for price in prices)
    stage_rows(table="incoming_price", columns=_COLUMNS, rows=rows)
    kept_local = fetch(_LOCK, [price_list_id]).count(("local",))
    written = fetch(_UPSERT, [price_list_id])
    product_ids = sorted({row[0] for row in written})
    _tell(price_list_id, product_ids)
    unchanged = len(prices) - len(written) - kept_local
    return PricesMirrored(product_ids, len(written), unchanged, kept_local)


def remove_mirrored_prices(*, price_list_id: int, price_ids: Sequence[int]) -> int:
    """Remove prices that Zoho's list no longer has, at most 1,000; how many went.

    A price that staff took over meanwhile stays. Raises ValueError for a larger batch.
    """
    if len(price_ids) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} prices a batch")
    return retry_on_deadlock(lambda: _remove(price_list_id, list(price_ids)))


@in_unit_of_work
def _remove(price_list_id: int, price_ids: list[int]) -> int:
    doomed = list(
        Price.objects.filter(
            pk__in=price_ids, price_list_id=price_list_id, ownership=Ownership.ZOHO
        )
        .order_by("pk")
        .select_for_update()
    )
    Price.objects.filter(pk__in=[price.pk for price in doomed]).delete()
    _tell(price_list_id, sorted({price.product_id for price in doomed}))
    return len(doomed)


def _tell(price_list_id: int, product_ids: list[int]) -> None:
    if product_ids:
        queue_event(
            stream_type="price_list",
            stream_id=str(price_list_id),
            type="prices.mirrored",
            data={"price_list_id": price_list_id, "product_ids": product_ids},
        )
