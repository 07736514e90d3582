"""What shoppers see: the sellable products of a price list, in one SQL statement a question.

Sellable: active, on a price of the list above zero (from quantity 1 on), and at least one whole
unit available over the active locations that sell. Details show a product that is out of stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connection

from core.i18n import FALLBACKS

UNCATEGORIZED = "Uncategorized"


@dataclass(frozen=True, slots=True)
class ShelfQuestion:
    """One page of the shelf. `category` is a name in any language or an id; "" and "All" mean all.

    `search` are words that all must occur in name, description, SKU or barcode.
    """

    price_list: str
    language: str = "en"
    category: str = ""
    search: str = ""
    limit: int = 50
    skip: int = 0


def _shown(column: str, language: str, table: str = "p") -> str:
    """SQL for a translated column by the fallback chain; NULL when no language has a text."""
    names = [f"NULLIF({table}.{column}_{code}, '')" for code in FALLBACKS[language]]
    return f"COALESCE({', '.join(names)})"


def _like_pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


# The consumer list is looked up once, not per product.
_LIST = """
(SELECT id FROM catalog_pricelist WHERE code = %(price_list)s AND is_active)
"""
# Set by set, not product by product: a page costs the same however deep it lies.
_SELLABLE = """
sellable AS MATERIALIZED (
    SELECT p.id, price.amount, stock.available
    FROM catalog_product p
    JOIN (
        SELECT DISTINCT ON (product_id) product_id, amount FROM catalog_price
        WHERE price_list_id = {price_list} AND minimum_quantity <= 1
        ORDER BY product_id, minimum_quantity DESC
    ) price ON price.product_id = p.id AND price.amount > 0
    JOIN (
        SELECT product_id, floor(sum(available))::bigint AS available FROM catalog_stocklevel
        WHERE location_id = ANY (ARRAY(
            SELECT id FROM locations_location WHERE is_active AND is_sellable))
        GROUP BY product_id HAVING sum(available) >= 1
    ) stock ON stock.product_id = p.id
    WHERE {where}
)
"""
_PRICE = """
JOIN LATERAL (
    SELECT price.amount, list.currency
    FROM catalog_price price JOIN catalog_pricelist list ON list.id = price.price_list_id
    WHERE list.code = %(price_list)s AND list.is_active
      AND price.product_id = p.id AND price.minimum_quantity <= 1
    ORDER BY price.minimum_quantity DESC LIMIT 1
) price ON price.amount > 0
"""
_STOCK = """
LEFT JOIN LATERAL (
    SELECT floor(sum(stock.available))::bigint AS available
    FROM catalog_stocklevel stock
    JOIN locations_location place ON place.id = stock.location_id
    WHERE stock.product_id = p.id AND place.is_active AND place.is_sellable
) stock ON true
"""


def _sellable(where: str) -> str:
    """SQL of the sellable products that also satisfy `where`, as a WITH query named `sellable`."""
    return "WITH " + _SELLABLE.format(price_list=_LIST, where=where)


def _columns(language: str) -> str:
    """The columns of a product `p` with its `category`, `stock`, `price` and `list`."""
    return f"""
    p.id, p.zoho_item_id, p.sku, {_shown("name", language)}, {_shown("description", language)},
    NULLIF(p.image_url, ''), NULLIF(p.cdn_image_url, ''), {_shown("name", language, "category")},
    stock.available, trim_scale(price.amount)::text, price.currency, p.created_at
    """


def _conditions(question: ShelfQuestion) -> tuple[str, dict[str, Any]]:
    """The WHERE of a question and its parameters."""
    parts = ["p.is_active"]
    values: dict[str, Any] = {"price_list": question.price_list}
    if question.category and question.category.lower() != "all":
        values["category"] = question.category
        values["category_id"] = (
            int(question.category)
            if question.category.isascii()
            and question.category.isdigit()
            and len(question.category) < 18
            else None
        )
        if question.category == UNCATEGORIZED:
            parts.append("p.category_id IS NULL")
        else:
            parts.append(
                "p.category_id IN (SELECT id FROM catalog_category WHERE id = %(category_id)s OR"
                " %(category)s IN (name_en, name_ar, name_ckb, name_hi))"
            )
    for index, word in enumerate(question.search.split()):
        values[f"word{index}"] = _like_pattern(word)
        parts.append(f"p.search_text LIKE fold_text(%(word{index})s)")
    return " AND ".join(parts), values


def list_products(question: ShelfQuestion) -> tuple[list[dict[str, Any]], int]:
    """The page's products in the wire shape, by id, and how many there are on all pages."""
    where, values = _conditions(question)
    columns = _columns(question.language).replace("price.currency", "list.currency")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_sellable(where)}, page AS ("
            "    SELECT * FROM sellable ORDER BY id LIMIT %(limit)s OFFSET %(skip)s"
            f") SELECT (SELECT count(*) FROM sellable), {columns}"
            " FROM (SELECT) one LEFT JOIN page ON true"
            " LEFT JOIN catalog_product p ON p.id = page.id"
            " LEFT JOIN catalog_category category ON category.id = p.category_id"
            f" LEFT JOIN catalog_pricelist list ON list.id = {_LIST}"
            " CROSS JOIN LATERAL (SELECT page.available) stock"
            " CROSS JOIN LATERAL (SELECT page.amount) price"
            " ORDER BY p.id",
            {**values, "limit": question.limit, "skip": question.skip},
        )
        rows = cursor.fetchall()
    return [_list_item(row[1:]) for row in rows if row[1] is not None], rows[0][0]


def count_products(question: ShelfQuestion) -> int:
    """How many products answer the question on all pages."""
    where, values = _conditions(question)
    with connection.cursor() as cursor:
        cursor.execute(f"{_sellable(where)} SELECT count(*) FROM sellable", values)
        total: int = cursor.fetchone()[0]
    return total


def find_product(reference: str, *, price_list: str, language: str) -> dict[str, Any] | None:
    """One active, priced product by our id, its Zoho id or its SKU, tried in this order."""
    number = (
        int(reference)
        if reference.isascii() and reference.isdigit() and len(reference) < 18
        else None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_columns(language)} FROM catalog_product p"
            " LEFT JOIN catalog_category category ON category.id = p.category_id"
            f" {_PRICE} {_STOCK} WHERE p.is_active"
            " AND (p.id = %(number)s OR p.zoho_item_id = %(reference)s OR p.sku = %(reference)s)"
            " ORDER BY (p.id = %(number)s) DESC NULLS LAST,"
            " (p.zoho_item_id = %(reference)s) DESC NULLS LAST LIMIT 1",
            {"price_list": price_list, "number": number, "reference": reference},
        )
        row = cursor.fetchone()
    return None if row is None else _detail(row)


def list_category_names(*, price_list: str, language: str) -> list[str]:
    """The names of the categories on which something sellable stands, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_sellable('p.is_active')}"
            f" SELECT {_shown('name', language, 'category')} AS name"
            " FROM catalog_category category WHERE category.is_active AND EXISTS (SELECT"
            " FROM sellable JOIN catalog_product p USING (id) WHERE p.category_id = category.id)"
            " ORDER BY name",
            {"price_list": price_list},
        )
        return [row[0] for row in cursor.fetchall()]


def count_stock() -> tuple[int, int]:
    """How many products are active, and how many of them are available."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE stock.available >= 1)"
            f" FROM catalog_product p {_STOCK} WHERE p.is_active"
        )
        total, available = cursor.fetchone()
    return total, available


def _list_item(row: tuple[Any, ...]) -> dict[str, Any]:
    """A product as old and new apps read it: every primary field and its legacy twin."""
    (
        id_,
        zoho_id,
        sku,
        name,
        description,
        image,
        cdn_image,
        category,
        available,
        price,
        currency,
        _,
    ) = row
    product_id = str(id_)
    item_id = zoho_id or product_id
    category = category or UNCATEGORIZED
    amount = orjson.Fragment(price)
    stock = max(0, available or 0)
    return {
        "id": product_id,
        "zoho_item_id": item_id,
        "sku": sku,
        "name": name,
        "description": description,
        "image_url": image,
        "cdn_image_url": cdn_image,
        "category": category,
        "stock_quantity": stock,
        "actual_available_stock": stock,
        "warehouse_id": None,
        "is_active": True,
        "price": amount,
        "currency": currency,
        "item_id": item_id,
        "product_id": product_id,
        "product_name": name,
        "category_name": category,
        "selling_price": amount,
        "quantity": orjson.Fragment(f"{stock}.0"),
        "barcode": sku,
        "image_path": image,
        "in_stock": stock > 0,
        "has_image": image is not None,
    }


def _detail(row: tuple[Any, ...]) -> dict[str, Any]:
    created_at: datetime = row[-1]
    product = _list_item(row)
    del product["has_image"]
    product["cost_price"] = 0
    product["created_at"] = created_at.isoformat()
    return product


def consumer_price_list() -> str:
    """The code of the price list that shoppers without one of their own see."""
    code: str = settings.CONSUMER_PRICE_LIST_CODE
    return code
