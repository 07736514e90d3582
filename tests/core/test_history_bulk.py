"""History of bulk writes: one row for each of ten thousand, whatever wrote them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection

from catalog.models import Price, Product
from catalog.services.mirror_staging import stage_rows
from core.context import Context, Source, use_context
from core.history.context import history_context
from tests.factories.catalog import make_shop

pytestmark = pytest.mark.django_db

COUNT = 10_000
CONTEXT = Context(
    request_id="request-0001", actor="user:7", source=Source.IMPORT, reason="new season"
)
TOLD = {
    "actor": "user:7",
    "source": "import",
    "request_id": "request-0001",
    "reason": "new season",
}
History = apps.get_model("catalog", "PriceHistory")
COLUMNS = {"product_id": "int8", "amount": "numeric"}
UPSERT = """
INSERT INTO catalog_price
    (price_list_id, product_id, minimum_quantity, amount, ownership, updated_at)
SELECT %s, product_id, 1, amount, 'local', now() FROM incoming ORDER BY product_id
ON CONFLICT (product_id, price_list_id, minimum_quantity) DO UPDATE SET amount = EXCLUDED.amount
"""


def amount(number: int) -> Decimal:
    """What the price with this number costs at first."""
    return Decimal(1000 + number)


@pytest.fixture
def product_keys(db: None) -> list[int]:
    """The keys of ten thousand products without prices."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_product DISABLE TRIGGER USER")
    made = [Product(sku=f"BULK{number:05d}", name_en="Cable") for number in range(COUNT)]
    return [product.pk for product in Product.objects.bulk_create(made, batch_size=2_000)]


def insert_prices(product_keys: list[int]) -> list[Price]:
    """A price of each product, by one bulk insert."""
    price_list = make_shop()
    return Price.objects.bulk_create(
        Price(product_id=key, price_list=price_list, amount=amount(number))
        for number, key in enumerate(product_keys)
    )


@pytest.fixture
def prices(product_keys: list[int]) -> list[Price]:
    """Ten thousand prices, made outside any context."""
    return insert_prices(product_keys)


def change_by_bulk_update(prices: list[Price]) -> None:
    for price in prices:
        price.amount += 5
    Price.objects.bulk_update(prices, ["amount"], batch_size=2_000)


def change_by_copy_and_upsert(prices: list[Price]) -> None:
    rows = ([price.product_id, price.amount + 5] for price in prices)
    upsert(rows, prices[0].price_list_id)


def change_by_raw_sql(prices: list[Price]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_price SET amount = amount + 5")
        assert cursor.rowcount == COUNT


def upsert(rows, price_list_id: int) -> None:
    """As the mirror services write: COPY into a staging table, one statement from there."""
    stage_rows(table="incoming", columns=COLUMNS, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [price_list_id])
        assert cursor.rowcount == COUNT


WAYS = [change_by_bulk_update, change_by_copy_and_upsert, change_by_raw_sql]


def recorded(label: str) -> list[tuple[int, Decimal]]:
    """The rows that history has under this label: which price, and its amount."""
    rows = History.objects.filter(pgh_label=label).order_by("pgh_obj_id")
    return list(rows.values_list("pgh_obj_id", "amount"))


def contexts(label: str) -> list[object]:
    """The different contexts of the rows with this label."""
    rows = History.objects.filter(pgh_label=label)
    return list(rows.order_by().values_list("pgh_context", flat=True).distinct())


@pytest.mark.parametrize("change", WAYS)
def test_each_of_ten_thousand_changes_recorded_with_its_context(
    prices: list[Price], change: Callable[[list[Price]], None]
):
    keys = [price.pk for price in prices]
    with use_context(CONTEXT), history_context():
        change(prices)
    assert recorded("update") == [(key, amount(n) + 5) for n, key in enumerate(keys)]
    assert contexts("update") == [TOLD]
    for number in (0, 4_999, COUNT - 1):
        states = History.objects.filter(pgh_obj_id=keys[number]).order_by("pgh_id")
        assert list(states.values_list("pgh_label", "amount", "product_id")) == [
            ("insert", amount(number), prices[number].product_id),
            ("update", amount(number) + 5, prices[number].product_id),
        ]


@pytest.mark.parametrize("change", WAYS)
def test_change_outside_any_context_recorded_without_one(
    prices: list[Price], change: Callable[[list[Price]], None]
):
    change(prices)
    assert len(recorded("update")) == COUNT
    assert contexts("update") == [None]


def test_nothing_recorded_without_the_triggers(prices: list[Price]):
    """Negative control: the triggers are what records."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE catalog_price DISABLE TRIGGER USER")
    change_by_raw_sql(prices)
    assert recorded("update") == []


def test_unchanged_rows_not_recorded(prices: list[Price]):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_price SET amount = greatest(amount, 2000)")
        assert cursor.rowcount == COUNT
    assert len(recorded("update")) == 1_000


def insert_by_copy(product_keys: list[int]) -> None:
    rows = ([key, amount(number)] for number, key in enumerate(product_keys))
    upsert(rows, make_shop().pk)


@pytest.mark.parametrize("insert", [insert_prices, insert_by_copy])
def test_bulk_insert_recorded(product_keys: list[int], insert: Callable[[list[int]], object]):
    with use_context(CONTEXT), history_context():
        insert(product_keys)
    found = dict(History.objects.values_list("product_id", "amount"))
    assert found == {key: amount(number) for number, key in enumerate(product_keys)}
    assert (len(recorded("insert")), recorded("update"), contexts("insert")) == (COUNT, [], [TOLD])


def delete_by_queryset() -> None:
    Price.objects.all().delete()


def delete_by_raw_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_price")


@pytest.mark.parametrize("delete", [delete_by_queryset, delete_by_raw_sql])
def test_bulk_delete_recorded_with_the_last_values(prices: list[Price], delete):
    with use_context(CONTEXT), history_context():
        delete()
    assert Price.objects.count() == 0
    assert recorded("delete") == [(price.pk, price.amount) for price in prices]
    assert contexts("delete") == [TOLD]
