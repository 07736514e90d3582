"""The end of a financial year in a browser: closed, rolled forward, the next one numbered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connections

from catalog.models import Product
from core.identity.models import User
from settings_modules.organizations.models import FinancialYear
from settings_modules.organizations.selectors.financial_years import today
from tests.e2e.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.served import Served
from tests.e2e.system import PASSWORD
from tests.factories.catalog import make_order
from tests.factories.years import issue, make_series, make_year

EMAIL = "finance@example.com"


@pytest.fixture
def year(server: Served) -> FinancialYear:
    """The calendar year of today with one invoice, and an order that nobody has shipped."""
    order = make_order((Product.objects.get(), 1))
    this_year = make_year(order.organization, date(today().year, 1, 1).isoformat())
    series = make_series(this_year, prefix=f"INV/{today().year}/", last_number=1)
    issue(series, 1)
    User.objects.create_superuser(EMAIL, PASSWORD)
    connections.close_all()
    return this_year


@pytest.fixture
def page(server: Served, year: FinancialYear, chromium: str) -> Iterator[Any]:
    """A browser page, signed in."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import)

    address = f"http://127.0.0.1:{server.port}/admin/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        opened = browser.new_context(
            base_url=address, viewport={"width": 1360, "height": 850}
        ).new_page()
        opened.set_default_timeout(60_000)
        opened.goto(address)
        opened.fill("input[name=login]", EMAIL)
        opened.fill("input[name=password]", PASSWORD)
        opened.click("button[type=submit]")
        opened.wait_for_url(address)
        yield opened
        browser.close()


def press(page: Any, name: str) -> None:
    """The button of the page that asks."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def facts(page: Any) -> dict[str, str]:
    """What the page that asks lists: name to text."""
    return {
        row.locator("dt").inner_text(): row.locator("dd").inner_text()
        for row in page.locator("dl.tp-facts > div").all()
    }


def read(page: Any, resource: str) -> list[dict[str, Any]]:
    """What the API tells whoever is signed in in the browser."""
    items: list[dict[str, Any]] = page.request.get(f"/api/v1/settings/{resource}").json()["items"]
    return items


def next_number(page: Any, organization: int, document: str) -> str:
    """The number that whoever is signed in in the browser is given."""
    answer = page.request.post(
        f"/api/v1/settings/organizations/{organization}/next-document-number/{document}",
        data={"purpose": "first of the year"},
        headers={
            "X-CSRFToken": page.locator("input[name=csrfmiddlewaretoken]").first.input_value(),
            "Referer": page.url,
        },
    )
    assert answer.status == 201, answer.text()
    number: str = answer.json()["document_number"]
    return number


def test_year_is_closed_rolled_forward_and_the_next_one_numbered(page, year, tmp_path):
    there = f"organizations/financialyear/{year.pk}"
    page.goto(f"{there}/close/")
    page.screenshot(path=str(tmp_path / "checklist.png"), full_page=True)
    found = facts(page)
    assert found["Orders neither shipped nor cancelled"].startswith("1 found")
    assert found["Document series with missing numbers"] == "nothing found"
    press(page, "Close year")
    assert "This field is required." in page.locator("form").last.inner_text()

    # The point is settled where the checklist leads.
    page.get_by_role("link", name="1 found").click()
    page.locator('#result_list a[href*="/change/"]').first.click()
    page.locator('a[href$="/ship/"]').first.click()
    press(page, "Ship")

    page.goto(f"{there}/close/")
    assert set(facts(page).values()) == {"nothing found"}
    press(page, "Close year")
    assert f"{year.name}: closed." in page.locator("body").inner_text()

    page.goto(f"{there}/roll-forward/")
    page.screenshot(path=str(tmp_path / "roll-forward.png"), full_page=True)
    following = today().year + 1
    assert facts(page)["invoice"] == f"INV/{following}/000001"
    press(page, "Roll forward")
    assert f"{year.name}: rolled forward." in page.locator("body").inner_text()

    years = {row["name"]: row for row in read(page, "financial-years")}
    made, old = years[f"FY {following}"], years[year.name]
    assert (made["status"], made["is_active"]) == ("open", True)
    assert (old["status"], old["is_active"], old["closing_waivers"]) == ("closed", False, {})
    series = read(page, "document-series?document_type=invoice")
    assert {row["prefix"]: row["last_number"] for row in series} == {
        f"INV/{today().year}/": 1,
        f"INV/{following}/": 0,
    }

    assert next_number(page, made["organization"], "invoice") == f"INV/{following}/000001"
