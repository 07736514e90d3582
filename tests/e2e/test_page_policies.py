"""Every kind of page in a browser: nothing on it meets the page's own policy, an intruder does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.system import PASSWORD, System

TOLD = """document.addEventListener("securitypolicyviolation", (found) => console.error(
  `violation: ${found.effectiveDirective} ${found.blockedURI}`))"""
EMAIL = "admin@tradepost.example"
PAGES = (
    *("", "sessions/", "core/slowoperation/request/", "catalog/product/add/"),
    *("organizations/membership/add/", "django_celery_beat/periodictask/add/"),
)
#: Of these the list, and the form and the history of its first row.
LISTS = ("catalog/product", "core/user", "organizations/organization", "zoho/syncrun", "core/job")


@dataclass
class Browsing:
    """A page that remembers what the browser complained of."""

    page: Any
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(TOLD)
        self.page.on("pageerror", lambda error: self.complaints.append(f"raised: {error}"))
        self.page.on("console", self._note)

    def _note(self, told: Any) -> None:
        # Browsers ask for this address where a page names no picture of its own.
        if told.type == "error" and not told.location["url"].endswith("/favicon.ico"):
            self.complaints.append(told.text)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.base + path, wait_until="load")
        assert answer.status == 200, path
        assert (path, self.complaints) == (path, [])

    def speak(self, language: str) -> None:
        cookie = {"name": "django_language", "value": language, "url": self.base}
        self.page.context.add_cookies([cookie])

    def sign_in(self) -> None:
        self.open("/admin/")
        self.page.fill("input[name=login]", EMAIL)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("form#login-form button[type=submit]")
        self.page.wait_for_url(f"{self.base}/admin/")


@pytest.fixture(scope="module")
def browser(pulled_system: System, chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import)

    pulled_system.start_again()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def stranger(browser: Any, system: System) -> Iterator[Browsing]:
    """Somebody who is not signed in."""
    context = browser.new_context(viewport={"width": 1360, "height": 850})
    # Passkeys work on names, not on addresses.
    yield Browsing(context.new_page(), system.url.replace("127.0.0.1", "localhost"))
    context.close()


@pytest.fixture
def boss(stranger: Browsing) -> Browsing:
    stranger.sign_in()
    return stranger


@pytest.mark.parametrize("language", ["en", "ar"])
def test_back_office_pages_keep_to_their_policy(language, boss):
    boss.speak(language)
    for path in PAGES:
        boss.open(f"/admin/{path}")
    for model in LISTS:
        boss.open(f"/admin/{model}/")
        links = boss.page.locator("#result_list tbody tr:first-child th a")
        if links.count():
            form = links.first.get_attribute("href")
            boss.open(form)
            boss.open(form.replace("change/", "history/"))
    assert boss.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def test_widgets_of_the_back_office_keep_to_its_policy(boss):
    boss.open("/admin/organizations/membership/add/")
    boss.page.locator(".select2-selection").first.click()
    boss.page.locator(".select2-results__option", has_text=EMAIL).first.wait_for()
    boss.page.keyboard.press("Escape")
    boss.page.locator(".datetimeshortcuts a", has=boss.page.locator(".date-icon")).first.click()
    boss.page.locator(".calendarbox:visible").first.wait_for()
    boss.open("/admin/catalog/product/")
    boss.page.locator("input[name=q], #searchbar").first.fill("cable")
    assert boss.complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_sign_in_pages_keep_to_their_policy(language, stranger):
    stranger.speak(language)
    stranger.open("/accounts/login/")
    stranger.open("/accounts/password/reset/")
    stranger.sign_in()
    # Asked for the password once more.
    stranger.open("/accounts/2fa/webauthn/add/")
    stranger.page.fill("input[name=password]", PASSWORD)
    stranger.page.locator("main button[type=submit]").first.click()
    stranger.page.wait_for_url("**/accounts/2fa/webauthn/add/")
    for path in ("2fa/", "2fa/webauthn/", "password/change/", "2fa/webauthn/add/"):
        stranger.open(f"/accounts/{path}")
    assert stranger.page.evaluate("typeof allauth.webauthn.forms.addForm") == "function"
    stranger.open("/accounts/2fa/totp/activate/")
    width = "document.querySelector('img.tp-qr').naturalWidth"
    assert stranger.page.evaluate(width) > 0


def test_page_of_an_error_keeps_to_its_policy(stranger):
    stranger.page.goto(f"{stranger.base}/nothing/here")
    [told] = stranger.complaints
    assert "404" in told


def test_readers_of_the_schema_keep_to_their_policy(stranger):
    stranger.open("/api/docs/")
    stranger.page.locator(".opblock-summary").first.click()
    stranger.page.locator(".opblock-body").first.wait_for()
    stranger.open("/api/redoc/")
    stranger.page.locator("h1", has_text="Tradepost API").first.wait_for()
    stranger.page.fill("input[placeholder^=Search]", "orders")
    stranger.page.locator("[role=search] [role=menuitem]").first.wait_for()
    assert stranger.complaints == []


INTRUDERS = """() => {
  const script = document.createElement("script");
  script.textContent = "window.intruded = true";
  document.body.append(script);
  const foreign = document.createElement("script");
  foreign.src = "https://elsewhere.example/script.js";
  document.body.append(foreign);
  const handler = document.createElement("b");
  handler.setAttribute("onclick", "window.intruded = true");
  document.body.append(handler);
  handler.click();
  return window.intruded === true;
}"""


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/", "/api/docs/", "/api/redoc/"])
def test_injected_script_is_refused(path, stranger):
    if path == "/admin/":
        stranger.sign_in()
    stranger.open(path)
    assert stranger.page.evaluate(INTRUDERS) is False
    stranger.page.wait_for_timeout(100)
    assert [told for told in stranger.complaints if told.startswith("violation: ")] == [
        "violation: script-src-elem inline",
        "violation: script-src-elem https://elsewhere.example/script.js",
        "violation: script-src-attr inline",
    ]
