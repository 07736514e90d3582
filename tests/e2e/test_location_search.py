"""Adding a location in a browser: the place is searched by keyboard, the warning answered."""

from __future__ import annotations

from pathlib import Path

FILLED = ("name_en", "city", "state", "state_code", "country", "timezone")


def _values(page) -> dict[str, str]:
    return {name: page.input_value(f"[name={name}]") for name in FILLED}


def _search(page, text: str) -> None:
    page.locator("#place-search").press_sequentially(text)
    page.wait_for_selector("#place-options li")


def _save(page) -> None:
    page.locator("input[name=_save], button[name=_save]").first.click()
    page.wait_for_load_state()


def test_place_is_found_by_keyboard_and_added_once(staff_page, system, tmp_path: Path):
    page = staff_page
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(f"{system.url}/admin/locations/location/add/")
    _search(page, "pune")
    assert page.get_attribute("#place-search", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#place-search", "aria-activedescendant")
    assert page.inner_text(f"#{chosen}") == "Pune, Maharashtra, India"
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('id_place_id').value === '1259229'")
    assert _values(page) == {
        "name_en": "Pune",
        "city": "Pune",
        "state": "Maharashtra",
        "state_code": "MH",
        "country": "IN",
        "timezone": "Asia/Kolkata",
    }
    page.get_by_text("Opening hours", exact=True).first.click()
    page.fill("[name=opening_hours_fri_0_from]", "18:00")
    page.fill("[name=opening_hours_fri_0_to]", "00:00")
    page.screenshot(path=str(tmp_path / "place.png"), full_page=True)
    _save(page)
    assert page.url.endswith("/admin/locations/location/")
    page.get_by_role("link", name="pune").first.click()
    page.wait_for_selector("[name=opening_hours_fri_0_to]", state="attached")
    assert page.input_value("[name=opening_hours_fri_0_from]") == "18:00"
    assert page.input_value("[name=opening_hours_fri_0_to]") == "00:00"
    page.goto(f"{system.url}/admin/locations/location/add/")
    page.fill("[name=name_en]", "Pune")
    page.get_by_text("Address", exact=True).first.click()
    page.fill("[name=city]", "pune")
    _save(page)
    page.screenshot(path=str(tmp_path / "similar.png"), full_page=True)
    assert "There are similar locations. Is this one of them?" in page.inner_text("#content-main")
    assert "100 %" in page.inner_text(".tp-similar").replace("\u00a0", " ")
    page.check("[name=confirm_similar]")
    page.fill("[name=code]", "pune-second")
    _save(page)
    assert page.url.endswith("/admin/locations/location/")
    assert [line for line in refused if "Content Security Policy" in line] == []


def test_search_works_in_arabic_and_says_when_nothing_matches(staff_page, system, tmp_path: Path):
    page = staff_page
    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": system.url}])
    page.goto(f"{system.url}/admin/locations/location/add/")
    _search(page, "اربيل")
    assert page.inner_text("#place-options li >> nth=0") == "أربيل, Erbil, Iraq"
    page.locator("#place-options li").first.click()
    page.wait_for_function("document.getElementById('id_place_id').value === '95446'")
    assert page.input_value("[name=name_ar]") == "أربيل"
    page.screenshot(path=str(tmp_path / "arabic.png"), full_page=True)
    page.fill("#place-search", "")
    page.locator("#place-search").press_sequentially("zzzzqq")
    page.wait_for_function(
        "document.querySelector('.tp-places-state').textContent.includes('يدوياً')"
    )
    assert page.get_attribute("#place-search", "aria-expanded") == "false"
