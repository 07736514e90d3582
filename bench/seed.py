"""The catalogue that is measured: made, never copied, and the same in every run.

2,218 products × 6 price lists × 3 warehouses. SKUs, barcodes and pictures carry as much entropy as
real ones do, so that sizes and compression are not flattered.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from bench.seed_words import BRANDS, CATEGORIES, COLOURS, NOUNS, PRICE_LISTS, WAREHOUSES

PRODUCTS = 2218
HOT_ITEMS = 10
_BEGINNING = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
_DIGITS = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class SeedProduct:
    """One product with its price on each list and its stock in each warehouse, in their order."""

    number: int
    zoho_item_id: str
    sku: str | None
    name_en: str
    name_ar: str
    description_en: str
    description_ar: str
    barcode: str
    category: int | None
    image_url: str
    cdn_image_url: str
    is_active: bool
    created_at: datetime
    amounts: tuple[Decimal, ...]
    on_hand: tuple[Decimal, ...]


def make_products(count: int, *, seed: int = PRODUCTS, first: int = 1) -> list[SeedProduct]:
    """`count` products numbered from `first`; equal arguments give equal products."""
    source = random.Random(seed)
    return [_make_product(source, number) for number in range(first, first + count)]


def _make_product(source: random.Random, number: int) -> SeedProduct:
    noun_en, noun_ar, category = source.choice(NOUNS)
    brand = source.choice(BRANDS)
    colour_en, colour_ar = source.choice(COLOURS)
    model = f"{source.choice('ABCDEHKMPTX')}{source.randrange(10, 9999)}"
    size = source.choice(["1 m", "2 m", "3 m", "5 m", "20 W", "65 W", "2 MP", "8 MP", "128 GB"])
    picture = "".join(source.choices(_DIGITS, k=24))
    consumer = Decimal(source.randrange(4, 900) * 250)
    if source.random() < 0.02:
        consumer = Decimal(0)
    stocked = source.random() >= 0.14
    return SeedProduct(
        number=number,
        zoho_item_id=f"26081500{source.randrange(10**6):06d}{number:05d}",
        sku=f"TSH{number:05d}-{model}" if source.random() >= 0.05 else None,
        name_en=f"{brand} {noun_en} {model} {size} {colour_en}" if source.random() >= 0.1 else "",
        name_ar=f"{noun_ar} {brand} {model} {colour_ar} {size}",
        description_en=f"{brand} {noun_en}, model {model}, {size}, {colour_en}. "
        f"Carton of {source.randrange(10, 200)}, {source.randrange(3, 25)} months warranty.",
        description_ar=f"{noun_ar} من {brand}، اللون {colour_ar}، ضمان.",
        barcode=f"69{source.randrange(10**11):011d}",
        category=category if source.random() >= 0.2 else None,
        image_url=f"https://media.example.com/items/{picture}.jpg" if source.random() > 0.2 else "",
        cdn_image_url=f"https://cdn.example.com/{picture[:2]}/{picture}-800.webp"
        if source.random() > 0.35
        else "",
        is_active=source.random() >= 0.03,
        created_at=_BEGINNING + timedelta(minutes=37 * number, seconds=source.randrange(60)),
        amounts=tuple(round(consumer * Decimal(share), 2) for *_, share in PRICE_LISTS),
        on_hand=tuple(Decimal(source.randrange(0, 400) if stocked else 0) for _ in WAREHOUSES),
    )


def fill(connection: psycopg.Connection[Any], products: Sequence[SeedProduct]) -> None:
    """Write master data and `products` into a migrated, empty database."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organizations_organization (name, is_seller, is_active)"
            " VALUES ('Benchmark', true, true) RETURNING id"
        )
        organization = cursor.fetchone()
        cursor.execute(
            "INSERT INTO organizations_documentseries (organization_id, document_type, prefix,"
            " padding, is_active) VALUES (%s, 'order', 'B-', 6, true)",
            organization,
        )
        _copy_master_data(cursor)
        lists = _ids(cursor, "catalog_pricelist")
        warehouses = _ids(cursor, "locations_location")
        _copy_products(cursor, products, _ids(cursor, "catalog_category"))
        _copy_figures(cursor, products, _ids(cursor, "catalog_product"), lists, warehouses)
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: str, rows: Iterable[Any]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _ids(cursor: psycopg.Cursor[Any], table: str) -> list[int]:
    cursor.execute(f"SELECT id FROM {table} ORDER BY id")
    return [row[0] for row in cursor.fetchall()]


def _copy_master_data(cursor: psycopg.Cursor[Any]) -> None:
    _copy(
        cursor,
        "locations_location",
        "code, name_en, name_ar, name_ckb, name_hi, kind, is_sellable, is_active, priority",
        (
            (code, english, arabic, "", "", "warehouse", True, True, priority)
            for code, english, arabic, priority in WAREHOUSES
        ),
    )
    _copy(
        cursor,
        "catalog_pricelist",
        "code, name_en, name_ar, name_ckb, name_hi, currency, is_active, created_at",
        (
            (code, name, "", "", "", currency, True, _BEGINNING)
            for code, name, currency, _ in PRICE_LISTS
        ),
    )
    _copy(
        cursor,
        "catalog_category",
        "name_en, name_ar, name_ckb, name_hi, zoho_category_id, is_active",
        (
            (english, arabic, "", "", f"2608150099{index:05d}", True)
            for index, (english, arabic) in enumerate(CATEGORIES)
        ),
    )


def _copy_products(
    cursor: psycopg.Cursor[Any], products: Sequence[SeedProduct], categories: list[int]
) -> None:
    _copy(
        cursor,
        "catalog_product",
        "sku, name_en, name_ar, name_ckb, name_hi, description_en, description_ar,"
        " description_ckb, description_hi, barcode, unit, image_url, cdn_image_url, is_active,"
        " is_stock_tracked, zoho_item_id, zoho_content_hash, version, created_at, updated_at,"
        " category_id",
        (
            (
                *(product.sku, product.name_en, product.name_ar, "", ""),
                *(product.description_en, product.description_ar, "", ""),
                *(product.barcode, "pcs", product.image_url, product.cdn_image_url),
                *(product.is_active, True, product.zoho_item_id, "", 1),
                *(product.created_at, product.created_at),
                None if product.category is None else categories[product.category],
            )
            for product in products
        ),
    )


def _copy_figures(
    cursor: psycopg.Cursor[Any],
    products: Sequence[SeedProduct],
    ids: list[int],
    lists: list[int],
    warehouses: list[int],
) -> None:
    pairs = list(zip(ids, products, strict=True))
    _copy(
        cursor,
        "catalog_price",
        "product_id, price_list_id, minimum_quantity, amount, ownership, updated_at",
        (
            (product_id, price_list, 1, amount, "zoho", _BEGINNING)
            for product_id, product in pairs
            for price_list, amount in zip(lists, product.amounts, strict=True)
        ),
    )
    # Stock of Zoho's: no check of the database stands between the code under test and overselling.
    _copy(
        cursor,
        "catalog_stocklevel",
        "product_id, location_id, ownership, on_hand, reserved, committed_elsewhere, updated_at",
        (
            (product_id, warehouse, "zoho", quantity, 0, 0, _BEGINNING)
            for product_id, product in pairs
            for warehouse, quantity in zip(warehouses, product.on_hand, strict=True)
        ),
    )
