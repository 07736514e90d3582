"""Writes: orders, contacts, items, and what orders do to the two books of stock."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from integrations.zoho.sandbox import demo_account


def _place(client, item_id):
    return client.inventory("GET", f"/items/{item_id}").json["item"]["locations"][0]


def _figures(client, item_id):
    place = _place(client, item_id)
    return tuple(
        place[f"location_{name}"]
        for name in (
            "available_stock",
            "actual_available_stock",
            "committed_stock",
            "actual_committed_stock",
            "actual_available_for_sale_stock",
        )
    )


def _moved(before, *changes):
    return tuple(figure + Decimal(change) for figure, change in zip(before, changes, strict=True))


def _confirm(client, order_id):
    return client.inventory("POST", f"/salesorders/{order_id}/status/confirmed")


def test_create_order_answers_201_with_location_and_draft(client):
    item = client.stocked_item()
    answer = client.order(item["item_id"], 2, reference_number="REF-1")
    order = answer.json["salesorder"]
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v1/salesorders/{order['salesorder_id']}"
    assert answer.json["message"] == "Sales Order has been created."
    assert (order["salesorder_number"], order["status"], order["shipped_status"]) == (
        "SO-00041",
        "draft",
        "",
    )
    assert order["total"] == item["rate"] * 2
    assert f'"total":{item["rate"] * 2}'.encode() in answer.raw


def test_order_numbers_stay_gapless_over_refused_orders(client):
    item_id = client.stocked_item()["item_id"]
    first = client.order(item_id).json["salesorder"]["salesorder_number"]
    assert client.order("1").code == 4
    assert client.order(item_id, 0).code == 4
    second = client.order(item_id).json["salesorder"]["salesorder_number"]
    assert (first, second) == ("SO-00041", "SO-00042")


def test_concurrent_orders_get_numbers_without_gap_or_double(sandbox, client):
    sandbox.control("POST", "switches", {"concurrency": 0})
    item_id, customer = client.stocked_item()["item_id"], client.customer_id()
    body = {"customer_id": customer, "line_items": [{"item_id": item_id, "quantity": 1}]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: client.inventory("POST", "/salesorders", body=body), range(24))
        )
    numbers = sorted(answer.json["salesorder"]["salesorder_number"] for answer in answers)
    assert numbers == [f"SO-{number:05d}" for number in range(41, 65)]
    for answer in answers:
        _confirm(client, answer.json["salesorder"]["salesorder_id"])
    assert _place(client, item_id)["location_actual_committed_stock"] >= 24


def test_own_number_is_kept_once_and_then_36004(client):
    item_id = client.stocked_item()["item_id"]
    query = {"ignore_auto_number_generation": "true"}
    first = client.order(item_id, salesorder_number="TP-77", query=query)
    assert first.json["salesorder"]["salesorder_number"] == "TP-77"
    second = client.order(item_id, salesorder_number="TP-77", query=query)
    assert (second.status, second.json) == (
        400,
        {"code": 36004, "message": "This sales order number already exists."},
    )
    auto = client.order(item_id, salesorder_number="TP-78")
    assert auto.json["salesorder"]["salesorder_number"] == "SO-00041"


def test_confirm_commits_and_void_releases(client):
    item_id = client.stocked_item()["item_id"]
    before = _figures(client, item_id)
    order_id = client.order(item_id, 3).json["salesorder"]["salesorder_id"]
    assert _figures(client, item_id) == before
    answer = _confirm(client, order_id)
    assert answer.json == {
        "code": 0,
        "message": "Sales order status has been changed to Confirmed.",
        "data": {},
    }
    assert _figures(client, item_id) == _moved(before, 0, 0, 3, 3, -3)
    _confirm(client, order_id)
    assert _figures(client, item_id) == _moved(before, 0, 0, 3, 3, -3)
    assert client.inventory("POST", f"/salesorders/{order_id}/status/void").code == 0
    assert _figures(client, item_id) == before
    assert client.inventory("PUT", f"/salesorders/{order_id}", body={"notes": "x"}).status == 400


def test_for_sale_may_go_negative(client):
    item_id = client.stocked_item()["item_id"]
    order_id = client.order(item_id, 100_000).json["salesorder"]["salesorder_id"]
    _confirm(client, order_id)
    place = _place(client, item_id)
    assert place["location_actual_available_for_sale_stock"] == (
        place["location_actual_available_stock"] - place["location_actual_committed_stock"]
    )
    assert place["location_actual_available_for_sale_stock"] < 0


def test_package_and_shipment_move_physical_stock_only(client):
    item_id = client.stocked_item()["item_id"]
    before = _figures(client, item_id)
    order = client.order(item_id, 4).json["salesorder"]
    order_id, line_id = order["salesorder_id"], order["line_items"][0]["line_item_id"]
    _confirm(client, order_id)
    lines = {"salesorder_id": order_id, "line_items": [{"so_line_item_id": line_id, "quantity": 3}]}
    assert client.inventory("POST", "/packages", body=lines).status == 404
    package = client.inventory("POST", "/packages", body=lines, salesorder_id=order_id)
    assert package.status == 201
    shipped = client.inventory(
        "POST",
        "/shipmentorders",
        body={},
        salesorder_id=order_id,
        package_ids=package.json["package"]["package_id"],
    )
    assert shipped.status == 201
    assert _figures(client, item_id) == _moved(before, 0, -3, 4, 1, -4)
    after = client.inventory("GET", f"/salesorders/{order_id}").json["salesorder"]
    line = after["line_items"][0]
    assert (after["shipped_status"], line["quantity_packed"], line["quantity_shipped"]) == (
        "partially_shipped",
        3,
        3,
    )
    assert client.inventory("POST", f"/salesorders/{order_id}/status/void").status == 400


def test_ship_by_a_person_ships_all_and_an_invoice_closes_the_accounting_book(sandbox, client):
    item_id = client.stocked_item()["item_id"]
    before = _figures(client, item_id)
    order_id = client.order(item_id, 2).json["salesorder"]["salesorder_id"]
    shipped = sandbox.control("POST", "ship", {"salesorder_id": order_id})
    assert shipped["shipped_status"] == "shipped"
    assert _figures(client, item_id) == _moved(before, 0, -2, 2, 0, -2)
    sandbox.control("POST", "ship", {"salesorder_id": order_id, "invoice": True})
    assert _figures(client, item_id) == _moved(before, -2, -2, 0, 0, -2)


def test_stock_move_bumps_the_item_only_when_switched(sandbox, client):
    item = client.stocked_item()
    order_id = client.order(item["item_id"]).json["salesorder"]["salesorder_id"]
    _confirm(client, order_id)
    path = f"/items/{item['item_id']}"
    after = client.inventory("GET", path).json["item"]
    assert after["last_modified_time"] == item["last_modified_time"]
    sandbox.control("POST", "switches", {"stock_move_bumps_lmt": "yes"})
    client.inventory("POST", f"/salesorders/{order_id}/status/void")
    bumped = client.inventory("GET", path).json["item"]
    assert bumped["last_modified_time"] > item["last_modified_time"]


def test_order_update_keeps_lines_unless_sent(client):
    item_id = client.stocked_item()["item_id"]
    before = _figures(client, item_id)
    order = client.order(item_id, 2).json["salesorder"]
    _confirm(client, order["salesorder_id"])
    path = f"/salesorders/{order['salesorder_id']}"
    kept = client.inventory("PUT", path, body={"notes": "call first"}).json["salesorder"]
    assert (len(kept["line_items"]), kept["notes"]) == (1, "call first")
    lines = [{"item_id": item_id, "quantity": 5, "rate": 1000}]
    replaced = client.inventory("PUT", path, body={"line_items": lines}).json["salesorder"]
    assert [line["quantity"] for line in replaced["line_items"]] == [5]
    assert replaced["total"] == 5000
    assert _figures(client, item_id) == _moved(before, 0, 0, 5, 5, -5)


def test_order_amounts_take_discounts_and_charges(client):
    item_id = client.stocked_item()["item_id"]
    body = {
        "customer_id": client.customer_id(),
        "line_items": [{"item_id": item_id, "quantity": 2, "rate": 1000, "discount": "10%"}],
        "discount": 300,
        "discount_type": "entity_level",
        "shipping_charge": 250,
        "adjustment": -50,
    }
    order = client.inventory("POST", "/salesorders", body=body).json["salesorder"]
    shown = [order[name] for name in ("sub_total", "discount_total", "total", "balance")]
    assert shown == [1800, 300, 1700, 1700]


def test_volume_price_list_gives_the_bracket_rate(client):
    client.organization_id = demo_account.SECOND_ORGANIZATION_ID
    item = client.inventory("GET", "/items").json["items"][0]
    book = client.inventory("GET", "/pricebooks").json["pricebooks"][0]
    customer = client.inventory("GET", "/contacts").json["contacts"][0]
    lines = [{"item_id": item["item_id"], "quantity": many} for many in (9, 10)]
    body = {
        "customer_id": customer["contact_id"],
        "pricebook_id": book["pricebook_id"],
        "line_items": lines,
    }
    order = client.inventory("POST", "/salesorders", body=body).json["salesorder"]
    assert [line["rate"] for line in order["line_items"]] == [Decimal("9.99"), Decimal("8.99")]


def test_contact_is_created_with_its_person_and_refused_twice(client):
    body = {
        "contact_name": "New Trader",
        "unknown_key": 1,
        "phone": "dropped",
        "contact_persons": [{"first_name": "Shopper", "phone": "+9647700000001"}],
        "billing_address": {"city": "Basra"},
    }
    answer = client.inventory("POST", "/contacts", body=body)
    contact = answer.json["contact"]
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v1/contacts/{contact['contact_id']}"
    assert answer.json["message"] == "The contact has been added."
    assert (contact["phone"], contact["billing_address"]["city"], "unknown_key" in contact) == (
        "+9647700000001",
        "Basra",
        False,
    )
    again = client.inventory("POST", "/contacts", body=body)
    assert (again.status, again.json) == (
        400,
        {
            "code": 3062,
            "message": 'The customer "New Trader" already exists. Please specify a different name.',
        },
    )


def test_contact_update_merges_and_a_no_op_keeps_the_time(sandbox, client):
    contact_id = client.customer_id()
    path = f"/contacts/{contact_id}"
    before = client.inventory("GET", path).json["contact"]
    same = client.inventory("PUT", path, body={"contact_name": before["contact_name"]})
    assert same.json["message"] == "Contact information has been saved."
    assert same.json["contact"]["last_modified_time"] == before["last_modified_time"]
    after = client.inventory("PUT", path, body={"notes": "prefers Arabic"}).json["contact"]
    assert (after["notes"], after["company_name"]) == ("prefers Arabic", before["company_name"])
    assert after["last_modified_time"] > before["last_modified_time"]


def test_item_update_merges_and_a_no_op_keeps_the_time(sandbox, client):
    item = client.stocked_item()
    path = f"/items/{item['item_id']}"
    same = client.inventory("PUT", path, body={"rate": item["rate"] and int(item["rate"])})
    assert same.json["item"]["last_modified_time"] == item["last_modified_time"]
    fields = [{"api_name": "cf_name_ar", "value": "اسم جديد"}]
    changed = client.inventory("PUT", path, body={"rate": 750, "custom_fields": fields})
    assert changed.json["message"] == "Item details have been saved."
    detail = changed.json["item"]
    assert (detail["rate"], detail["name"]) == (750, item["name"])
    assert detail["custom_field_hash"]["cf_name_ar"] == "اسم جديد"
    assert b'"rate":750.00' in changed.raw
    sandbox.control("POST", "clock", {"advance": 100})
    sandbox.control("POST", "switches", {"noop_put_bumps_lmt": "yes"})
    bumped = client.inventory("PUT", path, body={"rate": 750}).json["item"]
    assert bumped["last_modified_time"] > detail["last_modified_time"]


def test_item_name_or_sku_in_use_is_code_1001(client):
    rows = client.inventory("GET", "/items", sku_startswith="TP-", per_page=2).json["items"]
    path = f"/items/{rows[0]['item_id']}"
    for name in ("name", "sku"):
        answer = client.inventory("PUT", path, body={name: rows[1][name]})
        assert (answer.status, answer.code) == (400, 1001)


@pytest.mark.parametrize(
    ("reading", "status", "code"),
    [("404/1002", 404, 1002), ("404/5", 404, 5), ("400/1002", 400, 1002), ("404/2006", 404, 2006)],
)
def test_missing_record_answers_as_switched(sandbox, client, reading, status, code):
    sandbox.control("POST", "switches", {"missing_record": reading})
    answer = client.inventory("GET", "/items/1")
    assert (answer.status, answer.code) == (status, code)


def test_malformed_json_and_unknown_path_are_refused(client):
    headers = {"Authorization": f"Zoho-oauthtoken {client.refresh().json['access_token']}"}
    path = f"/inventory/v1/contacts?organization_id={client.organization_id}"
    broken = client.send("POST", path, body=["not", "an", "object"], headers=headers)
    assert (broken.status, broken.code) == (400, 1038)
    unknown = client.inventory("GET", "/nothing")
    assert (unknown.status, unknown.code) == (404, 5)


def test_detail_family_renames_the_places(sandbox, client):
    item = client.stocked_item()
    sandbox.control("POST", "switches", {"detail_family": "warehouses"})
    detail = client.inventory("GET", f"/items/{item['item_id']}").json["item"]
    assert "locations" not in detail
    place = detail["warehouses"][0]
    assert place["warehouse_stock_on_hand"] == item["locations"][0]["location_stock_on_hand"]
    assert client.inventory("GET", "/locations").status == 404
    assert len(client.inventory("GET", "/settings/warehouses").json["warehouses"]) == 3


def test_item_picture_is_a_png_and_absence_is_404_json(client):
    rows = client.inventory("GET", "/items").json["items"]
    pictured = next(row for row in rows if row["image_name"])
    bare = next(row for row in rows if not row["image_name"])
    answer = client.inventory("GET", f"/items/{pictured['item_id']}/image")
    assert answer.headers["content-type"] == "image/png"
    assert answer.raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(answer.raw[16:20], "big") == 192
    assert answer.raw == client.inventory("GET", f"/items/{pictured['item_id']}/image").raw
    assert client.inventory("GET", f"/items/{bare['item_id']}/image").status == 404
