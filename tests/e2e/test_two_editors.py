"""Two people in two browsers on one product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.system import PASSWORD, System

ADMIN = "admin@tradepost.example"
SECOND = "staff@example.com"
SECOND_PASSWORD = "another-password-for-this-run"


def _sign_in(browser, system: System, email: str, password: str):
    page = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
    page.goto(f"{system.url}/admin/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{system.url}/admin/")
    return page


def _add_second_person(page, system: System) -> None:
    page.goto(f"{system.url}/admin/core/user/add/")
    page.fill("input[name=email]", SECOND)
    page.check("input[name=is_staff]")
    page.fill("input[name=password1]", SECOND_PASSWORD)
    page.fill("input[name=password2]", SECOND_PASSWORD)
    _save(page)
    page.check("input[name=is_superuser]")
    _save(page)


def _save(page) -> None:
    with page.expect_navigation():
        page.click("button[name=_save]")


@pytest.fixture(scope="module")
def two_people(pulled_system: System, chromium: str) -> Iterator[tuple]:
    """The pages of two people of the staff, each in a browser context of its own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import)

    pulled_system.start_again()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        first = _sign_in(browser, pulled_system, ADMIN, PASSWORD)
        _add_second_person(first, pulled_system)
        yield first, _sign_in(browser, pulled_system, SECOND, SECOND_PASSWORD)
        browser.close()


def _product(system: System, number: int) -> str:
    item = system.get("products?limit=200")["items"][number]
    return f"{system.url}/admin/catalog/product/{item['id']}/"


def _text(page) -> str:
    return re.sub(r"\s+", " ", page.locator("#content-main").inner_text())


def _keep_picture(page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def test_changes_of_two_people_are_all_kept(two_people, system, tmp_path):
    first, second = two_people
    product = _product(system, 100)
    first.goto(f"{product}change/")
    second.goto(f"{product}change/")
    first.fill("input[name=name_en]", "Name of the first")
    _save(first)
    before = second.input_value("input[name=name_en]")
    second.fill("input[name=name_ar]", "اسم من الثاني")
    second.fill("input[name=unit]", "crate")
    _save(second)
    _keep_picture(second, tmp_path, "different-fields")
    shown = _text(second)
    assert f"{ADMIN} changed this record while you were editing it, last at" in shown
    assert f"Name (English): {before} → Name of the first ({ADMIN}, " in shown
    assert second.input_value("input[name=name_en]") == "Name of the first"
    assert second.input_value("input[name=name_ar]") == "اسم من الثاني"
    _save(second)
    second.goto(f"{product}change/")
    names = ("name_en", "name_ar", "unit")
    stored = [second.input_value(f"input[name={name}]") for name in names]
    assert stored == ["Name of the first", "اسم من الثاني", "crate"]
    second.goto(f"{product}history/")
    _keep_picture(second, tmp_path, "history")
    panels = second.locator("section.tp-panel")
    assert f"by {SECOND}" in panels.nth(0).inner_text()
    assert "اسم من الثاني" in panels.nth(0).inner_text()
    assert f"by {ADMIN}" in panels.nth(1).inner_text()
    assert "Name of the first" in panels.nth(1).inner_text()


def test_second_person_decides_about_a_field_that_both_changed(two_people, system, tmp_path):
    first, second = two_people
    product = _product(system, 101)
    first.goto(f"{product}change/")
    second.goto(f"{product}change/")
    before = second.input_value("input[name=unit]")
    first.fill("input[name=unit]", "theirs")
    _save(first)
    second.fill("input[name=unit]", "mine")
    _save(second)
    _keep_picture(second, tmp_path, "same-field")
    assert f"It was “{before or '—'}”; {ADMIN} made it “theirs” at" in _text(second)
    assert second.input_value("input[name=unit]") == "mine"
    first.goto(f"{product}change/")
    assert first.input_value("input[name=unit]") == "theirs"
    _save(second)
    first.goto(f"{product}change/")
    assert first.input_value("input[name=unit]") == "mine"


def test_change_is_reverted_in_the_browser_with_its_reason(two_people, system, tmp_path):
    first, _second = two_people
    product = _product(system, 102)
    first.goto(f"{product}change/")
    before = first.input_value("input[name=unit]")
    first.fill("input[name=unit]", "wrong")
    first.click(".tp-reason summary")
    first.fill("input[name=change_reason]", "A slip")
    _save(first)
    first.goto(f"{product}history/")
    changed = first.locator("section.tp-panel").first
    assert "Reason: A slip" in changed.inner_text()
    changed.get_by_role("link", name="Revert").click()
    _keep_picture(first, tmp_path, "revert")
    with first.expect_navigation():
        first.get_by_role("button", name="Revert").click()
    assert "Reason: Reverted change" in first.locator("section.tp-panel").first.inner_text()
    first.goto(f"{product}change/")
    assert first.input_value("input[name=unit]") == before


def test_pages_are_shown_from_right_to_left(two_people, system, tmp_path):
    first, second = two_people
    product = _product(system, 103)
    arabic = {"name": "django_language", "value": "ar", "url": system.url}
    second.context.add_cookies([arabic])
    first.goto(f"{product}change/")
    second.goto(f"{product}change/")
    first.fill("input[name=unit]", "theirs")
    first.fill("input[name=barcode]", "12345678")
    _save(first)
    second.fill("input[name=unit]", "mine")
    _save(second)
    _keep_picture(second, tmp_path, "conflict-arabic")
    assert second.locator("html").get_attribute("dir") == "rtl"
    assert f"وجعلها {ADMIN} «theirs» في" in _text(second)
    assert "← 12345678" in _text(second)
    _save(second)
    second.goto(f"{product}history/")
    _keep_picture(second, tmp_path, "history-arabic")
    second.locator("section.tp-panel").first.get_by_role("link", name="إلغاء التغيير").click()
    _keep_picture(second, tmp_path, "revert-arabic")
    assert "mine ← theirs" in second.locator(".tp-facts").inner_text()
    second.context.clear_cookies(name="django_language")
