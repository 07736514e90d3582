"""The database has the last word: each invariant is attacked by raw SQL."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from catalog.models import Movement, Order
from catalog.services.orders import ship_order
from core.events.relay import run_relay
from core.history.tracking import untracked_models
from tests.factories.catalog import make_order, make_product

ATTACKS = {
    "a negative reserve": "UPDATE catalog_stocklevel SET reserved = -1",
    "negative stock of ours": "UPDATE catalog_stocklevel SET on_hand = -1",
    "an oversold product of ours": "UPDATE catalog_stocklevel SET reserved = on_hand + 1",
    "a negative commitment": "UPDATE catalog_stocklevel SET committed_elsewhere = -1",
    "a second stock row of one place": (
        "INSERT INTO catalog_stocklevel (product_id, location_id, ownership, on_hand, reserved,"
        " committed_elsewhere, updated_at) SELECT product_id, location_id, ownership, 0, 0, 0,"
        " now() FROM catalog_stocklevel"
    ),
    "available set by hand": "UPDATE catalog_stocklevel SET available = 99",
    "a negative price": "UPDATE catalog_price SET amount = -1",
    "a second price of one bracket": (
        "INSERT INTO catalog_price (price_list_id, product_id, minimum_quantity, amount, ownership,"
        " updated_at) SELECT price_list_id, product_id, minimum_quantity, 1, ownership, now()"
        " FROM catalog_price"
    ),
    "a currency that is none": "UPDATE catalog_pricelist SET currency = 'iq'",
    "a product without a name": "UPDATE catalog_product SET name_en = '', name_ar = ''",
    "an empty SKU": "UPDATE catalog_product SET sku = ''",
    "a line of nothing": "UPDATE catalog_orderline SET quantity = 0, line_total = 0",
    "a line that does not add up": "UPDATE catalog_orderline SET line_total = line_total + 1",
    "a negative total": "UPDATE catalog_order SET total = -1",
    "a reservation of nothing": "UPDATE catalog_reservation SET quantity = 0",
    "an edited movement": "UPDATE catalog_movement SET quantity = 5",
    "a deleted movement": "DELETE FROM catalog_movement",
    "a truncated ledger": "TRUNCATE catalog_movement",
    "a movement of nothing": (
        "INSERT INTO catalog_movement (id, product_id, location_id, kind, quantity, reason, actor,"
        " source, request_id, created_at) SELECT gen_random_uuid(), product_id, location_id, 'in',"
        " 0, '', '', '', '', now() FROM catalog_stocklevel"
    ),
    "a second movement of one reservation": (
        "INSERT INTO catalog_movement (id, product_id, location_id, kind, quantity, reason, actor,"
        " source, request_id, created_at, reservation_id) SELECT gen_random_uuid(), product_id,"
        " location_id, kind, quantity, '', '', '', '', now(), reservation_id FROM catalog_movement"
    ),
    "a second selling organization": (
        "INSERT INTO organizations_organization (name, is_seller, is_active)"
        " VALUES ('Second', true, true)"
    ),
    "a second active series": (
        "INSERT INTO organizations_documentseries (organization_id, document_type, prefix, padding,"
        " is_active) SELECT organization_id, document_type, 'X', 4, true"
        " FROM organizations_documentseries"
    ),
    "an order number given twice": "UPDATE catalog_order SET number = 'TP-1'",
    "a rewritten history": "UPDATE catalog_producthistory SET name_en = 'x'",
    "a rewritten event": "UPDATE core_event SET actor = 'x'",
    "a deleted event": "DELETE FROM core_event",
}


@pytest.fixture(scope="module")
def shipped_orders():
    """Two orders, one of them shipped, as rows that the attacks act on."""

    def make() -> None:
        first = make_product(stock="10")
        shipped = make_order((first, 2))
        make_order((first, 1))
        ship_order(order=shipped)
        run_relay()
        assert (Movement.objects.count(), Order.objects.count()) == (1, 2)

    return make


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_by_raw_sql_refused(attack, shipped_orders):
    shipped_orders()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack])


@pytest.mark.django_db
def test_movements_add_up_to_on_hand_after_shipping(shipped_orders):
    shipped_orders()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stock.on_hand, 10 + (SELECT sum(quantity) FROM catalog_movement)"
            " FROM catalog_stocklevel stock"
        )
        on_hand, by_ledger = cursor.fetchone()
    assert on_hand == by_ledger == 8


def test_models_without_history_say_why():
    assert all(len(reason) > 20 for reason in untracked_models().values())
