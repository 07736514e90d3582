"""Rates and price tools over the API: INT-14 to INT-17."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.identity.models import User
from settings_modules.commodities.models import ExchangeRate
from tests.factories.exchange_rates import make_rate, make_weights

pytestmark = pytest.mark.django_db

COMMODITIES = "/api/v1/settings/commodities"
RATES = f"{COMMODITIES}/exchange-rates"
BODY = {"base": "USD", "quote": "INR", "rate": "84.25", "valid_on": "2026-04-01"}


@pytest.fixture
def client() -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.create_superuser("boss@example.com"))
    return made


def post(client: Client, **changed: Any) -> Any:
    return client.post(RATES, BODY | changed, content_type="application/json")


def refusal(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], [(d["field"], d["code"]) for d in error["details"]]


def test_rate_is_entered_and_read_with_its_figure_as_text(client):
    answer = post(client, rate="84.250000000001")
    assert answer.status_code == 201
    row = ExchangeRate.objects.get()
    assert answer["Location"] == f"{RATES}/{row.pk}"
    body = client.get(answer["Location"]).json()
    assert {name: body[name] for name in ("base", "quote", "rate", "source", "is_override")} == {
        "base": "USD",
        "quote": "INR",
        "rate": "84.250000000001",
        "source": "manual",
        "is_override": False,
    }
    assert body["entered_by"] == User.objects.get().pk
    assert (body["age_days"], body["is_stale"]) == (
        (timezone.localdate() - row.valid_on).days,
        True,
    )


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"rate": 84.25}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"rate": "0"}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"rate": "0.0"}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"rate": "-1"}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"rate": "1e3"}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"rate": "NaN"}, (400, "invalid_input", [("rate", "not_a_rate")])),
        ({"base": "usd"}, (400, "invalid_input", [("base", "invalid")])),
        ({"base": "QQQ"}, (400, "currency_unknown", [("base", "currency_unknown")])),
        ({"quote": "USD"}, (422, "currencies_equal", [("quote", "currencies_equal")])),
        (
            {"valid_on": "1989-12-31"},
            (422, "exchange_rate_day_wrong", [("valid_on", "exchange_rate_day_wrong")]),
        ),
        (
            {"is_override": True},
            (422, "override_needs_reason", [("reason", "override_needs_reason")]),
        ),
        (
            {"source": "override"},
            (422, "rate_source_reserved", [("source", "rate_source_reserved")]),
        ),
        ({"age_days": 1}, (400, "invalid_input", [("age_days", "not_writable")])),
    ],
)
def test_wrong_value_is_refused_by_name(client, changed, wanted):
    assert refusal(post(client, **changed)) == wanted
    assert not ExchangeRate.objects.exists()


def test_rate_that_is_there_is_named(client):
    key = post(client).json()["id"]
    answer = post(client, rate="85")
    assert refusal(answer)[:2] == (409, "exchange_rate_there")
    assert answer.json()["error"]["id"] == key


def test_override_is_entered_with_its_reason(client):
    post(client)
    answer = post(client, rate="90", is_override=True, reason="Agreed with the bank")
    assert answer.status_code == 201
    assert (answer.json()["source"], answer.json()["reason"]) == (
        "override",
        "Agreed with the bank",
    )
    between = client.get(f"{RATES}/between?from=USD&to=INR&on=2026-04-01").json()
    assert (between["rate"], between["used"][0]["is_override"]) == ("90", True)


def test_figure_is_mended_and_the_rest_kept(client):
    row = make_rate()
    address = f"{RATES}/{row.pk}"
    patch = {"content_type": "application/json", "headers": {"If-Match": '"1"'}}
    answer = client.patch(address, {"base": "EUR"}, **patch)
    assert refusal(answer) == (400, "invalid_input", [("base", "not_writable")])
    answer = client.patch(address, {"rate": "84.5"}, **patch)
    assert (answer.status_code, answer.json()["rate"], answer["ETag"]) == (200, "84.5", '"2"')
    assert client.patch(address, {"rate": "85"}, **patch).status_code == 412
    assert client.delete(address, headers={"If-Match": '"2"'}).status_code == 204
    assert not ExchangeRate.objects.exists()


def test_list_is_narrowed_by_pair_source_and_days(client):
    today = timezone.localdate()
    for days in range(4):
        make_rate(valid_on=today - timedelta(days=days))
    make_rate("EUR", "INR", "91", source="ecb")
    for query, count in {
        "": 5,
        "base=usd": 4,
        "quote=INR&source=ECB": 1,
        f"since={today - timedelta(days=1)}": 3,
        f"base=USD&until={today - timedelta(days=2)}": 2,
        "is_override=true": 0,
    }.items():
        assert client.get(f"{RATES}?{query}").json()["total"] == count, query
    days = [row["valid_on"] for row in client.get(RATES).json()["items"]]
    assert days == sorted(days, reverse=True)
    latest = client.get(f"{RATES}/latest").json()
    assert [(row["base"], row["age_days"], row["is_stale"]) for row in latest["items"]] == [
        ("EUR", 0, False),
        ("USD", 0, False),
    ]


@pytest.mark.parametrize("address", [RATES, f"{RATES}/latest"])
def test_lists_ask_as_often_for_a_hundred_rows_as_for_one(client, address):
    make_rate()
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    today = timezone.localdate()
    for days in range(1, 100):
        make_rate("EUR", valid_on=today - timedelta(days=days))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one)


# Rates and prices


def test_rate_between_two_tells_its_way(client):
    make_rate("EUR", "USD", "1.08")
    row = make_rate("EUR", "INR", "91.8", source="ecb")
    body = client.get(f"{RATES}/between?from=USD&to=INR").json()
    assert (body["base"], body["quote"], body["rate"], body["via"]) == ("USD", "INR", "85", "EUR")
    assert body["used"][1] == {
        "id": row.pk,
        "base": "EUR",
        "quote": "INR",
        "rate": "91.8",
        "valid_on": timezone.localdate().isoformat(),
        "source": "ecb",
        "is_override": False,
        "is_inverse": False,
        "age_days": 0,
    }


def test_unknown_and_stale_pairs_are_refused(client):
    address = f"{COMMODITIES}/prices/convert?amount=1&from=EUR&to=USD"
    assert refusal(client.get(address))[:2] == (404, "exchange_rate_missing")
    make_rate("EUR", "USD", "1.08", timezone.localdate() - timedelta(days=8))
    answer = client.get(address)
    assert refusal(answer)[:2] == (409, "exchange_rate_stale")
    assert answer.json()["error"]["most_days"] == 7


def test_hundred_dollars_in_rupees(client):
    make_rate()
    body = client.get(f"{COMMODITIES}/prices/convert?amount=100&from=USD&to=INR").json()
    assert (body["amount"], body["currency"]) == ("8425.00", "INR")
    assert (body["rate"]["rate"], body["rate"]["base"]) == ("84.25", "USD")
    assert body["rate"]["valid_on"] == timezone.localdate().isoformat()
    body = client.get(f"{COMMODITIES}/prices/convert?amount=100.0&from=USD&to=USD").json()
    assert (body["amount"], body["rate"]["rate"], body["rate"]["used"]) == ("100.00", "1", [])


def test_thousand_dollars_in_three_currencies(client):
    for currency, figure in {"INR": "84.25", "EUR": "0.92", "GBP": "0.79"}.items():
        make_rate("USD", currency, figure)
    address = f"{COMMODITIES}/prices/multi-currency?amount=1000&from=USD&to=INR,EUR,GBP,SEK"
    body = client.get(address).json()
    assert {item["currency"]: item["amount"] for item in body["items"]} == {
        "INR": "84250.00",
        "EUR": "920.00",
        "GBP": "790.00",
    }
    assert [(each["currency"], each["code"]) for each in body["refused"]] == [
        ("SEK", "exchange_rate_missing")
    ]


def test_cents_per_pound_there_and_back(client):
    make_weights()
    there = client.get(f"{COMMODITIES}/prices/to-cents-per-pound?price=2.00").json()
    assert (there["amount"], there["currency"], there["unit"]) == ("90.72", "USX", "POUND")
    back = client.get(f"{COMMODITIES}/prices/from-cents-per-pound?cents=90.72").json()
    assert (back["amount"], back["currency"], back["unit"]) == ("2.00", "USD", "KG")
    tons = client.get(f"{COMMODITIES}/prices/from-cents-per-pound?cents=90.72&unit=mt").json()
    assert (tons["amount"], tons["unit"]) == ("2000.03", "MT")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("from=USD&to=INR", (400, "invalid_input", [("amount", "required")])),
        ("amount=-1&from=USD&to=INR", (400, "invalid_input", [("amount", "invalid")])),
        ("amount=1e3&from=USD&to=INR", (400, "invalid_input", [("amount", "invalid")])),
        ("amount=1&from=US&to=INR", (400, "invalid_input", [("from", "invalid")])),
        ("amount=1&from=USD&to=INR&on=today", (400, "invalid_input", [("on", "invalid")])),
        (
            "amount=1&from=USD&to=INR&places=13",
            (400, "invalid_input", [("places", "max_value")]),
        ),
        (
            "amount=1&from=USD&to=USD&unit=stone",
            (422, "price_unit_unknown", [("unit", "price_unit_unknown")]),
        ),
        ("amount=1&from=USD&to=QQQ", (400, "currency_unknown", [("quote", "currency_unknown")])),
    ],
)
def test_wrong_parameter_is_refused_by_name(client, query, wanted):
    assert refusal(client.get(f"{COMMODITIES}/prices/convert?{query}")) == wanted


def test_currencies_are_listed_with_their_decimals(client):
    items = client.get(f"{COMMODITIES}/currencies").json()["items"]
    assert items[0] == {"code": "USD", "decimals": 2, "is_major": True}
    assert sum(item["is_major"] for item in items) == 32
    assert {"USD", "INR", "EUR", "GBP", "CNY"} <= {item["code"] for item in items}
