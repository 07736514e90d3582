"""One running system for all end-to-end tests, and a browser that is signed in to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from catalog.models import Category
from core.identity.models import User
from core.schedules import ensure_schedules
from tests.e2e.served import Served, served
from tests.e2e.shoppers import NAME, STOCK
from tests.e2e.system import PASSWORD, System, wait_for
from tests.factories.catalog import make_product

BOSS = "boss@example.com"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def pulled_system() -> Iterator[System]:
    """`manage.py up`, its first pull from the sandbox finished."""
    running = System()
    try:
        running.start()
        wait_for(
            "the first pull",
            lambda: running.get("sync/status")["last_result"] == "succeeded",
            seconds=120,
        )
        yield running
    finally:
        running.remove()


@pytest.fixture
def system(pulled_system: System) -> System:
    """The one system of all end-to-end tests, started again if a test before has stopped it."""
    pulled_system.start_again()
    return pulled_system


@pytest.fixture
def server(committed_db: str) -> Iterator[Served]:
    """The system with a Valkey of its own, on a database with one product."""
    ensure_schedules()
    make_product(
        sku="CABLE-1",
        name=NAME,
        stock=str(STOCK),
        category=Category.objects.create(name_en="Cables"),
    )
    with served(committed_db) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Without one the test is skipped, except where one is required."""
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("TRADEPOST_REQUIRE_BROWSER") or os.environ.get("CI") == "true":
            pytest.fail("a browser is required here and no Chromium was found")
        pytest.skip("no Chromium was found: browser tests did not run")
    return path


@pytest.fixture
def staff_page(system: System, chromium: str):
    """A browser page of somebody of the staff, signed in to the admin."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1360, "height": 850})
        page.goto(f"{system.url}/admin/")
        page.fill("input[name=login]", "admin@tradepost.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(f"{system.url}/admin/")
        yield page
        browser.close()


def page_of(browser: Any, server: Served, email: str) -> Any:
    """A page of the admin of somebody who has signed in."""
    address = f"http://127.0.0.1:{server.port}/admin/"
    page = browser.new_context(base_url=address, viewport={"width": 1360, "height": 850}).new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(address)
    return page


@pytest.fixture
def browser(server: Served, chromium: str) -> Iterator[Any]:
    """A browser beside the served system."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow to import)

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def boss(server: Served) -> None:
    """Somebody who may do everything. Records are made before the browser is there."""
    User.objects.create_superuser(BOSS, PASSWORD)
    connections.close_all()


@pytest.fixture
def boss_page(boss: None, server: Served, browser: Any) -> Any:
    """A page of the admin of that person."""
    return page_of(browser, server, BOSS)
