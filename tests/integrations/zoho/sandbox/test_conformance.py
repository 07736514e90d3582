"""Replies have at least the keys, of the same JSON types, of what Zoho was recorded to answer.

The recordings are not part of the project; without them these tests are skipped.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("TRADEPOST_SHARED", Path(__file__).parents[4].parent / "shared"))
RECORDED = SHARED / "data" / "zoho-recorded"

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="no recordings here")

# Paths such as "contact.exchange_rate" that may be missing or of another type: none at present.
ALLOWED_GAPS: frozenset[str] = frozenset()


def _recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "text", dict: "object", list: "list"}[type(value)]


def _gaps(recorded: Any, ours: Any, path: str) -> list[str]:
    if path in ALLOWED_GAPS:
        return []
    if _kind(recorded) != _kind(ours):
        return [f"{path} is {_kind(ours)}, recorded {_kind(recorded)}"]
    if isinstance(recorded, dict):
        gaps = []
        for name, value in recorded.items():
            where = f"{path}.{name}"
            if name in ours:
                gaps += _gaps(value, ours[name], where)
            elif where not in ALLOWED_GAPS:
                gaps.append(f"{where} is missing")
        return gaps
    if isinstance(recorded, list) and recorded and ours:
        return _gaps(recorded[0], ours[0], f"{path}[]")
    return []


def _assert_covers(recorded: dict[str, Any], answer: Any, key: str) -> None:
    ours = json.loads(answer.raw)
    assert (answer.status, ours["code"]) == (recorded["status"], 0)
    assert ours["message"] == recorded["response"]["message"]
    assert _gaps(recorded["response"][key], ours[key], key) == []
    headers = recorded["headers"] if isinstance(recorded["headers"], dict) else {}
    ignored = {"date", "server", "transfer-encoding", "content-length", "location"}
    expected = set(headers) - ignored
    assert expected - set(answer.headers) == set()
    for name in ("content-type", "cache-control", "content-disposition"):
        if name in headers:
            assert answer.headers[name] == headers[name]


def test_created_order_has_the_recorded_keys(client):
    recorded = _recorded("inventory/create-sales-order.json")
    answer = client.order(client.stocked_item()["item_id"], 2, reference_number="R")
    _assert_covers(recorded, answer, "salesorder")
    assert answer.headers["location"].startswith("/api/v1/salesorders/")


def test_confirmed_order_answers_as_recorded(client):
    recorded = _recorded("inventory/confirm-sales-order.json")
    order_id = client.order(client.stocked_item()["item_id"]).json["salesorder"]["salesorder_id"]
    answer = client.inventory("POST", f"/salesorders/{order_id}/status/confirmed")
    _assert_covers(recorded, answer, "data")
    assert answer.json == recorded["response"]


def test_item_detail_has_the_recorded_keys(client):
    item_id = client.stocked_item()["item_id"]
    answer = client.inventory("GET", f"/items/{item_id}")
    _assert_covers(_recorded("inventory/get-item.json"), answer, "item")


def test_updated_item_has_the_recorded_keys(client):
    item_id = client.stocked_item()["item_id"]
    answer = client.inventory("PUT", f"/items/{item_id}", body={"rate": 500})
    _assert_covers(_recorded("inventory/update-item.json"), answer, "item")


def test_organizations_have_the_recorded_keys_of_both_apis(client):
    inventory = client.inventory("GET", "/organizations")
    _assert_covers(_recorded("inventory/list-organizations.json"), inventory, "organizations")
    books = client.books("GET", "/organizations")
    name = "books/list_organizations_get_books_v3_organizations.json"
    _assert_covers(_recorded(name), books, "organizations")


def test_books_items_have_the_recorded_keys(client):
    answer = client.books("GET", "/items", sort_column="rate")
    recorded = _recorded("books/list_items_get_books_v3_items.json")
    _assert_covers(recorded, answer, "items")
    _assert_covers(recorded, answer, "page_context")


def test_contacts_have_the_recorded_keys(client):
    answer = client.books("GET", "/contacts", sort_column="last_modified_time")
    recorded = _recorded("books/contacts_get_books_v3_contacts.json")
    _assert_covers(recorded, answer, "contacts")
    _assert_covers(recorded, answer, "page_context")
    detail = client.books("GET", f"/contacts/{client.customer_id()}")
    name = "books/get_contact_get_books_v3_contacts_260815000000097001.json"
    _assert_covers(_recorded(name), detail, "contact")


def test_created_and_updated_contacts_answer_as_recorded(client):
    created = client.books("POST", "/contacts", body={"contact_name": "Conforming Trader"})
    recorded = _recorded("books/create_contact_post_books_v3_contacts.json")
    _assert_covers(recorded, created, "contact")
    contact_id = created.json["contact"]["contact_id"]
    assert created.headers["location"] == f"/api/v3/contacts/{contact_id}"
    updated = client.books("PUT", f"/contacts/{contact_id}", body={"notes": "n"})
    name = "books/update_contact_put_books_v3_contacts_260815000000097001.json"
    _assert_covers(_recorded(name), updated, "contact")


def test_currencies_have_the_recorded_keys(client):
    answer = client.books("GET", "/settings/currencies")
    recorded = _recorded("books/list_currencies_get_books_v3_settings_currencies.json")
    _assert_covers(recorded, answer, "currencies")
    assert answer.json["page_context"] == recorded["response"]["page_context"]
