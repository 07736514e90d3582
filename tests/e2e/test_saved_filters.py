"""A filter of the list of commodities in a browser: saved, opened, shared, renamed, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from core.identity.models import User
from tests.e2e.conftest import page_of
from tests.e2e.served import Served
from tests.e2e.system import PASSWORD
from tests.factories.commodities import make_commodity

OWNER, COLLEAGUE = "trader@example.com", "colleague@example.com"
LIST = "commodities/commodity/"


@pytest.fixture
def goods(server: Served) -> None:
    """A list of two commodities, one of which is switched off, and two people."""
    make_commodity("Cotton of the browser")
    make_commodity("Yarn of the browser", is_active=False)
    for email in (OWNER, COLLEAGUE):
        User.objects.create_superuser(email, PASSWORD)
    connections.close_all()


def names(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".tp-saved-names a > bdi").all_inner_texts()]


def in_force(page: Any) -> list[str]:
    return [
        text.strip() for text in page.locator(".tp-saved-names a[aria-current]").all_inner_texts()
    ]


def open_work(page: Any) -> None:
    """By the keyboard alone."""
    page.locator(".tp-saved-work > summary").focus()
    page.keyboard.press("Enter")


def test_filter_is_saved_opened_shared_renamed_and_removed(goods, browser, server, tmp_path: Path):
    page, other = page_of(browser, server, OWNER), page_of(browser, server, COLLEAGUE)
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(f"{LIST}")
    open_work(page)
    page.screenshot(path=str(tmp_path / "empty.png"))
    assert "No saved filters yet" in page.inner_text(".tp-saved-work")

    page.goto(f"{LIST}?is_active__exact=0&q=yarn&p=1")
    open_work(page)
    page.screenshot(path=str(tmp_path / "new.png"))
    page.keyboard.press("Tab")
    page.keyboard.type("Off")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"{LIST}?is_active__exact=0&q=yarn")
    assert (names(page), in_force(page)) == (["Off"], ["Off"])

    page.goto(LIST)
    assert "Cotton of the browser" in page.inner_text("#result_list")
    assert in_force(page) == []
    with page.expect_navigation():
        page.get_by_role("link", name="Off", exact=True).click()
    shown = page.inner_text("#result_list")
    assert ("Yarn of the browser" in shown, "Cotton of the browser" in shown) == (True, False)
    assert in_force(page) == ["Off"]

    other.goto(LIST)
    assert names(other) == []
    open_work(page)
    page.screenshot(path=str(tmp_path / "change.png"))
    form = page.locator('.tp-saved-work form[action$="/change/"]')
    form.locator("[name=name]").fill("Switched off")
    form.get_by_label("Shared").check()
    with page.expect_navigation():
        form.get_by_role("button", name="Change").click()
    assert "“Switched off” is changed." in page.inner_text("body")
    other.goto(LIST)
    assert names(other) == ["Switched off"]
    assert OWNER in other.inner_text(".tp-saved-names")

    other.context.add_cookies(
        [{"name": "django_language", "value": "ar", "url": f"http://127.0.0.1:{server.port}"}]
    )
    other.goto(LIST)
    open_work(other)
    other.screenshot(path=str(tmp_path / "arabic.png"))
    assert other.locator("html").get_attribute("dir") == "rtl"
    assert "المرشحات المحفوظة" in other.inner_text(".tp-saved-work > summary")
    edge = other.locator(".tp-saved-names a").bounding_box()
    assert edge["x"] > 1360 / 2

    open_work(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Remove Switched off").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Remove").click()
    assert names(page) == []
    other.goto(LIST)
    assert names(other) == []
    assert [line for line in refused if "Content Security Policy" in line] == []
