"""From the id in an answer to what the request did, on one page of the running system."""

from __future__ import annotations

import json

from tests.e2e.system import System, wait_for

ORDERS = "/api/v1/consumer/orders"


def _order(system: System, quantity: int, **headers: str) -> tuple[int, dict]:
    items = system.get("products?limit=200")["items"]
    product = next(item for item in items if item["actual_available_stock"] >= 20)
    body = {
        "items": [{"product_id": product["id"], "quantity": quantity}],
        "customer_name": "Shopper",
        "customer_phone": "0770 123 4567",
    }
    return system.ask("POST", ORDERS, body, **headers)


def _sections(page, system: System, request_id: str) -> dict[str, str]:
    """The text of each section of the page, by its title."""
    page.goto(f"{system.url}/admin/core/slowoperation/request/?request_id={request_id}")
    panels = page.locator("section.tp-panel").all()
    return {
        panel.locator("header strong").first.inner_text(): panel.inner_text() for panel in panels
    }


def test_refused_order_is_found_by_the_id_in_its_body(system, staff_page):
    status, answer = _order(system, 100_000, Idempotency_Key="e2e-find-0001")
    assert (status, answer["error"]["code"]) == (409, "order_refused")
    found = _sections(staff_page, system, answer["error"]["request_id"])
    assert "POST api/v1/consumer/orders" in found["The request"]
    assert "\t409\t" in found["The request"]
    assert " SQL statements, " in found["The request"]
    assert "409" in found["Stored answers to repeated requests"]
    shown = staff_page.locator("main, body").first.inner_text()
    assert "Looked through all log lines kept on this machine" in shown


def test_order_is_found_with_the_tasks_that_it_sent(system, staff_page):
    request_id = "e2e-find-request-0002"
    status, order = _order(system, 1, Idempotency_Key="e2e-find-0002", X_Request_ID=request_id)
    assert status == 201

    def sections_once_over() -> dict[str, str] | None:
        found = _sections(staff_page, system, request_id)
        tasks = found.get("Background tasks", "")
        is_over = "zoho" in tasks and "running" not in tasks and "queued" not in tasks
        return found if is_over else None

    found = wait_for(
        "the tasks of the order",
        sections_once_over,
        seconds=120,
        state=lambda: _sections(staff_page, system, request_id),
    )
    assert "\t201\t" in found["The request"]
    assert "succeeded" in found["Background tasks"]
    assert " SQL statements, " in found["Background tasks"]
    assert "A shopper placed an order" in found["Events"]
    assert "Changed records" in found
    assert order["order_number"]
    kept = [
        json.loads(line)
        for file in (system.folder / "data" / "logs" / "lines").iterdir()
        for line in file.read_text().splitlines()
    ]
    of_this = [line for line in kept if line.get("request_id") == request_id]
    sent = {line["task_id"] for line in of_this if line["event"] == "task_sent"}
    ended = {line["task_id"] for line in of_this if line["event"] == "task_ended"}
    assert sent
    assert sent <= ended
    assert "0770 123 4567" not in json.dumps(kept)
    assert "7701234567" not in json.dumps(kept)
