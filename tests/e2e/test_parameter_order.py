"""Quality parameters put in order in a browser: by dragging, and by the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from settings_modules.commodities.models import Commodity
from tests.e2e.served import Served
from tests.factories.commodities import make_commodity, make_parameter

NAMES = ("Length", "Strength", "Moisture")


@pytest.fixture
def cotton(server: Served) -> Commodity:
    """A commodity with three parameters."""
    commodity = make_commodity("Cotton")
    for place, name in enumerate(NAMES, start=1):
        make_parameter(commodity, parameter_name=name, display_order=place)
    connections.close_all()
    return commodity


def stored(page: Any, commodity: Commodity) -> list[str]:
    """The parameters in their order, as the API tells it."""
    answer = page.request.get(f"/api/v1/settings/commodities/{commodity.pk}/parameters")
    return [row["parameter_name"] for row in answer.json()["items"]]


def open_order(page: Any, commodity: Commodity) -> None:
    page.goto(f"commodities/commodity/{commodity.pk}/change/")
    page.get_by_role("link", name="Order of parameters").first.click()
    page.locator(".tp-ordering").wait_for()


def save(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def test_parameters_are_dragged_and_moved_by_keys(cotton, boss_page):
    page, commodity = boss_page, cotton
    open_order(page, commodity)
    rows = page.locator(".tp-ordering > li")
    rows.nth(0).drag_to(rows.nth(2), target_position={"x": 40, "y": 30})
    save(page)
    assert stored(page, commodity) == ["Strength", "Moisture", "Length"]

    open_order(page, commodity)
    page.get_by_role("button", name="Move Length", exact=True).focus()
    page.keyboard.press("ArrowUp")
    assert "place 2" in page.get_by_role("status").inner_text()
    page.keyboard.press("ArrowUp")
    save(page)
    assert stored(page, commodity) == ["Length", "Strength", "Moisture"]
