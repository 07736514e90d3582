"""The three limits, every fault kind, and the journal that tells what happened."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from integrations.zoho.sandbox.control import BadControl
from integrations.zoho.sandbox.faults import BadFault
from integrations.zoho.sandbox.switches import UnknownSwitch


def _lay(sandbox, kind, path="", *, match=None, **action):
    wanted = {"path_regex": path, "count": 1, **(match or {})}
    return sandbox.control("POST", "faults", {"match": wanted, "action": {"kind": kind, **action}})


def _references(sandbox):
    return sandbox.control("GET", "stats")["orders_per_reference"]


def test_minute_limit_blocks_every_call_until_the_block_ends(sandbox, client):
    sandbox.control("POST", "clock", {"freeze": True})
    sandbox.control("POST", "switches", {"per_minute": 5, "block_seconds": 120})
    assert [client.inventory("GET", "/locations").status for _ in range(5)] == [200] * 5
    refused = client.inventory("GET", "/locations")
    assert (refused.status, refused.code) == (429, 44)
    assert "retry-after" not in refused.headers
    sandbox.control("POST", "clock", {"advance": 119})
    assert client.inventory("GET", "/locations").code == 44
    sandbox.control("POST", "clock", {"advance": 1})
    assert client.inventory("GET", "/locations").code == 0


def test_minute_limit_slides(sandbox, client):
    sandbox.control("POST", "clock", {"freeze": True})
    sandbox.control("POST", "switches", {"per_minute": 2})
    client.inventory("GET", "/locations")
    sandbox.control("POST", "clock", {"advance": 40})
    client.inventory("GET", "/locations")
    sandbox.control("POST", "clock", {"advance": 20})
    assert client.inventory("GET", "/locations").code == 0
    assert client.inventory("GET", "/locations").code == 44


def test_daily_limit_counts_failed_calls_and_resets_at_local_midnight(sandbox, client):
    sandbox.control("POST", "clock", {"set": "2026-03-01T23:00:00+0300", "freeze": True})
    sandbox.control("POST", "switches", {"daily": 3, "retry_after": "yes"})
    first = client.inventory("GET", "/locations").headers
    assert (first["x-rate-limit-limit"], first["x-rate-limit-remaining"]) == ("3", "2")
    assert first["x-rate-limit-reset"] == "3600"
    assert client.inventory("GET", "/items/1").status == 404
    assert client.inventory("GET", "/nothing").headers["x-rate-limit-remaining"] == "0"
    refused = client.inventory("GET", "/locations")
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (429, 45, "3600")
    assert refused.json["message"].endswith("maximum call rate limit of 3.")
    sandbox.control("POST", "clock", {"advance": 3600})
    client.token = ""
    assert client.inventory("GET", "/locations").headers["x-rate-limit-remaining"] == "2"


def test_organizations_carry_no_rate_headers(client):
    answer = client.inventory("GET", "/organizations", organization_id="")
    names = [row["name"] for row in answer.json["organizations"]]
    assert names == ["Tradepost Demo Trading", "Tradepost Demo US"]
    assert [name for name in answer.headers if name.startswith("x-rate")] == []


def test_calls_in_process_beyond_the_limit_are_code_1070(sandbox, client):
    sandbox.control("POST", "switches", {"concurrency": 3})
    _lay(sandbox, "latency_ms", "/locations", match={"count": 6}, ms=700)
    client.inventory("GET", "/settings/currencies")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: client.inventory("GET", "/locations"), range(6)))
    assert sorted(answer.code for answer in answers) == [0, 0, 0, 1070, 1070, 1070]
    assert sandbox.control("GET", "stats")["max_in_flight"] >= 3
    assert client.inventory("GET", "/locations").code == 0


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("code57", 401, 57),
        ("code14", 401, 14),
        ("rate45", 429, 45),
        ("rate1070", 429, 1070),
        ("500_json", 500, 1000),
    ],
)
def test_canned_fault_happens_once_and_is_spent(sandbox, client, kind, status, code):
    _lay(sandbox, kind, "/locations")
    answer = client.inventory("GET", "/locations")
    assert (answer.status, answer.code) == (status, code)
    assert client.inventory("GET", "/locations").status == 200


def test_rate44_fault_blocks_the_organization(sandbox, client):
    sandbox.control("POST", "clock", {"freeze": True})
    _lay(sandbox, "rate44", "/locations", block_s=60)
    assert client.inventory("GET", "/locations").code == 44
    assert client.inventory("GET", "/items").code == 44
    sandbox.control("POST", "clock", {"advance": 60})
    assert client.inventory("GET", "/items").code == 0


def test_html_faults_are_html(sandbox, client):
    _lay(sandbox, "502_html", "/locations")
    _lay(sandbox, "503_login_page_200", "/items")
    gateway = client.inventory("GET", "/locations")
    assert (gateway.status, gateway.headers["content-type"]) == (502, "text/html;charset=UTF-8")
    login = client.inventory("GET", "/items")
    assert (login.status, login.raw[:15]) == (200, b"<!DOCTYPE html>")


def test_token_faults(sandbox, client):
    _lay(sandbox, "token_200_invalid_code", "/oauth")
    assert client.refresh().json == {"error": "invalid_code"}
    _lay(sandbox, "token_throttle", "/oauth")
    assert client.refresh().status == 400
    assert client.refresh().json["expires_in"] == 3600


def test_connection_faults(sandbox, client):
    client.inventory("GET", "/locations")
    _lay(sandbox, "reset_connection", "/locations")
    with pytest.raises(ConnectionResetError):
        client.inventory("GET", "/locations")
    _lay(sandbox, "hang", "/locations", seconds=0.3)
    with pytest.raises(http.client.RemoteDisconnected):
        client.inventory("GET", "/locations")
    _lay(sandbox, "truncate_body", "/locations")
    with pytest.raises(http.client.IncompleteRead):
        client.inventory("GET", "/locations")
    _lay(sandbox, "bad_json", "/locations")
    with pytest.raises(ValueError, match="Expecting"):
        _ = client.inventory("GET", "/locations").json
    _lay(sandbox, "wrong_content_type", "/locations")
    answer = client.inventory("GET", "/locations")
    assert (answer.headers["content-type"], answer.code) == ("text/html;charset=UTF-8", 0)


def test_commit_then_fail_really_commits(sandbox, client):
    item_id = client.stocked_item()["item_id"]
    _lay(sandbox, "commit_then_fail", "/salesorders$", match={"method": "POST"}, how="504")
    assert client.order(item_id, reference_number="TWICE").status == 504
    assert _references(sandbox)["TWICE"] == 1
    _lay(sandbox, "commit_then_fail", "/salesorders$", match={"method": "POST"}, how="reset")
    with pytest.raises(ConnectionResetError):
        client.order(item_id, reference_number="TWICE")
    assert _references(sandbox)["TWICE"] == 2


def test_fail_before_commit_leaves_nothing(sandbox, client):
    item_id = client.stocked_item()["item_id"]
    _lay(sandbox, "fail_before_commit", "/salesorders$", match={"method": "POST"})
    assert client.order(item_id, reference_number="NEVER").status == 504
    assert "NEVER" not in _references(sandbox)


def test_nth_and_every_choose_the_calls(sandbox, client):
    sandbox.control(
        "POST",
        "faults",
        {"match": {"path_regex": "/locations", "nth": 2}, "action": {"kind": "code57"}},
    )
    statuses = [client.inventory("GET", "/locations").status for _ in range(4)]
    assert statuses == [200, 401, 200, 200]
    sandbox.control("DELETE", "faults")
    sandbox.control(
        "POST",
        "faults",
        {"match": {"path_regex": "/locations", "every": 2}, "action": {"kind": "500_json"}},
    )
    statuses = [client.inventory("GET", "/locations").status for _ in range(4)]
    assert statuses == [200, 500, 200, 500]


def test_data_faults_change_one_answer(sandbox, client):
    plain = [row["item_id"] for row in client.inventory("GET", "/items").json["items"]]
    _lay(sandbox, "omit_rows", "/items$", ids=[plain[3]])
    shown = client.inventory("GET", "/items").json
    assert [row["item_id"] for row in shown["items"]] == plain[:3] + plain[4:]
    assert shown["page_context"]["has_more_page"] is True
    _lay(sandbox, "drop_keys", "/items$", keys=["rate", "status"])
    row = client.inventory("GET", "/items").json["items"][0]
    assert ("rate" in row, "status" in row, "name" in row) == (False, False, True)
    _lay(sandbox, "empty_items", "/items$")
    empty = client.inventory("GET", "/items").json
    assert (empty["items"], empty["page_context"]["has_more_page"]) == ([], False)
    _lay(sandbox, "ignore_filters", "/items$")
    ignored = client.inventory("GET", "/items", sku="TP-00001").json
    assert len(ignored["items"]) == 200
    assert "search_criteria" not in ignored["page_context"]


def test_mutation_between_pages_shifts_the_next_page(sandbox, client):
    query = {"sort_column": "last_modified_time", "sort_order": "A"}
    second = client.inventory("GET", "/items", page=2, **query).json["items"]
    _lay(sandbox, "mutate_between_pages", "/items$", after_page=1, touch=5)
    client.inventory("GET", "/items", page=1, **query)
    shifted = client.inventory("GET", "/items", page=2, **query).json["items"]
    assert [row["item_id"] for row in shifted[:195]] == [row["item_id"] for row in second[5:]]


def test_same_second_burst_gives_one_time_to_many(sandbox, client):
    sandbox.control("POST", "clock", {"freeze": True})
    sandbox.control("POST", "faults", {"action": {"kind": "same_second_burst", "n": 300}})
    query = {"sort_column": "last_modified_time", "sort_order": "D"}
    rows = client.inventory("GET", "/items", **query).json["items"]
    assert len({row["last_modified_time"] for row in rows}) == 1


def test_silent_stock_move_leaves_the_time(sandbox, client):
    item = client.stocked_item()
    action = {"kind": "silent_stock_move", "item_id": item["item_id"], "quantity": -7}
    sandbox.control("POST", "faults", {"action": action})
    after = client.inventory("GET", f"/items/{item['item_id']}").json["item"]
    assert after["stock_on_hand"] == item["stock_on_hand"] - 7
    assert after["last_modified_time"] == item["last_modified_time"]


def test_account_faults_take_effect_at_once(sandbox, client):
    assert client.inventory("GET", "/locations").status == 200
    sandbox.control("POST", "faults", {"action": {"kind": "evict_tokens"}})
    assert client.inventory("GET", "/locations").code == 57
    client.token = ""
    scope = {"kind": "scope_remove", "scope": "ZohoInventory.items.READ"}
    sandbox.control("POST", "faults", {"action": scope})
    assert client.inventory("GET", "/locations").code == 0
    assert client.inventory("GET", "/items").code == 57
    sandbox.control("POST", "faults", {"action": {"kind": "quota_limit", "n": 1}})
    assert client.inventory("GET", "/locations").code == 45
    sandbox.control("POST", "faults", {"action": {"kind": "revoke_refresh"}})
    assert client.refresh().json == {"error": "invalid_code"}


def test_unknown_fault_switch_or_control_is_refused(sandbox, client):
    with pytest.raises(BadFault):
        sandbox.control("POST", "faults", {"action": {"kind": "no_such_kind"}})
    with pytest.raises(UnknownSwitch):
        sandbox.control("POST", "switches", {"lmt_filter": "sideways"})
    with pytest.raises(BadControl):
        sandbox.control("POST", "nothing")
    answer = client.send("POST", "/__control/faults", body={"action": {"kind": "x"}})
    assert answer.status == 400


def test_journal_tells_calls_without_secrets(sandbox, client):
    client.inventory("GET", "/items/1", page=3)
    entries = sandbox.control("GET", "requests")["requests"]
    assert [entry["path"] for entry in entries] == ["/oauth/v2/token", "/inventory/v1/items/1"]
    token_call, item_call = entries
    assert "sandbox-secret" not in str(token_call)
    assert client.token not in str(item_call)
    assert (item_call["status"], item_call["code"], item_call["query"]["page"]) == (404, 1002, "3")
    assert (item_call["in_flight"], len(item_call["token"])) == (1, 12)
    found = sandbox.control("GET", "requests", path_regex="^/oauth")
    assert found["count"] == 1
    assert client.send("GET", "/__control/requests", path_regex="items").json["count"] == 1
    sandbox.control("DELETE", "requests")
    assert sandbox.control("GET", "requests")["count"] == 0


def test_records_edited_by_a_person_show_and_bump(sandbox, client):
    item = client.stocked_item()
    place = item["locations"][1]["location_id"]
    edit = {"rate": "1250", "status": "inactive", "stock": {place: "12.5"}}
    sandbox.control("POST", "records", {"item_id": item["item_id"], "set": edit})
    after = client.inventory("GET", f"/items/{item['item_id']}").json["item"]
    assert (after["rate"], after["status"]) == (1250, "inactive")
    assert str(after["locations"][1]["location_stock_on_hand"]) == "12.500000"
    assert after["last_modified_time"] > item["last_modified_time"]
    sandbox.control("POST", "records", {"item_id": item["item_id"], "delete": True})
    assert client.inventory("GET", f"/items/{item['item_id']}").status == 404


def test_reset_brings_back_the_start(sandbox, client):
    item_id = client.stocked_item()["item_id"]
    client.order(item_id, reference_number="GONE")
    sandbox.control("POST", "reset")
    assert sandbox.control("GET", "stats")["orders"] == 40
    assert client.inventory("GET", "/locations").code == 57


def test_stats_stay_right_under_concurrent_calls(sandbox, client):
    sandbox.control("POST", "switches", {"concurrency": 0})
    client.inventory("GET", "/locations")
    threads = [
        threading.Thread(target=client.inventory, args=("GET", "/locations")) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = sandbox.control("GET", "stats")
    assert (stats["paths"]["GET /inventory/v1/locations"], stats["in_flight"]) == (21, 0)


def test_pages_for_people_show_the_order_and_escape_it(client):
    item_id = client.stocked_item()["item_id"]
    client.order(item_id, reference_number="<b>REF</b>")
    page = client.send("GET", "/__control/orders").raw.decode()
    assert "SO-00041" in page
    assert "&lt;b&gt;REF&lt;/b&gt;" in page
    assert "Tradepost Demo Trading" in client.send("GET", "/").raw.decode()
