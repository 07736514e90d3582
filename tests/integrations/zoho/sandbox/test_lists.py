"""Lists: paging, ties, filters, search, and what is silently ignored."""

from collections import Counter

import pytest

from integrations.zoho.sandbox import demo_account


def _all_items(client, **query):
    rows, page = [], 1
    while True:
        body = client.inventory("GET", "/items", page=page, **query).json
        rows += body["items"]
        if not body["page_context"]["has_more_page"]:
            return rows
        page += 1


def test_items_paged_gives_every_item_once(client):
    rows = _all_items(client, sort_column="last_modified_time", sort_order="A")
    assert len(rows) == 2220
    assert len({row["item_id"] for row in rows}) == 2220
    times = [row["last_modified_time"] for row in rows]
    assert times == sorted(times)


def test_page_that_is_exactly_the_last_has_no_more(client):
    client.organization_id = demo_account.SECOND_ORGANIZATION_ID
    pages = [client.inventory("GET", "/items", per_page=6, page=page).json for page in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [6, 6, 0]
    assert [page["page_context"]["has_more_page"] for page in pages] == [True, False, False]
    assert pages[2]["code"] == 0


def test_per_page_above_the_cap_is_200(client):
    body = client.inventory("GET", "/items", per_page=500).json
    assert (len(body["items"]), body["page_context"]["per_page"]) == (200, 200)


def test_page_context_names_filter_and_sort(client):
    context = client.inventory("GET", "/items", per_page=1).json["page_context"]
    assert context == {
        "page": 1,
        "per_page": 1,
        "has_more_page": True,
        "report_name": "Items",
        "applied_filter": "Status.All",
        "custom_fields": [],
        "sort_column": "name",
        "sort_order": "A",
    }


def test_tied_rows_keep_their_order_until_ties_are_unstable(sandbox, client):
    sandbox.control("POST", "faults", {"action": {"kind": "same_second_burst", "n": 300}})
    query = {"sort_column": "last_modified_time", "sort_order": "D", "per_page": 200}
    first = [row["item_id"] for row in client.inventory("GET", "/items", **query).json["items"]]
    again = [row["item_id"] for row in client.inventory("GET", "/items", **query).json["items"]]
    assert first == again
    sandbox.control("POST", "switches", {"unstable_ties": "yes"})
    orders = [
        [row["item_id"] for row in client.inventory("GET", "/items", **query).json["items"]]
        for _ in range(2)
    ]
    assert orders[0] != orders[1]


def test_modification_filter_is_inclusive_unless_switched(sandbox, client):
    rows = client.inventory(
        "GET", "/items", sort_column="last_modified_time", sort_order="D", per_page=1
    ).json["items"]
    newest = rows[0]["last_modified_time"]
    assert len(_all_items(client, last_modified_time=newest)) == 1
    sandbox.control("POST", "switches", {"lmt_filter": "exclusive"})
    assert _all_items(client, last_modified_time=newest) == []


@pytest.mark.parametrize("text", ["2025-01-01T00:00:00 0300", "2025-01-01T00:00:00Z", "soon"])
def test_modification_filter_in_another_form_is_refused(client, text):
    answer = client.inventory("GET", "/items", last_modified_time=text)
    assert (answer.status, answer.code) == (400, 4)


def test_unknown_filter_word_is_refused_and_unknown_parameter_ignored(client):
    assert client.inventory("GET", "/items", filter_by="Status.Closed").status == 400
    body = client.inventory("GET", "/items", no_such_parameter="1", per_page=1).json
    assert "search_criteria" not in body["page_context"]


def test_filter_by_status_splits_all_items(sandbox, client):
    counts = Counter(row["status"] for row in _all_items(client))
    assert len(_all_items(client, filter_by="Status.Active")) == counts["active"]
    assert len(_all_items(client, filter_by="Status.Inactive")) == counts["inactive"]
    sandbox.control("POST", "switches", {"default_items_filter": "Active"})
    assert len(_all_items(client)) == counts["active"]


def test_search_by_sku_is_echoed(client):
    body = client.inventory("GET", "/items", sku_startswith="tp-0001").json
    assert body["page_context"]["search_criteria"] == [
        {
            "column_name": "sku",
            "search_text": "tp-0001",
            "search_text_formatted": "tp-0001",
            "comparator": "starts_with",
        }
    ]
    assert {row["sku"][:7] for row in body["items"]} == {"TP-0001"}


def test_books_items_ignore_the_modification_filter(client):
    context = client.books("GET", "/items", last_modified_time="2099-01-01T00:00:00+0300").json
    assert len(context["items"]) == 200


def test_inventory_orders_ignore_filters_until_switched(sandbox, client):
    query = {"reference_number": "WEB-0002", "last_modified_time": "2099-01-01T00:00:00+0300"}
    assert len(client.inventory("GET", "/salesorders", **query).json["salesorders"]) == 40
    sandbox.control("POST", "switches", {"inventory_so_reference_filter": "works"})
    body = client.inventory("GET", "/salesorders", **query).json
    assert [row["reference_number"] for row in body["salesorders"]] == ["WEB-0002"]
    sandbox.control("POST", "switches", {"inventory_so_lmt_filter": "works"})
    assert client.inventory("GET", "/salesorders", **query).json["salesorders"] == []


def test_books_orders_filter_by_reference_and_modification(client):
    body = client.books("GET", "/salesorders", reference_number="WEB-0002").json
    assert [row["salesorder_number"] for row in body["salesorders"]] == ["SO-00002"]
    assert body["page_context"]["search_criteria"][0]["column_name"] == "reference_number"
    late = client.books("GET", "/salesorders", last_modified_time="2099-01-01T00:00:00+0300")
    assert late.json["salesorders"] == []


def test_contact_search_matches_phone_and_echoes(client):
    row = client.inventory("GET", "/contacts", per_page=1).json["contacts"][0]
    found = client.inventory("GET", "/contacts", phone=row["phone"]).json
    assert [contact["contact_id"] for contact in found["contacts"]] == [row["contact_id"]]
    assert found["page_context"]["search_criteria"][0]["column_name"] == "phone"
    none = client.inventory("GET", "/contacts", email="nobody@example.com").json
    assert none["contacts"] == []
    assert none["page_context"]["search_criteria"][0]["search_text"] == "nobody@example.com"


def test_pricebook_items_leave_the_list_when_switched(sandbox, client):
    books = client.inventory("GET", "/pricebooks").json["pricebooks"]
    assert [book["name"] for book in books] == [
        "Cancel IQD",
        "Consumer IQD",
        "Retailer USD",
        "Technical IQD",
        "Technical USD",
        "Wholesale A USD",
        "Wholesale B USD",
    ]
    sandbox.control("POST", "switches", {"pricebook_items_in_list": "no"})
    bare = client.inventory("GET", "/pricebooks").json["pricebooks"]
    assert all("pricebook_items" not in book for book in bare)
    consumer = books[1]
    rows = client.books("GET", "/pricebooks/items", pricebook_id=consumer["pricebook_id"]).json
    priced = {row["item_id"]: row["pricebook_rate"] for row in consumer["pricebook_items"]}
    assert all(priced[row["item_id"]] == row["pricebook_rate"] for row in rows["items"])
    assert rows["page_context"]["has_more_page"] is True


def test_itemdetails_beyond_the_limit_is_refused(sandbox, client):
    ids = [row["item_id"] for row in client.inventory("GET", "/items").json["items"]]
    found = client.inventory("GET", "/itemdetails", item_ids=",".join([*ids[:60], "1"]))
    assert [row["item_id"] for row in found.json["items"]] == ids[:60]
    sandbox.control("POST", "switches", {"item_ids_max": "50"})
    assert client.inventory("GET", "/itemdetails", item_ids=",".join(ids[:51])).code == 4
    assert client.inventory("GET", "/itemdetails", item_ids=",".join(ids[:50])).code == 0
