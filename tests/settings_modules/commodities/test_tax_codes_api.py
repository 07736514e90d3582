"""Tax codes, rates, revisions, categories and knowledge by the API."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.commodities.models import HsnKnowledge, TaxRate
from tests.factories.tax_codes import (
    make_conflict,
    make_goods_category,
    make_knowledge,
    make_revision,
    make_tax_code,
    make_tax_rate,
)

pytestmark = pytest.mark.django_db

BASE = "/api/v1/settings/commodities"


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def post(client: Client, address: str, body=None, **headers):
    return client.post(f"{BASE}/{address}", body, content_type="application/json", headers=headers)


def test_code_added_changed_and_removed(boss):
    added = post(boss, "tax-codes", {"code": "97010011", "description": "Zithers"})
    assert (added.status_code, added.json()["key"]) == (201, "hsn:97010011")
    place = added["Location"]
    changed = boss.patch(
        place,
        {"description": "Zithers, strung"},
        content_type="application/json",
        headers={"If-Match": added["ETag"]},
    )
    assert changed.json()["description"] == "Zithers, strung"
    removed = boss.delete(place, headers={"If-Match": changed["ETag"]})
    assert (removed.status_code, boss.get(place).status_code) == (204, 404)


def test_same_code_of_the_same_kind_refused(boss):
    make_tax_code("97010011")
    again = post(boss, "tax-codes", {"code": "97010011"})
    assert again.status_code == 400
    assert post(boss, "tax-codes", {"code": "97010011", "kind": "sac"}).status_code == 201


def test_search_pages_and_autocompletion_offer_the_rate(boss):
    code = make_tax_code("97010011", "ZITHERS")
    make_tax_code("97010012", "ZITHERS, OTHER")
    make_tax_rate(code, "0")
    page = boss.get(f"{BASE}/tax-codes/search?query=zither&page_size=1").json()
    assert (page["total"], len(page["items"])) == (2, 1)
    assert page["next"].startswith(f"{BASE}/tax-codes/search?")
    offered = boss.get(f"{BASE}/tax-codes/autocomplete?query=9701").json()["items"]
    assert [(each["code"], each["rate"]) for each in offered] == [
        ("97010011", "0.000"),
        ("97010012", None),
    ]
    assert boss.get(f"{BASE}/tax-codes/search").status_code == 400


def test_effective_rate_is_text_and_says_whose_it_is(boss):
    make_tax_rate(make_tax_code("97"), "12.5")
    code = make_tax_code("97010011")
    place = f"{BASE}/tax-codes/{code.pk}/effective-rate"
    assert boss.get(f"{place}?date=2026-04-01").json() == {
        "tax_code": code.pk,
        "code": "97010011",
        "date": "2026-04-01",
        "rate": "12.500",
        "from_code": "97",
        "valid_from": "2017-07-01",
        "valid_until": None,
        "notification": "",
    }
    assert boss.get(f"{place}?date=2017-06-30").json()["rate"] is None
    assert boss.get(f"{place}?date=tomorrow").status_code == 400


def test_rates_of_a_code_the_latest_first(boss):
    code = make_tax_code("97010011")
    body = {"tax_code": code.pk, "rate": "0", "valid_from": "2026-01-01"}
    first = post(boss, "tax-rates", {**body, "valid_until": "2026-03-31"})
    assert (first.status_code, first.json()["rate"]) == (201, "0.000")
    assert post(boss, "tax-rates", {**body, "valid_from": "2026-03-31"}).status_code == 400
    assert post(boss, "tax-rates", {**body, "valid_from": "2026-04-01"}).status_code == 201
    listed = boss.get(f"{BASE}/tax-codes/{code.pk}/rates").json()["items"]
    assert [each["valid_from"] for each in listed] == ["2026-04-01", "2026-01-01"]
    covering = boss.get(f"{BASE}/tax-rates?on=2026-03-31").json()["items"]
    assert [each["id"] for each in covering] == [first.json()["id"]]
    assert boss.get(f"{BASE}/tax-codes/999999/rates").status_code == 404


def test_revision_previewed_applied_and_taken_back(boss):
    make_tax_rate(make_tax_code("97"), "18")
    body = {
        "codes": ["97"],
        "is_prefix": True,
        "rate": "5",
        "valid_from": "2026-10-01",
        "notification": "09/2025",
    }
    preview = post(boss, "tax-rates/revisions/preview", body)
    assert preview.json()["codes"] == [
        {
            "tax_code": make_tax_code("97").pk,
            "code": "97",
            "description": "",
            "old_rate": "18.000",
            "old_from_code": "97",
            "new_rate": "5.000",
        }
    ]
    assert TaxRate.objects.count() == 1
    applied = post(boss, "tax-rates/revisions", body)
    assert (applied.status_code, applied.json()["added_count"]) == (201, 1)
    again = post(boss, "tax-rates/revisions", body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "revision_in_the_way")
    place = applied["Location"].removeprefix(f"{BASE}/")
    back = post(boss, f"{place}/reverse")
    assert (back.status_code, TaxRate.objects.get().valid_until) == (200, None)
    assert back.json()["reversed_at"] is not None


def test_category_suggested_with_the_reason(boss):
    answer = boss.get(f"{BASE}/suggest-category?name=Cotton Yarn").json()
    assert (answer["category"]["code"], answer["confidence"]) == ("yarn", "0.95")
    assert [each["code"] for each in answer["alternatives"]] == ["natural-fiber"]
    nothing = boss.get(f"{BASE}/suggest-category?name=Natural Gas").json()
    assert (nothing["category"], nothing["confidence"]) == (None, "0.00")


def test_code_suggested_with_rate_and_reason(boss):
    code = make_tax_code("97010011")
    make_tax_rate(code, "0")
    known = make_knowledge("Zither", code)
    [answer] = boss.get(f"{BASE}/suggest-tax-code?name=zither").json()["items"]
    assert (answer["code"], answer["knowledge"], answer["rate"]) == ("97010011", known.pk, "0.000")
    assert answer["reason"] == "“Zither” is known by this name (entered by a person, not verified)."
    nothing = boss.get(f"{BASE}/suggest-tax-code?name=Zyzzyva").json()
    assert (nothing["items"], nothing["reason"] != "") == ([], True)


def test_knowledge_entered_verified_and_decided(boss):
    HsnKnowledge.objects.all().delete()
    rows = [
        post(
            boss, "hsn-knowledge", {"commodity_name": "Zither", "tax_code": make_tax_code(code).pk}
        ).json()
        for code in ("97010011", "97010012")
    ]
    queue = boss.get(f"{BASE}/hsn-knowledge?is_verified=false&is_active=true").json()
    assert queue["total"] == 2
    for row in rows:
        verified = post(boss, f"hsn-knowledge/{row['id']}/verify")
        assert verified.json()["is_verified"]
    [conflict] = boss.get(f"{BASE}/hsn-conflicts?is_open=true").json()["items"]
    place = f"hsn-conflicts/{conflict['id']}"
    shown = boss.get(f"{BASE}/{place}").json()["candidates"]
    assert [each["code"] for each in shown] == ["97010011", "97010012"]
    decided = post(boss, f"{place}/decide", {"kept": rows[1]["id"]})
    assert (decided.status_code, decided.json()["kept"]) == (200, rows[1]["tax_code"])
    assert boss.get(f"{BASE}/hsn-conflicts?is_open=true").json()["total"] == 0
    assert HsnKnowledge.objects.get(is_active=True).pk == rows[1]["id"]


def test_confidence_beyond_one_refused(boss):
    for confidence in ("1.5", "-0.1"):
        body = {
            "commodity_name": "Zither",
            "tax_code": make_tax_code("97").pk,
            "confidence": confidence,
        }
        assert post(boss, "hsn-knowledge", body).status_code == 400
    assert not HsnKnowledge.objects.filter(confidence=Decimal("1.5")).exists()


LISTS = {
    "tax-codes": make_tax_code,
    "tax-codes/search?query=98": make_tax_code,
    "tax-rates": make_tax_rate,
    "tax-rates/revisions": make_revision,
    "categories": make_goods_category,
    "hsn-knowledge": make_knowledge,
    "hsn-conflicts": make_conflict,
}


@pytest.mark.parametrize("address", LISTS)
def test_list_asks_as_often_for_a_hundred_rows_as_for_one(boss, address):
    joint = "&" if "?" in address else "?"
    LISTS[address]()
    boss.get(f"{BASE}/{address}")
    with CaptureQueriesContext(connection) as one:
        boss.get(f"{BASE}/{address}{joint}page_size=1")
    for _ in range(99):
        LISTS[address]()
    with CaptureQueriesContext(connection) as many:
        page = boss.get(f"{BASE}/{address}{joint}page_size=100").json()
    assert len(page["items"]) == 100
    assert len(many) == len(one)
