"""Quality parameters put in order in a browser: by dragging, and by the keyboard."""

from __future__ import annotations

from typing import Any

from django.db import connections

from settings_modules.commodities.models import Commodity
from tests.factories.commodities import make_commodity, make_parameter

NAMES = ("Length", "Strength", "Moisture")


def stored(commodity: Commodity) -> list[str]:
    rows = commodity.parameters.order_by("display_order")
    found = list(rows.values_list("parameter_name", flat=True))
    connections.close_all()
    return found


def open_order(page: Any, commodity: Commodity) -> None:
    page.goto(f"commodities/commodity/{commodity.pk}/change/")
    page.get_by_role("link", name="Order of parameters").first.click()
    page.locator(".tp-ordering").wait_for()


def save(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def test_parameters_are_dragged_and_moved_by_keys(boss_page):
    page = boss_page
    commodity = make_commodity("Cotton")
    for place, name in enumerate(NAMES, start=1):
        make_parameter(commodity, parameter_name=name, display_order=place)
    connections.close_all()

    open_order(page, commodity)
    rows = page.locator(".tp-ordering > li")
    rows.nth(0).drag_to(rows.nth(2), target_position={"x": 40, "y": 30})
    save(page)
    assert stored(commodity) == ["Strength", "Moisture", "Length"]

    open_order(page, commodity)
    page.get_by_role("button", name="Move Length", exact=True).focus()
    page.keyboard.press("ArrowUp")
    assert "place 2" in page.get_by_role("status").inner_text()
    page.keyboard.press("ArrowUp")
    save(page)
    assert stored(commodity) == ["Length", "Strength", "Moisture"]
