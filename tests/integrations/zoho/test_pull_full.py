"""The whole catalogue of 2,220 items."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

from django.db import connection as database
from django.utils import timezone

from catalog.models import Category, Movement, Price, PriceList, Product, StockLevel
from core.events.models import Event
from core.jobs.models import Job
from integrations.zoho.models import Cursor, SyncRun
from integrations.zoho.pull.shipments import ORDERS_A_RUN
from integrations.zoho.sandbox import demo_account
from integrations.zoho.selectors.runs import is_sync_running, last_success_by_stream
from integrations.zoho.services import sync_runs
from integrations.zoho.services.sync_runs import (
    resume_abandoned_syncs,
    run_sync,
    start_sync,
)
from settings_modules.locations.models import Location
from tests.integrations.zoho.conftest import calls, event_count, fault, history_rows, pull

PULL_IN_ANOTHER_PROCESS = """
import sys, django
django.setup()
from integrations.zoho.services.sync_runs import run_sync
run_sync(job_id=sys.argv[1])
"""


def items_there(sandbox):
    return sandbox.world.organization(demo_account.ORGANIZATION_ID).table("items")


def assert_same_as_sandbox(sandbox):
    """Every item, price and stock figure here is the sandbox's."""
    there = items_there(sandbox)
    here = {product.zoho_item_id: product for product in Product.objects.all()}
    assert here.keys() == there.keys()
    for zoho_id, item in there.items():
        product = here[zoho_id]
        assert (product.name_en, product.sku, product.is_active, product.is_stock_tracked) == (
            item["name"].strip(),
            item["sku"] or None,
            item["status"] == "active",
            item["tracked"],
        )
        assert product.name_ar == item["custom"].get("cf_name_ar", "")
        assert product.barcode == item["ean"]
    figures = {
        (level.product.zoho_item_id, level.location.zoho_location_id): (
            level.on_hand,
            level.committed_elsewhere,
        )
        for level in StockLevel.objects.select_related("product", "location")
    }
    for (zoho_id, place), (on_hand, committed) in figures.items():
        cell = there[zoho_id]["stock"].get(place, {})
        assert on_hand == cell.get("physical", 0)
        assert committed == max(0, cell.get("actual_committed", 0))
    assert len(figures) == 3 * sum(item["tracked"] for item in there.values())


def test_full_pull_takes_all_and_a_second_writes_nothing(large, sandbox):
    run = pull("full")
    assert (run.job.state, run.errors) == ("succeeded", [])
    assert Product.objects.count() == 2220
    assert_same_as_sandbox(sandbox)
    assert (Category.objects.count(), Location.objects.count()) == (25, 3)
    assert PriceList.objects.get(code="consumer_iqd").currency == "IQD"
    assert PriceList.objects.count() == 7
    assert is_sync_running() is False
    assert None not in last_success_by_stream().values()
    book = next(
        book
        for book in sandbox.world.organization(demo_account.ORGANIZATION_ID)
        .table("pricebooks")
        .values()
        if book["name"] == "Consumer IQD"
    )
    prices = {
        price.product.zoho_item_id: price.amount
        for price in Price.objects.filter(price_list__code="consumer_iqd").select_related("product")
    }
    assert prices == {item_id: entry["rate"] for item_id, entry in book["rates"].items()}

    before = (history_rows(), event_count(), Movement.objects.count())
    for kind in ("full", "items", "stock", "prices"):
        assert pull(kind).job.state == "succeeded"
    assert (history_rows(), event_count(), Movement.objects.count()) == before
    history = [event.actor for event in Event.objects.filter(type="products.mirrored")]
    assert set(history) == {"system"}
    assert ORDERS_A_RUN == 300


def test_worker_killed_in_a_page_resumes_and_converges(large, sandbox, own_database):
    fault(sandbox, "latency_ms", "/items$", ms=150)
    run = start_sync(kind="full")
    environment = {
        **os.environ,
        "DATABASE_URL": os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + quote(own_database),
        "ZOHO_REQUESTS_PER_MINUTE": "60000",
        "TRADEPOST_LOG_LEVEL": "ERROR",
        "CELERY_BROKER_URL": "memory://",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", PULL_IN_ANOTHER_PROCESS, str(run.job_id)], env=environment
    )
    try:
        deadline = time.monotonic() + 20
        while Product.objects.count() < 600 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    taken = Product.objects.count()
    assert 600 <= taken < 2220
    assert is_sync_running() is True
    assert run_sync(job_id=str(run.job_id)) is None
    Job.objects.filter(pk=run.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert resume_abandoned_syncs() == 1
    sandbox.control("DELETE", "faults")
    before = calls(sandbox, "/items$")
    assert run_sync(job_id=str(run.job_id)) == "succeeded"
    # The items are read from the checkpoint on, then once more by pages for the percentage list.
    assert calls(sandbox, "/items$") - before < 12 + 12
    assert_same_as_sandbox(sandbox)
    assert SyncRun.objects.get().checkpoint["done"] == ["locations", "items", "prices", "stock"]


def test_worker_whose_run_was_taken_over_stops_and_leaves_the_report(small, sandbox, monkeypatch):
    """It fell silent in the middle; its successor's counts and end stand."""
    run = start_sync(kind="full")
    real = sync_runs.pull_prices
    workers: list[str] = []

    def fall_silent(**arguments):
        workers.append("came here")
        if len(workers) == 1:
            Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            workers.append(run_sync(job_id=str(run.job_id)))
            arguments["report"].add("prices", seen=99_999)
        return real(**arguments)

    monkeypatch.setattr(sync_runs, "pull_prices", fall_silent)
    assert run_sync(job_id=str(run.job_id)) is None
    assert workers == ["came here", "came here", "succeeded"]
    run = SyncRun.objects.select_related("job").get()
    assert run.job.state == "succeeded"
    assert run.job.result == run.counts
    assert run.counts["prices"]["seen"] < 99_999


def test_history_rows_carry_the_run(large, sandbox):
    sandbox.control(
        "POST",
        "faults",
        {"match": {"path_regex": "/items$", "nth": 2}, "action": {"kind": "rate44"}},
    )
    run = pull("items")
    assert run.outcome == "gate_closed"
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT pgh_context->>'source', pgh_context->>'reason'"
            " FROM catalog_producthistory"
        )
        assert cursor.fetchall() == [("sync", "Zoho pull: changed products")]
    # 200 items are written; the bookmark stands at the last of them, and the next run goes on.
    assert Product.objects.count() == 200
    cursor = Cursor.objects.get(stream="items")
    assert cursor.instant == max(Product.objects.values_list("zoho_modified_at", flat=True))
    assert cursor.completed_at is None
