"""From Zoho's items to a shopper's order and back, over real processes."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.system import System, wait_for


def _product_in_stock(system: System, *, skip: int) -> dict:
    """A product of which there are plenty; a different one for each test."""
    items = system.get("products?limit=200")["items"]
    plenty = [item for item in items if item["actual_available_stock"] >= 20]
    return plenty[skip]


def _available(system: System, product: dict) -> int:
    return system.get(f"products/{product['id']}")["product"]["actual_available_stock"]


def _pull_everything(system: System, page) -> None:
    """“Sync now” in the admin, until the list shows that the run succeeded."""
    address = f"{system.url}/admin/zoho/syncrun/"
    page.goto(address)
    before = _runs(page)
    page.get_by_role("link", name="Sync now").click()
    page.get_by_role("button", name="Start").click()

    def is_over() -> bool:
        page.goto(address)
        return _runs(page) == before + 1 and "succeeded" in page.locator(ROWS).first.inner_text()

    wait_for("the pull", is_over, seconds=90)


ROWS = "#result_list tbody tr"


def _runs(page) -> int:
    return page.locator(ROWS).count()


def test_catalogue_arrives_from_zoho(system):
    status = system.get("sync/status")
    items = system.sandbox("GET", "stats")
    assert status["total_products"] == _active_items(items)
    listed = system.get("products?limit=1")
    assert listed["total"] <= status["in_stock_products"]
    assert listed["total"] > 1000


def _active_items(stats: dict) -> int:
    return int(stats["items_per_status"]["active"])


def test_search_in_arabic_finds_the_product(system):
    product = _product_in_stock(system, skip=1)
    status, detail = system.ask(
        "GET", f"/api/v1/consumer/products/{product['id']}", Accept_Language="ar"
    )
    assert status == 200
    name = detail["product"]["name"]
    assert any("\u0600" <= letter <= "\u06ff" for letter in name)
    found = system.get(f"products?limit=200&search={quote(name)}")["items"]
    assert product["id"] in {item["id"] for item in found}


def test_order_twice_with_one_key_is_one_order_everywhere(system):
    product = _product_in_stock(system, skip=2)
    before = _available(system, product)
    first = system.order(product, 2, key="e2e-order-0001")
    again = system.order(product, 2, key="e2e-order-0001")
    assert first == again
    assert first[0] == 201
    number = first[1]["order_number"]
    assert _available(system, product) == before - 2
    wait_for("the sales order", lambda: system.sales_orders(number), seconds=30)
    assert system.sales_orders(number) == 1


def test_reply_lost_after_the_commit_makes_no_second_sales_order(system):
    for how in ("504", "reset"):
        system.sandbox(
            "POST",
            "faults",
            {
                "match": {"method": "POST", "path_regex": "/salesorders$", "count": 1},
                "action": {"kind": "commit_then_fail", "how": how},
            },
        )
        product = _product_in_stock(system, skip=3)
        status, order = system.order(product, 1, key=f"e2e-lost-{how}")
        assert status == 201
        number = order["order_number"]
        wait_for("confirmed", lambda n=number: _is_confirmed(system, n), seconds=90)
        assert system.sales_orders(number) == 1


def _is_confirmed(system: System, number: str) -> bool:
    statuses = system.sandbox("GET", "stats")["statuses_per_reference"]
    return statuses.get(number) == ["confirmed"]


def test_edited_price_is_seen_by_the_next_request(system, staff_page):
    product = _product_in_stock(system, skip=4)
    staff_page.goto(f"{system.url}/admin/catalog/product/{product['id']}/change/")
    staff_page.locator('a[href="#prices"]').click()
    row = staff_page.locator("tr", has_text="Consumer IQD").first
    row.locator("input[name$=amount]").fill("123250")
    staff_page.get_by_role("button", name="Save", exact=True).click()
    staff_page.wait_for_url(re.compile(r"/admin/catalog/product/(#prices)?$"))
    assert system.get(f"products/{product['id']}")["product"]["price"] == 123250
    listed = system.get("products?limit=200")["items"]
    assert [i["price"] for i in listed if i["id"] == product["id"]] == [123250]


def test_order_shipped_in_the_admin_stays_gone_after_two_pulls(system, staff_page):
    product = _product_in_stock(system, skip=5)
    before = _available(system, product)
    _, order = system.order(product, 2, key="e2e-ship-0001")
    number = order["order_number"]
    wait_for("confirmed", lambda: _is_confirmed(system, number), seconds=60)
    for _ in range(2):
        _pull_everything(system, staff_page)
        assert _available(system, product) == before - 2
    staff_page.goto(f"{system.url}/admin/catalog/order/{order['order_id']}/change/")
    staff_page.locator("a[href$='/ship/']").click()
    staff_page.get_by_role("button", name="Ship").click()
    wait_for("the movement", lambda: _movements(system, staff_page, number), seconds=30)
    assert _available(system, product) == before - 2
    _pull_everything(system, staff_page)
    assert _available(system, product) == before - 2


def _movements(system: System, page, number: str) -> int:
    page.goto(f"{system.url}/admin/catalog/movement/?q={number}")
    return page.locator("tbody tr", has_text=number).count()


@pytest.mark.usefixtures("system")
def test_killed_in_the_middle_of_the_push_one_sales_order(system):
    """`kill -9` of everything while Zoho has committed and the reply hangs; then a new start."""
    system.sandbox(
        "POST",
        "faults",
        {
            "match": {"method": "POST", "path_regex": "/salesorders$", "count": 1},
            "action": {"kind": "commit_then_fail", "how": "hang"},
        },
    )
    product = _product_in_stock(system, skip=6)
    before = _available(system, product)
    _, order = system.order(product, 1, key="e2e-kill-0001")
    number = order["order_number"]
    wait_for("committed in Zoho", lambda: system.sales_orders(number), seconds=30)
    system.kill()
    wait_for("no process left", lambda: not system.processes(), seconds=10)
    assert system.start() < 60
    assert _available(system, product) == before - 1
    wait_for("confirmed", lambda: _is_confirmed(system, number), seconds=120)
    assert system.sales_orders(number) == 1


def test_worker_child_killed_the_worker_goes_on(system):
    product = _product_in_stock(system, skip=7)
    children = _worker_children(system)
    assert children
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    _, order = system.order(product, 1, key="e2e-child-0001")
    wait_for("confirmed", lambda: _is_confirmed(system, order["order_number"]), seconds=60)
    assert system.sales_orders(order["order_number"]) == 1


def _worker_children(system: System) -> list[int]:
    """Process ids of the pool processes of this system's Celery worker."""
    pids = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            text = (entry / "cmdline").read_bytes().decode()
            mine = str(system.folder).encode() in (entry / "environ").read_bytes()
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if mine and "celery" in text and "worker" in text and "guard" not in text:
            pids[int(entry.name)] = parent
    return [pid for pid, parent in pids.items() if parent in pids]


def test_stopped_by_ctrl_c_leaves_nothing(system):
    assert system.stop() == 0
    begun = time.monotonic()
    wait_for("no process left", lambda: not system.processes(), seconds=10)
    assert time.monotonic() - begun < 10
