"""The design that Tradepost replaces, rebuilt as well as that design allows.

FastAPI, SQLAlchemy's asyncio session on asyncpg, one SQL statement with LATERAL joins for price and
stock, the answer's JSON in Redis; a hit is parsed and goes through the response model again. Same
tables, same JSON as Tradepost. BASELINE_CACHE=off leaves the cache out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.baseline.connections import answers, session
from bench.baseline.locations import router as locations
from bench.baseline.orders import router as orders
from bench.baseline.shapes import CategoryList, ProductDetail, ProductList

PREFIX = "/api/v1/consumer"
PRICE_LIST = "consumer_iqd"
IS_CACHED = os.environ.get("BASELINE_CACHE", "on") != "off"
LIST_SECONDS = 300
CATEGORY_SECONDS = 600
Session = Annotated[AsyncSession, Depends(session)]

app = FastAPI(title="Baseline")
app.include_router(orders, prefix=PREFIX)
app.include_router(locations)

_NAME = (
    "COALESCE(NULLIF({0}.name_en, ''), NULLIF({0}.name_ar, ''),"
    " NULLIF({0}.name_ckb, ''), NULLIF({0}.name_hi, ''))"
)
_SELECT = f"""
SELECT p.id, p.zoho_item_id, p.sku, {_NAME.format("p")} AS name,
    COALESCE(NULLIF(p.description_en, ''), NULLIF(p.description_ar, ''),
        NULLIF(p.description_ckb, ''), NULLIF(p.description_hi, '')) AS description,
    NULLIF(p.image_url, '') AS image_url, NULLIF(p.cdn_image_url, '') AS cdn_image_url,
    {_NAME.format("c")} AS category, stock.available, price.amount, price.currency, p.created_at
FROM catalog_product p LEFT JOIN catalog_category c ON c.id = p.category_id
"""
_PRICE = """
JOIN LATERAL (
    SELECT pr.amount, pl.currency FROM catalog_price pr
    JOIN catalog_pricelist pl ON pl.id = pr.price_list_id
    WHERE pr.product_id = p.id AND pl.code = :price_list AND pl.is_active
      AND pr.minimum_quantity <= 1
    ORDER BY pr.minimum_quantity DESC LIMIT 1
) price ON price.amount > 0
"""
_STOCK = """
JOIN LATERAL (
    SELECT floor(sum(s.available))::bigint AS available FROM catalog_stocklevel s
    JOIN locations_location l ON l.id = s.location_id AND l.is_active AND l.is_sellable
    WHERE s.product_id = p.id
) stock ON
"""
_IN_STOCK = f"{_STOCK} stock.available >= 1"


async def cached(key: str, seconds: int, build: Callable[[], Awaitable[dict[str, Any]]]) -> Any:
    """What is stored under `key`, parsed; else what `build` makes, stored for `seconds`."""
    if not IS_CACHED:
        return await build()
    stored = await answers.get(key)
    if stored is not None:
        return json.loads(stored)
    body = await build()
    await answers.set(key, json.dumps(body), ex=seconds)
    return body


def _item(row: Any) -> dict[str, Any]:
    product_id = str(row["id"])
    item_id = row["zoho_item_id"] or product_id
    category = row["category"] or "Uncategorized"
    price = float(row["amount"])
    stock = max(0, row["available"] or 0)
    return {
        "id": product_id,
        "zoho_item_id": item_id,
        "sku": row["sku"],
        "name": row["name"],
        "description": row["description"],
        "image_url": row["image_url"],
        "cdn_image_url": row["cdn_image_url"],
        "category": category,
        "stock_quantity": stock,
        "actual_available_stock": stock,
        "warehouse_id": None,
        "is_active": True,
        "price": price,
        "currency": row["currency"],
        "item_id": item_id,
        "product_id": product_id,
        "product_name": row["name"],
        "category_name": category,
        "selling_price": price,
        "quantity": float(stock),
        "barcode": row["sku"],
        "image_path": row["image_url"],
        "in_stock": stock > 0,
        "has_image": row["image_url"] is not None,
    }


def _conditions(category: str, search: str) -> tuple[str, dict[str, Any]]:
    parts = ["p.is_active"]
    values: dict[str, Any] = {"price_list": PRICE_LIST}
    if category and category.lower() != "all":
        parts.append(":category IN (c.name_en, c.name_ar, c.name_ckb, c.name_hi)")
        values["category"] = category
    for index, word in enumerate(search.split()):
        parts.append(f"p.search_text LIKE fold_text(:word{index})")
        values[f"word{index}"] = f"%{word}%"
    return " AND ".join(parts), values


def _link(limit: int, skip: int, filters: dict[str, str]) -> str:
    told = {name: value for name, value in filters.items() if value}
    return f"{PREFIX}/products?{urlencode({'limit': limit, 'skip': skip, **told})}"


async def _total(db: AsyncSession, category: str, search: str) -> int:
    where, values = _conditions(category, search)
    sql = (
        "SELECT count(*) FROM catalog_product p LEFT JOIN catalog_category c"
        f" ON c.id = p.category_id {_PRICE} {_IN_STOCK} WHERE {where}"
    )
    total = (await db.execute(text(sql), values)).scalar_one()
    return int(total)


async def _cached_total(db: AsyncSession, category: str, search: str) -> int:
    if not IS_CACHED:
        return await _total(db, category, search)
    key = f"total:{category}:{search}"
    stored = await answers.get(key)
    if stored is None:
        stored = await _total(db, category, search)
        await answers.set(key, stored, ex=LIST_SECONDS)
    return int(stored)


@app.get(f"{PREFIX}/products", response_model=ProductList)
async def list_products(
    db: Session,
    category: str = "",
    search: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    skip: Annotated[int, Query(ge=0)] = 0,
) -> Any:
    """One page of the sellable products."""

    async def build() -> dict[str, Any]:
        where, values = _conditions(category, search)
        sql = (
            f"{_SELECT} {_PRICE} {_IN_STOCK} WHERE {where} ORDER BY p.id LIMIT :limit OFFSET :skip"
        )
        found = await db.execute(text(sql), {**values, "limit": limit, "skip": skip})
        items = [_item(row) for row in found.mappings()]
        total = await _cached_total(db, category, search)
        filters = {"category": category, "search": search}
        following = skip + len(items)
        has_next = items and following < total
        has_previous = skip > 0 and skip - limit < total
        return {
            "status": "success",
            "count": len(items),
            "items": items,
            "total": total,
            "next": _link(limit, following, filters) if has_next else None,
            "previous": _link(limit, max(0, skip - limit), filters) if has_previous else None,
        }

    return await cached(f"products:{category}:{search}:{limit}:{skip}", LIST_SECONDS, build)


@app.get(f"{PREFIX}/products/{{product_id}}", response_model=ProductDetail)
async def get_product(product_id: str, db: Session) -> Any:
    """One product by its id, also when it is out of stock."""

    async def build() -> dict[str, Any]:
        sql = f"{_SELECT} {_PRICE} LEFT {_STOCK} true WHERE p.is_active AND p.id = :id"
        values = {"price_list": PRICE_LIST, "id": int(product_id)}
        row = (await db.execute(text(sql), values)).mappings().first()
        if row is None:
            raise HTTPException(404, "Product not found")
        product = _item(row)
        del product["has_image"]
        product |= {"cost_price": 0, "created_at": row["created_at"].isoformat()}
        return {"status": "success", "product": product}

    return await cached(f"product:{product_id}", LIST_SECONDS, build)


@app.get(f"{PREFIX}/categories", response_model=CategoryList)
async def list_categories(db: Session) -> Any:
    """The names of the categories that have something on sale."""

    async def build() -> dict[str, Any]:
        sql = (
            f"SELECT DISTINCT {_NAME.format('c')} AS name FROM catalog_product p"
            f" JOIN catalog_category c ON c.id = p.category_id {_PRICE} {_IN_STOCK}"
            " WHERE p.is_active AND c.is_active ORDER BY name"
        )
        found = await db.execute(text(sql), {"price_list": PRICE_LIST})
        return {"status": "success", "categories": list(found.scalars())}

    return await cached("categories", CATEGORY_SECONDS, build)
