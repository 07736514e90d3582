"""Taking over a catalogue in bulk, against update_or_create row by row; both in this process.

A product is ten rows: itself, six prices, three stock rows. Both ways write them to the same tables
under the same history triggers, and with each change of stock its movement, because what is on hand
must equal the sum of the ledger. The bulk way also writes its events and cache versions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from bench.process_cpu import used_between
from bench.seed import SeedProduct, make_products
from bench.services import Services

ROWS_A_PRODUCT = 10
BULK_PRODUCTS = 1000
SINGLE_PRODUCTS = 40
Item = TypeVar("Item")
_SEEN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Upsert:
    """One way's run: all rows new, then the same rows changed. CPU is in microseconds a row."""

    way: str
    rows: int
    insert_rate: float
    update_rate: float
    insert_cpu: float | None
    update_cpu: float | None


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items each, the last one shorter."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def changed(product: SeedProduct) -> SeedProduct:
    """The product with another name, other prices and other stock: all ten rows change."""
    return replace(
        product,
        name_en=f"{product.name_en} II",
        amounts=tuple(amount + 1 for amount in product.amounts),
        on_hand=tuple(quantity + 1 for quantity in product.on_hand),
    )


class Upserts:
    """Runs the two ways on products that nobody has seen yet."""

    def __init__(self, services: Services) -> None:
        from catalog.models import PriceList  # noqa: PLC0415  (Django must be set up)
        from settings_modules.locations.models import Location  # noqa: PLC0415

        self._services = services
        self._lists = list(PriceList.objects.order_by("pk").values_list("pk", flat=True))
        self._places = list(Location.objects.order_by("pk").values_list("pk", flat=True))
        self._next = 100_000

    def run_bulk(self) -> Upsert:
        """Tradepost's mirror services, in the batches that a pull uses."""
        return self._run("tradepost", BULK_PRODUCTS, self._write_bulk)

    def run_row_by_row(self) -> Upsert:
        """update_or_create for each row."""
        return self._run("row by row", SINGLE_PRODUCTS, self._write_rows)

    def _run(
        self, way: str, count: int, write: Callable[[Sequence[SeedProduct], datetime], None]
    ) -> Upsert:
        products = make_products(count, seed=self._next, first=self._next)
        self._next += count
        rows = count * ROWS_A_PRODUCT
        insert = self._time(lambda: write(products, _SEEN))
        later = [changed(product) for product in products]
        update = self._time(lambda: write(later, _SEEN + timedelta(hours=1)))
        self._check(later)
        return Upsert(
            way=way,
            rows=rows,
            insert_rate=rows / insert[0],
            update_rate=rows / update[0],
            insert_cpu=None if insert[1] is None else insert[1] / rows * 1e6,
            update_cpu=None if update[1] is None else update[1] / rows * 1e6,
        )

    def _time(self, work: Callable[[], None]) -> tuple[float, float | None]:
        """Seconds, and CPU seconds of this process and the services."""
        before = self._services.cpu_seconds()
        own, began = time.process_time(), time.perf_counter()
        work()
        seconds, own = time.perf_counter() - began, time.process_time() - own
        after = self._services.cpu_seconds()
        if before is None or after is None:
            return seconds, None
        return seconds, own + used_between(before, after)

    def _check(self, products: Sequence[SeedProduct]) -> None:
        """Raise AssertionError unless every row has its last value."""
        from catalog.models import Price, Product, StockLevel  # noqa: PLC0415

        ids = list(
            Product.objects.filter(
                zoho_item_id__in=[product.zoho_item_id for product in products],
                name_en__endswith=" II",
            ).values_list("pk", flat=True)
        )
        amounts = sum(Price.objects.filter(product__in=ids).values_list("amount", flat=True))
        stock = sum(StockLevel.objects.filter(product__in=ids).values_list("on_hand", flat=True))
        assert len(ids) == len(products), f"{len(ids)} of {len(products)} products"
        assert amounts == sum(sum(product.amounts) for product in products), "prices"
        assert stock == sum(sum(product.on_hand) for product in products), "stock"

    def _write_bulk(self, products: Sequence[SeedProduct], seen: datetime) -> None:
        from catalog.models import Product  # noqa: PLC0415
        from catalog.services import mirror_prices, mirror_products, mirror_stock  # noqa: PLC0415

        for batch in batched(products, mirror_products.LARGEST_BATCH):
            items = [mirror_products.MirroredProduct(**_item_values(item, seen)) for item in batch]
            mirror_products.mirror_products(products=items)
        wanted = [product.zoho_item_id for product in products]
        found = Product.objects.filter(zoho_item_id__in=wanted).values_list("zoho_item_id", "pk")
        ids = {str(zoho_item_id): pk for zoho_item_id, pk in found}
        for index, price_list in enumerate(self._lists):
            for batch in batched(products, mirror_prices.LARGEST_BATCH):
                prices = [
                    mirror_prices.MirroredPrice(
                        ids[item.zoho_item_id], Decimal(1), item.amounts[index]
                    )
                    for item in batch
                ]
                mirror_prices.mirror_prices(price_list_id=price_list, prices=prices)
        levels = (
            mirror_stock.MirroredStock(ids[item.zoho_item_id], place, quantity, Decimal(0))
            for item in products
            for place, quantity in zip(self._places, item.on_hand, strict=True)
        )
        for some in batched(levels, mirror_stock.LARGEST_BATCH):
            mirror_stock.mirror_stock(levels=some, read_began=seen)

    def _write_rows(self, products: Sequence[SeedProduct], seen: datetime) -> None:
        from catalog.models import Movement, Price, Product, StockLevel  # noqa: PLC0415

        for item in products:
            values = _item_values(item, seen)
            del values["zoho_category_id"]
            row, _ = Product.objects.update_or_create(
                zoho_item_id=values.pop("zoho_item_id"),
                defaults={
                    "zoho_modified_at": values.pop("modified_at"),
                    "zoho_content_hash": values.pop("content_hash"),
                    **values,
                },
            )
            for price_list, amount in zip(self._lists, item.amounts, strict=True):
                Price.objects.update_or_create(
                    product=row,
                    price_list_id=price_list,
                    minimum_quantity=Decimal(1),
                    defaults={"amount": amount, "ownership": "zoho"},
                )
            for place, quantity in zip(self._places, item.on_hand, strict=True):
                key = {"product_id": row.pk, "location_id": place}
                before = StockLevel.objects.filter(**key).values_list("on_hand", flat=True).first()
                StockLevel.objects.update_or_create(
                    **key, defaults={"on_hand": quantity, "ownership": "zoho"}
                )
                if quantity != (before or 0):
                    Movement.objects.create(
                        **key,
                        kind="mirror",
                        quantity=quantity - (before or 0),
                        reason="Zoho's stock",
                        actor="system",
                        source="sync",
                        request_id="bench",
                    )


def _item_values(item: SeedProduct, seen: datetime) -> dict[str, Any]:
    return {
        "zoho_item_id": item.zoho_item_id,
        "sku": item.sku,
        "name_en": item.name_en,
        "name_ar": item.name_ar,
        "description_en": item.description_en,
        "description_ar": item.description_ar,
        "barcode": item.barcode,
        "unit": "pcs",
        "zoho_category_id": "",
        "is_active": item.is_active,
        "is_stock_tracked": True,
        "modified_at": seen,
        "content_hash": f"{item.number}-{seen:%Y%m%d%H%M}",
    }
