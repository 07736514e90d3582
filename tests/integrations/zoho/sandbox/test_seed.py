"""The seeded company: its size, its awkward corners, and that it is always the same."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.zoho.sandbox import demo_account
from integrations.zoho.sandbox.world import World


def _world(seed=1) -> World:
    return World(None, seed, {})


@pytest.fixture(scope="module")
def trading():
    return _world().organization(demo_account.ORGANIZATION_ID)


@pytest.fixture(scope="module")
def items(trading):
    return list(trading.table("items").values())


def test_seed_is_the_same_every_time_and_another_seed_differs(items):
    again = _world().organization(demo_account.ORGANIZATION_ID).table("items")
    assert list(again.values()) == items
    other = _world(2).organization(demo_account.ORGANIZATION_ID).table("items")
    assert set(other).isdisjoint(again)


def test_seed_counts(trading, items):
    counts = [len(trading.table(kind)) for kind in ("contacts", "salesorders", "pricebooks")]
    assert (len(items), counts) == (2220, [300, 40, 7])
    assert len({item["category_name"] for item in items}) == 25
    assert {len(item["item_id"]) for item in items} == {18}
    assert len({item["name"] for item in items}) == 2220


def test_seed_shares(items):
    size = len(items)
    active = [item for item in items if item["status"] == "active"]
    stocked = [
        item for item in active if sum(cell["physical"] for cell in item["stock"].values()) > 0
    ]
    services = [item for item in items if not item["tracked"]]
    assert 0.82 < len(active) / size < 0.88
    assert 0.70 < len(stocked) / len(active) < 0.80
    assert len(services) == 67
    assert 0.04 < sum(not item["sku"] for item in items) / size < 0.08
    assert 0.55 < sum(bool(item["ean"]) for item in items) / size < 0.65
    assert 0.88 < sum(bool(item["custom"]["cf_name_ar"]) for item in items) / size < 0.92


def test_seed_codes_are_unique(items):
    for name in ("sku", "ean"):
        repeated = [
            code for code, times in Counter(row[name] for row in items).items() if times > 1
        ]
        assert repeated == [""]


def test_seed_has_awkward_rows(items):
    figures = [cell["physical"] for item in items for cell in item["stock"].values()]
    assert min(figures) < 0
    assert any(figure != int(figure) for figure in figures)
    names = [item["name"] for item in items]
    assert max(len(name) for name in names) == 500
    assert any("<script>" in name for name in names)
    assert any("⚡" in name for name in names)
    assert Counter(item["modified"] for item in items).most_common(1)[0][1] >= 8


def test_seed_rates_are_whole_steps_and_books_hold_sentinels(trading, items):
    assert {item["rate"] % 250 for item in items} == {0}
    books = {book["name"]: book for book in trading.table("pricebooks").values()}
    consumer = [row["rate"] for row in books["Consumer IQD"]["rates"].values()]
    active = sum(item["status"] == "active" for item in items)
    assert 0.90 < len(consumer) / active < 0.94
    odd = {rate for rate in consumer if rate % 250}
    assert odd == {Decimal(666666), Decimal(55555)}
    assert Decimal(0) in consumer
    assert books["Technical IQD"]["pricebook_type"] == "fixed_percentage"
    assert books["Cancel IQD"]["rates"] == {}


def test_seed_orders_cover_the_statuses(trading):
    statuses = Counter(order["status"] for order in trading.table("salesorders").values())
    assert set(statuses) == {
        *("draft", "confirmed", "shipped", "partially_shipped", "void", "closed"),
    }


def test_store_reopened_in_process_is_equal(tmp_path: Path, items):
    first = World(tmp_path / "s.sqlite3", 1, {})
    first.store.close()
    second = World(tmp_path / "s.sqlite3", 1, {})
    reopened = list(second.organization(demo_account.ORGANIZATION_ID).table("items").values())
    assert reopened == items
    assert {type(item["rate"]) for item in reopened} == {Decimal}
    second.store.close()
