"""Pulls under Zoho's troubles: the reason is shown, nothing is lost, the next run converges."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from catalog.models import Price, PriceList, Product
from catalog.services.prices import set_price
from config.celery import app as celery_app
from core.identity.models import User
from integrations.zoho.errors import ForceNeedsPerson, NoConnection, SyncAlreadyRunning
from integrations.zoho.models import Connection, Cursor
from integrations.zoho.sandbox import demo_account
from integrations.zoho.services.sync_runs import start_sync
from tests.integrations.zoho.conftest import (
    calls,
    event_count,
    fault,
    history_rows,
    in_zoho,
    pull,
    stock_of,
)


def items_there(sandbox):
    return sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).table("items")


def figures():
    products = Product.objects.order_by("pk").values_list("name_en", "sku", "is_active")
    prices = Price.objects.order_by("pk").values_list("amount", "minimum_quantity")
    stock = [stock_of(product).on_hand for product in Product.objects.order_by("pk")]
    return list(products), list(prices), stock


@pytest.mark.parametrize(
    "trouble",
    [
        ("bad_json", {}),
        ("truncate_body", {}),
        ("502_html", {}),
        ("500_json", {}),
        ("503_login_page_200", {}),
        ("wrong_content_type", {}),
        ("reset_connection", {}),
        ("hang", {"seconds": 2}),
    ],
)
def test_trouble_ends_the_run_with_its_reason_and_loses_nothing(
    shop, sandbox, product, settings, trouble
):
    kind, more = trouble
    settings.ZOHO_TIMEOUT_SECONDS = 0.4 if kind == "hang" else 5.0
    before = figures()
    cursor = Cursor.objects.get(stream="items").value
    in_zoho(sandbox, product, name="Renamed", stock=41)
    fault(sandbox, kind, "/items$", **more)
    run = pull("full")
    assert (run.job.state, run.outcome) == ("partial", "zoho_trouble")
    assert run.job.error.startswith("items: ")
    assert figures() == before
    assert Cursor.objects.get(stream="items").value == cursor
    sandbox.control("DELETE", "faults")
    assert pull("full").job.state == "succeeded"
    product.refresh_from_db()
    assert (product.name_en, stock_of(product).on_hand) == ("Renamed", 41)


@pytest.mark.parametrize("kind", ["502_html", "bad_json", "reset_connection"])
def test_single_trouble_is_read_over(shop, sandbox, product, kind):
    in_zoho(sandbox, product, name="Renamed")
    fault(sandbox, kind, "/items$", count=1)
    assert pull("items").job.state == "succeeded"
    product.refresh_from_db()
    assert product.name_en == "Renamed"


def test_empty_list_empties_nothing(shop, sandbox):
    before = figures()
    fault(sandbox, "empty_items", "/items$")
    fault(sandbox, "empty_items", "/itemdetails$")
    fault(sandbox, "empty_items", "/pricebooks$")
    run = pull("full")
    assert run.job.state == "partial"
    assert figures() == before


def test_ignored_filter_reads_everything(shop, sandbox, product):
    in_zoho(sandbox, product, name="Renamed")
    fault(sandbox, "ignore_filters", "/items$")
    run = pull("items")
    product.refresh_from_db()
    assert (product.name_en, run.counts["items"]["seen"]) == ("Renamed", 12)


@pytest.mark.parametrize("filtering", ["inclusive", "exclusive"])
def test_changes_of_one_second_all_taken(shop, sandbox, filtering):
    sandbox.control("POST", "switches", {"lmt_filter": filtering})
    for item in list(items_there(sandbox).values()):
        sandbox.control("POST", "records", {"item_id": item["item_id"], "set": {"ean": "123"}})
    assert pull("items").job.state == "succeeded"
    assert Product.objects.filter(barcode="123").count() == 12


def test_more_items_in_one_second_than_a_page_holds_all_taken(large, sandbox):
    fault(sandbox, "same_second_burst", n=450, org=demo_account.ORGANIZATION_ID)
    run = pull("items")
    assert run.counts["items"]["created"] == 2220
    assert run.job.state == "succeeded"


def test_items_touched_between_pages_all_taken(large, sandbox):
    fault(
        sandbox,
        "mutate_between_pages",
        "/items$",
        nth=2,
        after_page=1,
        touch=50,
    )
    assert pull("items").counts["items"]["created"] == 2220


def test_one_bad_row_does_not_stop_the_others(shop, sandbox, product):
    for item in list(items_there(sandbox).values()):
        sandbox.control("POST", "records", {"item_id": item["item_id"], "set": {"ean": "123"}})
    in_zoho(sandbox, product, name="x" * 501, ean="1" * 65)
    run = pull("items")
    assert run.job.state == "partial"
    assert {
        "stream": "items",
        "id": product.zoho_item_id,
        "reason": "name is longer than 500 characters",
    } in run.errors
    assert Product.objects.filter(barcode="123").count() == 11


def test_duplicate_sku_is_stored_without_and_recorded(shop, sandbox, product):
    other = Product.objects.exclude(pk=product.pk).first()
    in_zoho(sandbox, product, sku=other.sku)
    run = pull("items")
    product.refresh_from_db()
    assert product.sku is None
    assert run.errors[0]["id"] == product.zoho_item_id
    in_zoho(sandbox, product, sku="FREE-1")
    pull("items")
    product.refresh_from_db()
    assert product.sku == "FREE-1"


def test_absent_keys_wipe_nothing(shop, sandbox, product):
    product.name_ar = "كابل"
    product.save()
    in_zoho(sandbox, product, name="Renamed")
    fault(sandbox, "drop_keys", "/items$", keys=["cf_name_ar", "sku", "unit", "category_id"])
    pull("items")
    sku, unit = product.sku, product.unit
    product.refresh_from_db()
    assert (product.name_en, product.name_ar) == ("Renamed", "كابل")
    assert (product.sku, product.unit) == (sku, unit)


def test_deactivation_of_one_product_taken_over(shop, sandbox, product):
    in_zoho(sandbox, product, status="inactive")
    assert pull("items").job.state == "succeeded"
    product.refresh_from_db()
    assert product.is_active is False


def test_mass_deactivation_stopped_and_forced_by_a_person(shop, sandbox):
    ids = [item["item_id"] for item in items_there(sandbox).values()][:5]
    for item_id in ids:
        sandbox.control("POST", "records", {"item_id": item_id, "set": {"status": "inactive"}})
    for kind in ("items", "full", "items"):
        run = pull(kind)
        assert (run.job.state, run.outcome) == ("failed", "guard_refused")
        assert "the pull would deactivate products: 5 of 12, more than 30%" in run.job.error
        assert Product.objects.filter(is_active=True).count() == 12
    with pytest.raises(ForceNeedsPerson):
        start_sync(kind="items", force=True)
    make_person()
    assert pull("items", force=True).job.state == "succeeded"
    assert Product.objects.filter(is_active=True).count() == 7


def make_person():
    User.objects.create(pk=1, email="person@example.com", is_staff=True)


def test_other_changes_written_although_the_guard_stops(shop, sandbox):
    ids = [item["item_id"] for item in items_there(sandbox).values()]
    for item_id in ids[:5]:
        sandbox.control("POST", "records", {"item_id": item_id, "set": {"status": "inactive"}})
    sandbox.control("POST", "records", {"item_id": ids[-1], "set": {"name": "Renamed"}})
    pull("items")
    assert Product.objects.get(zoho_item_id=ids[-1]).name_en == "Renamed"


def test_mass_emptying_stopped_and_forced_by_a_person(shop, sandbox):
    stocked = [p for p in Product.objects.all() if stock_of(p).on_hand > 0]
    for one in stocked:
        in_zoho(sandbox, one, stock=0)
    run = pull("stock")
    assert (run.job.state, run.outcome) == ("failed", "guard_refused")
    assert f"empty products: {len(stocked)} of {len(stocked)}" in run.job.error
    assert [p for p in Product.objects.all() if stock_of(p).on_hand > 0] == stocked
    make_person()
    assert pull("stock", force=True).job.state == "succeeded"
    assert [p for p in Product.objects.all() if stock_of(p).on_hand > 0] == []


def rates_there(sandbox):
    organization = sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID)
    (book_id, book), *_ = organization.table("pricebooks").items()
    return organization, book_id, book


def test_mass_removal_of_prices_stopped(shop, sandbox):
    before = Price.objects.count()
    organization, book_id, book = rates_there(sandbox)
    kept = dict(list(book["rates"].items())[:6])
    organization.save("pricebooks", book_id, {**book, "rates": kept})
    run = pull("prices")
    assert (run.job.state, run.outcome) == ("failed", "guard_refused")
    assert Price.objects.count() == before


def test_price_gone_from_the_list_removed(shop, sandbox):
    before = Price.objects.count()
    organization, book_id, book = rates_there(sandbox)
    gone, *kept = book["rates"].items()
    organization.save("pricebooks", book_id, {**book, "rates": dict(kept)})
    assert pull("prices").job.state == "succeeded"
    assert Price.objects.count() == before - 2
    assert Price.objects.filter(product__zoho_item_id=gone[0]).count() == 0


def test_price_of_staff_kept(shop, sandbox, product):
    price_list = PriceList.objects.get(code="volume_usd")
    set_price(product=product, price_list=price_list, amount=7)
    organization, book_id, book = rates_there(sandbox)
    rates = {k: v for k, v in book["rates"].items() if k != product.zoho_item_id}
    run = pull("prices")
    assert run.counts["prices"]["kept_local"] == 1
    organization.save("pricebooks", book_id, {**book, "rates": rates})
    pull("prices")
    price = Price.objects.get(product=product, price_list=price_list, minimum_quantity=1)
    assert (price.amount, price.ownership) == (7, "local")


def test_prices_read_from_books_where_the_list_has_none(small, sandbox):
    sandbox.control("POST", "switches", {"pricebook_items_in_list": "no"})
    assert pull("full").job.state == "succeeded"
    assert Price.objects.count() == 24
    assert calls(sandbox, "/books/v3/pricebooks/items") == 1


def test_prices_kept_where_nothing_returns_them(shop, sandbox):
    before = list(Price.objects.order_by("pk").values_list("amount", flat=True))
    sandbox.control("POST", "switches", {"pricebook_items_in_list": "no"})
    fault(sandbox, "code57", "/books/v3/pricebooks/items")
    run = pull("prices")
    assert run.job.state == "partial"
    assert "did not return its prices" in run.errors[0]["reason"]
    assert list(Price.objects.order_by("pk").values_list("amount", flat=True)) == before


def test_second_start_refused_while_one_is_queued(small):
    start_sync(kind="stock")
    with pytest.raises(SyncAlreadyRunning) as caught:
        start_sync(kind="items")
    assert (caught.value.code, caught.value.status) == ("sync_already_running", 409)


def test_start_without_a_connection_refused(own_database):
    with pytest.raises(NoConnection):
        start_sync(kind="full")


def test_second_active_connection_refused_by_the_database(small):
    small.pk = None
    small._state.adding = True
    with pytest.raises(IntegrityError, match="zoho_one_active_connection"):
        Connection.objects.bulk_create([small])


def test_unchanged_pull_writes_no_history_and_no_event(shop, sandbox):
    before = (history_rows(), event_count())
    for kind in ("full", "items", "stock", "prices"):
        pull(kind)
    assert (history_rows(), event_count()) == before


def test_queue_out_of_reach_does_not_fail_the_start(small, monkeypatch, caplog):
    monkeypatch.setattr(celery_app, "_pool", None)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    monkeypatch.setattr(celery_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    run = start_sync(kind="stock")
    assert run.job.state == "queued"
    assert "task_not_sent" in caplog.text
