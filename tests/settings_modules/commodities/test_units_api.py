"""Units, packagings and calculations through the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.commodities.models import CommodityPackaging, Unit
from tests.admin.conftest import make_staff, sign_in
from tests.factories.commodities import make_commodity, make_packaging, unit

pytestmark = pytest.mark.django_db

UNITS = "/api/v1/settings/commodities/units"
PACKAGINGS = "/api/v1/settings/commodities/packaging"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def send(
    client: Client, method: str, address: str, body: Any = None, tag: int | None = None
) -> Any:
    headers = {"If-Match": f'"{tag}"'} if tag is not None else {}
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def refused(answer: Any) -> tuple[int, str, list[str]]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], [each["field"] for each in error["details"]]


def test_unit_is_answered_with_exact_texts(boss):
    row = unit("CANDY")
    answer = boss.get(f"{UNITS}/{row.pk}")
    found = answer.json()
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert {name: found[name] for name in ("code", "dimension", "base", "factor", "aliases")} == {
        "code": "CANDY",
        "dimension": "weight",
        "base": "KG",
        "factor": "355.6222",
        "aliases": ["CANDIES", "KHANDI"],
    }


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 38),
        ("?dimension=weight", 13),
        ("?dimension=count", 7),
        ("?dimension=nothing", 0),
        ("?search=khandi", 1),
        ("?code=kg", 1),
    ],
)
def test_list_of_units(query, total, boss):
    assert boss.get(f"{UNITS}{query}").json()["total"] == total


def test_list_asks_as_often_for_many_units_as_for_one(boss):
    boss.get(UNITS)
    counts = []
    for size in (1, 30):
        with CaptureQueriesContext(connection) as asked:
            assert len(boss.get(f"{UNITS}?page_size={size}").json()["items"]) == size
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_catalogue_is_grouped(boss):
    found = boss.get(f"{UNITS}/catalogue").json()
    assert found["count"] == 38
    assert [
        (each["dimension"], each["base"], len(each["units"])) for each in found["dimensions"]
    ] == [
        ("weight", "KG", 13),
        ("count", "KG", 7),
        ("length", "METER", 6),
        ("volume", "LITER", 5),
        ("count_simple", "PIECE", 4),
        ("area", "SQ_METER", 3),
    ]
    candy = next(each for each in found["dimensions"][0]["units"] if each["code"] == "CANDY")
    assert (candy["factor"], candy["aliases"]) == ("355.6222", ["CANDIES", "KHANDI"])


def test_unit_is_added_changed_switched_off_and_on(boss):
    body = {
        "code": "hank",
        "name_en": "Hank",
        "dimension": "length",
        "factor": "768.096",
        "source": "840 yards",
        "aliases": ["hanks"],
    }
    added = send(boss, "post", UNITS, body)
    row = added.json()
    assert (added.status_code, row["code"], row["base"]) == (201, "HANK", "METER")
    address = f"{UNITS}/{row['id']}"
    assert added["Location"] == address
    changed = send(boss, "patch", address, {"aliases": ["hks"], "name_ar": "هانك"}, tag=1)
    assert (changed.status_code, changed.json()["aliases"], changed["ETag"]) == (
        200,
        ["HKS"],
        '"3"',
    )
    assert send(boss, "patch", address, {"name_en": "X"}, tag=1).status_code == 412
    assert refused(send(boss, "patch", address, {"code": "X"}, tag=3)) == (
        *(400, "invalid_input", ["code"]),
    )
    assert send(boss, "post", f"{address}/deactivate").json()["is_active"] is False
    gone = boss.get(f"{UNITS}/convert", {"quantity": "1", "unit": "HANK", "to": "YARD"})
    assert refused(gone) == (422, "unit_unknown", ["unit"])
    assert send(boss, "post", f"{address}/restore").json()["is_active"] is True


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"factor": 355.6222}, (400, "invalid_input", ["factor"])),
        ({"factor": "1e3"}, (400, "invalid_input", ["factor"])),
        ({"factor": "NaN"}, (400, "invalid_input", ["factor"])),
        ({"aliases": ["lb"]}, (409, "unit_word_taken", ["aliases"])),
        ({"base": "METER"}, (400, "invalid_input", ["base"])),
    ],
)
def test_change_refused(body, refusal, boss):
    row = unit("CANDY")
    assert refused(send(boss, "patch", f"{UNITS}/{row.pk}", body, tag=1)) == refusal
    assert Unit.objects.get(code="CANDY").version == 1


def test_base_is_not_switched_off(boss):
    answer = send(boss, "post", f"{UNITS}/{unit('KG').pk}/deactivate")
    assert refused(answer) == (409, "unit_is_base", ["is_active"])


def test_units_convert(boss):
    asked = {"quantity": "10", "unit": "bales", "to": "kg"}
    assert boss.get(f"{UNITS}/convert", asked).json() == {
        "quantity": "10",
        "unit": "BALE",
        "to": "KG",
        "result": "1700",
        "base": "KG",
        "factors": [
            {
                "unit": "BALE",
                "factor": "170",
                "base": "KG",
                "text": "1 BALE = 170.00 KG",
                "source": unit("BALE").source,
                "packaging": None,
            },
            {
                "unit": "KG",
                "factor": "1",
                "base": "KG",
                "text": "1 KG = 1.00 KG",
                "source": "Definition (International System of Units)",
                "packaging": None,
            },
        ],
    }


def test_units_convert_by_the_packaging_of_a_commodity(boss):
    cotton = make_commodity()
    make_packaging(cotton, "BALE", "165", since=date(2026, 1, 1), until=date(2026, 6, 30))
    asked = {"quantity": "10", "unit": "BALE", "to": "KG", "commodity": cotton.pk}
    results = [
        boss.get(f"{UNITS}/convert", {**asked, "on": day}).json()["result"]
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert results == ["1650", "1700"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"quantity": "0"}, (422, "quantity_not_positive", ["quantity"])),
        ({"quantity": "-10"}, (422, "quantity_not_positive", ["quantity"])),
        ({"quantity": "ten"}, (400, "invalid_input", ["quantity"])),
        ({"quantity": "1e9"}, (400, "invalid_input", ["quantity"])),
        ({"unit": "furlong"}, (422, "unit_unknown", ["unit"])),
        ({"to": "METER"}, (422, "units_incompatible", [])),
        ({"commodity": "999999"}, (404, "not_found", [])),
        ({"on": "yesterday"}, (400, "invalid_input", ["on"])),
    ],
)
def test_conversion_refused(asked, refusal, boss):
    given = {"quantity": "1", "unit": "KG", "to": "CANDY"} | asked
    assert refused(boss.get(f"{UNITS}/convert", given)) == refusal


def test_units_fit_together(boss):
    found = boss.get(f"{UNITS}/compatible?units=bale, candy,KG").json()
    assert (found["compatible"], found["base"]) == (True, "KG")
    assert [each["text"] for each in found["factors"]] == [
        "1 BALE = 170.00 KG",
        "1 CANDY = 355.6222 KG",
        "1 KG = 1.00 KG",
    ]


def test_units_that_do_not_fit_together_are_named(boss):
    answer = boss.get(f"{UNITS}/compatible?units=BALE,METER,KG")
    assert refused(answer) == (422, "units_incompatible", [])
    assert answer.json()["error"]["message"] == (
        "BALE and METER are incompatible: one is counted in KG, the other in METER."
    )
    assert refused(boss.get(f"{UNITS}/compatible?units=,")) == (422, "unit_unknown", ["units"])
    many = ",".join(["KG"] * 21)
    assert refused(boss.get(f"{UNITS}/compatible?units={many}"))[0] == 400


def test_amount_without_a_commodity(boss):
    body = {"quantity": "600", "unit": "bale", "rate": "50000", "rate_unit": "candy"}
    answer = send(boss, "post", f"{UNITS}/calculate-billing", body)
    found = answer.json()
    assert (answer.status_code, found["amount"], found["quantity_in_base"]) == (
        200,
        "14341061.95",
        "102000",
    )
    assert [each["text"] for each in found["factors"]][:2] == [
        "1 BALE = 170.00 KG",
        "1 CANDY = 355.6222 KG",
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"quantity": 600}, (400, "invalid_input", ["quantity"])),
        ({"rate": "0"}, (422, "rate_not_positive", ["rate"])),
        ({"rate_unit": "METER"}, (422, "units_incompatible", [])),
        ({"base_unit": "nothing"}, (422, "unit_unknown", ["base_unit"])),
        ({"currency": "ABC"}, (400, "currency_unknown", ["currency"])),
    ],
)
def test_amount_refused(change, refusal, boss):
    body = {"quantity": "600", "unit": "BALE", "rate": "50000", "rate_unit": "CANDY", **change}
    assert refused(send(boss, "post", f"{UNITS}/calculate-billing", body)) == refusal


def test_amount_of_a_commodity_takes_its_units_and_packagings(boss):
    cotton = make_commodity(trade="BALE", rate="CANDY", default_currency="USD")
    packaging = make_packaging(cotton, "BALE", "165")
    address = f"/api/v1/settings/commodities/{cotton.pk}/calculate-billing"
    body = {"quantity": "600", "rate": "50000", "on": "2026-06-30"}
    found = send(boss, "post", address, body).json()
    assert (found["amount"], found["currency"], found["commodity"]) == (
        *("13919266.01", "USD", cotton.pk),
    )
    assert found["factors"][0]["packaging"] == packaging.pk
    other = send(boss, "post", address, {**body, "unit": "MT", "rate_unit": "QUINTAL"}).json()
    assert (other["unit"], other["amount"]) == ("MT", "300000000.00")
    gone = send(boss, "post", "/api/v1/settings/commodities/999999/calculate-billing", body)
    assert refused(gone) == (404, "not_found", [])


def test_commodity_is_shown_to_those_who_may_view_commodities():
    cotton = make_commodity()
    client = sign_in(make_staff("commodities.view_unit"))
    asked = {"quantity": "1", "unit": "KG", "to": "MT"}
    assert client.get(f"{UNITS}/convert", asked).status_code == 200
    asked["commodity"] = cotton.pk
    assert refused(client.get(f"{UNITS}/convert", asked)) == (403, "permission_denied", [])


def test_packaging_is_added_changed_and_removed(boss):
    cotton = make_commodity()
    body = {
        "commodity": cotton.pk,
        "unit": unit("BALE").pk,
        "weight": "165.5",
        "valid_from": "2026-01-01",
    }
    added = send(boss, "post", PACKAGINGS, body)
    row = added.json()
    assert (added.status_code, row["weight"], row["weight_unit"]) == (201, "165.5", unit("KG").pk)
    assert refused(send(boss, "post", PACKAGINGS, body))[0] == 400
    address = f"{PACKAGINGS}/{row['id']}"
    changed = send(boss, "patch", address, {"valid_until": "2026-06-30"}, tag=1)
    assert (changed.status_code, changed.json()["valid_until"]) == (200, "2026-06-30")
    assert refused(send(boss, "patch", address, {"unit": unit("BAG").pk}, tag=2)) == (
        *(400, "invalid_input", ["unit"]),
    )
    assert boss.get(f"{address}/where-used").json() == {"references": []}
    assert boss.get(f"{PACKAGINGS}?commodity={cotton.pk}").json()["total"] == 1
    assert send(boss, "delete", address, tag=2).status_code == 204
    assert not CommodityPackaging.objects.exists()


def test_packaging_in_a_measure_refused(boss):
    body = {"commodity": make_commodity().pk, "unit": unit("METER").pk, "weight": "1"}
    assert refused(send(boss, "post", PACKAGINGS, body)) == (422, "unit_not_package", ["unit"])
    body = {"commodity": make_commodity().pk, "unit": unit("BALE").pk, "weight": "0"}
    assert refused(send(boss, "post", PACKAGINGS, body))[0] == 400


def test_where_a_unit_is_used(boss):
    make_packaging(make_commodity(trade="BALE"), "BALE", "165")
    found = boss.get(f"{UNITS}/{unit('BALE').pk}/where-used").json()["references"]
    assert {(each["model"], each["field"], each["count"]) for each in found} == {
        ("commodities.Commodity", "trade_unit", 1),
        ("commodities.CommodityPackaging", "unit", 1),
        ("commodities.UnitAlias", "unit", 1),
    }
