"""The baseline's orders: stock rows locked FOR UPDATE in id order, then checked and reserved.

It writes the same rows as Tradepost (customer, number, order, lines, reservations), but no events,
no idempotency records and no cache versions: less work, in its favour.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.baseline.connections import session
from bench.baseline.shapes import OrderBody, OrderPlaced

PRICE_LIST = "consumer_iqd"
router = APIRouter()

_PRICES = text("""
SELECT p.id, COALESCE(NULLIF(p.name_en, ''), p.name_ar) AS name, COALESCE(p.sku, '') AS sku,
       pr.amount, pl.id AS price_list_id, pl.currency
FROM catalog_product p
JOIN catalog_price pr ON pr.product_id = p.id AND pr.minimum_quantity <= 1
JOIN catalog_pricelist pl ON pl.id = pr.price_list_id AND pl.code = :price_list AND pl.is_active
WHERE p.is_active AND p.id = ANY(:ids)
""")
_LOCK = text("""
SELECT s.id, s.product_id, s.available, l.priority FROM catalog_stocklevel s
JOIN locations_location l ON l.id = s.location_id
WHERE s.product_id = ANY(:ids) AND l.is_active AND l.is_sellable
ORDER BY s.id FOR UPDATE OF s
""")
_RESERVE = text("""
UPDATE catalog_stocklevel SET reserved = reserved + :quantity, updated_at = now() WHERE id = :id
""")
_CUSTOMER = text("SELECT id FROM partners_businesspartner WHERE phone = :phone")
_NEW_CUSTOMER = text("""
INSERT INTO partners_businesspartner (name, phone, email, created_at)
VALUES (:name, :phone, :email, now())
ON CONFLICT (phone) DO UPDATE SET phone = EXCLUDED.phone RETURNING id
""")
_NUMBER = text("""
UPDATE organizations_documentseries SET last_number = last_number + 1
WHERE document_type = 'order' AND is_active
RETURNING prefix || lpad(last_number::text, padding, '0') AS number, organization_id
""")
_ORDER = text("""
INSERT INTO catalog_order (number, organization_id, partner_id, price_list_id, status, currency,
    total, customer_name, customer_email, customer_phone, delivery_address, notes, mirror_state,
    zoho_salesorder_number, version, placed_at)
VALUES (:number, :organization_id, :partner_id, :price_list_id, 'confirmed', :currency, :total,
    :name, :email, :phone, :address, :notes, 'not_sent', '', 1, now()) RETURNING id
""")
_LINE = text("""
INSERT INTO catalog_orderline (order_id, product_id, position, product_name, sku, quantity,
    unit_price, line_total, comment)
VALUES (:order_id, :product_id, :position, :name, :sku, :quantity, :price,
    :line_total, :comment) RETURNING id
""")
_RESERVATION = text("""
INSERT INTO catalog_reservation (line_id, stock_id, quantity, state, created_at)
VALUES (:line_id, :stock_id, :quantity, 'active', now())
""")


def allocate(rows: list[Any], wanted: dict[int, int]) -> list[tuple[int, int, Decimal]]:
    """(product, stock row, quantity) that serve what is wanted. Raises HTTPException 422."""
    parts: list[tuple[int, int, Decimal]] = []
    for product_id, quantity in wanted.items():
        missing = Decimal(quantity)
        places = [row for row in rows if row["product_id"] == product_id]
        for row in sorted(places, key=lambda row: (row["priority"], row["id"])):
            taken = min(missing, row["available"])
            if taken > 0:
                parts.append((product_id, row["id"], taken))
                missing -= taken
        if missing > 0:
            raise HTTPException(422, "Insufficient stock")
    return parts


@router.post("/orders", response_model=OrderPlaced, status_code=201)
async def place_order(body: OrderBody, db: Annotated[AsyncSession, Depends(session)]) -> Any:
    """Store an order and reserve its stock."""
    wanted: dict[int, int] = {}
    for item in body.items:
        wanted[int(item.product_id)] = wanted.get(int(item.product_id), 0) + item.quantity
    ids = {"ids": sorted(wanted)}
    async with db.begin():
        found = await db.execute(_PRICES, {**ids, "price_list": PRICE_LIST})
        products = {row["id"]: row for row in found.mappings()}
        if set(products) != set(wanted):
            raise HTTPException(422, "Not sold")
        locked = list((await db.execute(_LOCK, ids)).mappings())
        parts = allocate(locked, wanted)
        await db.execute(_RESERVE, [{"id": part[1], "quantity": part[2]} for part in parts])
        return await _store(db, body, wanted, products, parts)


async def _store(
    db: AsyncSession,
    body: OrderBody,
    wanted: dict[int, int],
    products: dict[int, Any],
    parts: list[tuple[int, int, Decimal]],
) -> dict[str, Any]:
    first = next(iter(products.values()))
    total = sum((products[id_]["amount"] * quantity for id_, quantity in wanted.items()), Decimal())
    person = {
        "name": body.customer_name,
        "phone": body.customer_phone,
        "email": body.customer_email,
    }
    partner = (await db.execute(_CUSTOMER, {"phone": body.customer_phone})).scalar()
    if partner is None:
        partner = (await db.execute(_NEW_CUSTOMER, person)).scalar_one()
    series = (await db.execute(_NUMBER)).mappings().one()
    values = {
        **person,
        **series,
        "partner_id": partner,
        "price_list_id": first["price_list_id"],
        "currency": first["currency"],
        "total": total,
        "address": body.delivery_address,
        "notes": body.notes,
    }
    order_id = (await db.execute(_ORDER, values)).scalar_one()
    lines: dict[int, int] = {}
    for position, (product_id, quantity) in enumerate(wanted.items(), start=1):
        product = products[product_id]
        line = {
            "order_id": order_id,
            "product_id": product_id,
            "position": position,
            "name": product["name"],
            "sku": product["sku"],
            "quantity": quantity,
            "price": product["amount"],
            "line_total": product["amount"] * quantity,
            "comment": "",
        }
        lines[product_id] = (await db.execute(_LINE, line)).scalar_one()
    await db.execute(
        _RESERVATION,
        [
            {"line_id": lines[product_id], "stock_id": stock_id, "quantity": quantity}
            for product_id, stock_id, quantity in parts
        ],
    )
    return {
        "success": True,
        "order_id": str(order_id),
        "order_number": series["number"],
        "total_amount": float(total),
        "currency": first["currency"],
    }
