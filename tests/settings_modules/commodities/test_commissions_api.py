"""Commissions over the API: with tiers, of a commodity, tried on a deal."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from settings_modules.commodities.api.commission_shapes import ADD_EXAMPLES, SIMULATION_EXAMPLE
from settings_modules.commodities.models import CommissionStructure, TradeType
from tests.factories.commissions import make_commission, make_weight
from tests.factories.commodities import make_commodity
from tests.factories.terms import make_term
from tests.settings_modules.commodities.test_terms_api import (  # noqa: F401  (a fixture)
    BASE,
    client,
    refusal,
    send,
)

pytestmark = pytest.mark.django_db

STANDARD, BY_TIERS = (example.value for example in ADD_EXAMPLES)
DEAL = {"party": "SELLER", "amount": "2500000.00"}


def simulate(client: Any, **given: Any) -> Any:  # noqa: F811
    return send(client, "post", "commissions/simulate", {**DEAL, **given})


def test_com_19_commission_is_added_with_its_tiers(client):  # noqa: F811
    added = send(client, "post", "commissions", BY_TIERS)
    assert added.status_code == 201
    row = added.json()
    assert row["tiers"] == [
        {"currency": "INR", "starts_at": "0.0000", "ends_below": "1000000.0000", "rate": "1.5000"},
        {"currency": "INR", "starts_at": "1000000.0000", "ends_below": None, "rate": "1.2500"},
    ]
    assert (row["rate"], row["warnings"], row["valid_from"]) == (None, [], "2026-04-01")
    assert added["Location"] == f"{BASE}/commissions/{row['id']}"


def test_tiers_are_replaced_as_a_whole_and_gaps_are_told(client):  # noqa: F811
    row = send(client, "post", "commissions", BY_TIERS)
    place = f"commissions/{row.json()['id']}"
    first = row.json()["tiers"][0]
    changed = send(client, "patch", place, {"tiers": [first]}, row["ETag"])
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["tiers"] == [first]
    assert changed.json()["warnings"] == [
        {
            "code": "tier_gap",
            "currency": "INR",
            "starts_at": "1000000.0000",
            "ends_below": None,
            "message": "No tier in INR is for 1,000,000 and above.",
            "message_ar": "لا شريحة بعملة INR من 1,000,000 فما فوق.",
        }
    ]
    stale = send(client, "patch", place, {"tiers": []}, row["ETag"])
    assert refusal(stale)[:2] == (412, "stale_version")


def test_wrong_tier_is_told_by_its_place(client):  # noqa: F811
    tiers = [BY_TIERS["tiers"][0], {"currency": "INR", "starts_at": "5", "rate": "1", "from": "0"}]
    answer = send(client, "post", "commissions", {**BY_TIERS, "tiers": tiers})
    assert refusal(answer) == (400, "invalid_input", [("tiers[1].from", "not_writable")])
    answer = send(client, "post", "commissions", {**BY_TIERS, "tiers": [{"rate": "-1"}]})
    assert refusal(answer)[2] == [("tiers[0].rate", "invalid")]
    overlapping = [BY_TIERS["tiers"][1], {**BY_TIERS["tiers"][0], "ends_below": None}]
    answer = send(client, "post", "commissions", {**BY_TIERS, "tiers": overlapping})
    assert refusal(answer) == (
        422,
        "commission_tiers_overlap",
        [("tiers", "commission_tiers_overlap")],
    )
    assert not CommissionStructure.objects.exists()


def test_list_is_filtered(client):  # noqa: F811
    commodity, trade = make_commodity(), make_term(TradeType)
    rows = {
        "of the commodity": make_commission(name="A", commodity=commodity),
        "of the trade": make_commission(name="B", trade_type=trade, is_active=False),
        "abroad": make_commission(name="C", country="AE", currency="USD", valid_until="2026-01-31"),
        "of sellers": make_commission(name="D", applies_to="SELLER", commission_type="FIXED"),
    }
    for query, found in (
        ("", ["of the commodity", "of the trade", "abroad", "of sellers"]),
        (f"commodity={commodity.pk}", ["of the commodity"]),
        (f"trade_type={trade.pk}", ["of the trade"]),
        ("is_active=false", ["of the trade"]),
        ("country=ae", ["abroad"]),
        ("currency=usd", ["abroad"]),
        ("applies_to=SELLER", ["of sellers"]),
        ("commission_type=FIXED", ["of sellers"]),
        ("valid_on=2026-02-01&is_active=true", ["of the commodity", "of sellers"]),
        ("search=c", ["abroad"]),
    ):
        items = send(client, "get", f"commissions?{query}").json()["items"]
        assert [row["id"] for row in items] == [rows[name].pk for name in found], query


def test_list_asks_as_often_for_a_hundred_rows_as_for_one(client):  # noqa: F811
    send(client, "post", "commissions", BY_TIERS)
    send(client, "get", "commissions")
    with CaptureQueriesContext(connection) as one:
        assert send(client, "get", "commissions").json()["total"] == 1
    tiers = [{"starts_at": 0, "ends_below": 5, "rate": 1}]
    for _ in range(99):
        make_commission(commission_type="TIERED", tier_basis="AMOUNT", tiers=tiers)
    with CaptureQueriesContext(connection) as many:
        assert len(send(client, "get", "commissions?page_size=100").json()["items"]) == 100
    assert len(many) == len(one)


def test_commission_of_a_commodity_is_added_and_found(client):  # noqa: F811
    commodity, other = make_commodity(), make_commodity()
    none = send(client, "get", f"{commodity.pk}/commission?on=2026-06-01")
    assert refusal(none)[:2] == (404, "no_commission_applies")
    added = send(client, "post", f"{commodity.pk}/commission", STANDARD)
    assert (added.status_code, added.json()["commodity"]) == (201, commodity.pk)
    assert added["Location"] == f"{BASE}/commissions/{added.json()['id']}"
    found = send(client, "get", f"{commodity.pk}/commission")
    assert (found.json(), found["ETag"]) == (added.json(), added["ETag"])
    assert send(client, "get", f"{other.pk}/commission").status_code == 404
    abroad = make_commission(commodity=commodity, country="AE")
    found = send(client, "get", f"{commodity.pk}/commission?country=ae&party=SELLER")
    assert found.json()["id"] == abroad.pk
    assert send(client, "get", "999999/commission").json()["error"]["code"] == "not_found"
    sent = {**STANDARD, "commodity": other.pk}
    refused = send(client, "post", f"{commodity.pk}/commission", sent)
    assert refusal(refused)[2] == [("commodity", "not_writable")]


def test_simulation_says_which_commission_and_how(client):  # noqa: F811
    general = make_commission(name="General")
    make_commission(name="Standard", applies_to="SELLER")
    answer = simulate(client)
    assert answer.status_code == 200
    found = answer.json()
    assert found.pop("commission") != general.pk
    assert found.pop("outranked") == [general.pk]
    expected = dict(SIMULATION_EXAMPLE.value)
    assert found == {name: expected[name] for name in found}


def test_simulation_of_one_commission_looks_at_no_scope(client):  # noqa: F811
    chosen = make_commission(applies_to="BUYER", is_active=False)
    found = simulate(client, commission=chosen.pk).json()
    assert (found["commission"], found["amount"], found["outranked"]) == (
        chosen.pk,
        "62500.00",
        [],
    )


def test_simulation_by_quantity(client):  # noqa: F811
    ton = make_weight("MT_B", "1000")
    make_commission(
        commission_type="TIERED",
        tier_basis="QUANTITY",
        tier_unit=ton,
        tiers=[{"currency": "USD", "starts_at": 0, "rate": "0.5"}],
    )
    found = simulate(client, currency="usd", quantity="1000.5", unit=ton.pk).json()
    assert (found["amount"], found["currency"]) == ("500.25", "USD")


def test_simulation_refuses_what_it_cannot_know(client):  # noqa: F811
    for given, expected in (
        ({"party": "BOTH"}, (400, "invalid_input", [("party", "invalid_choice")])),
        ({"country": "XX"}, (400, "invalid_input", [("country", "country_unknown")])),
        ({"currency": "ZZZ"}, (400, "invalid_input", [("currency", "currency_unknown")])),
        ({"commodity": 999999}, (400, "invalid_input", [("commodity", "does_not_exist")])),
        ({}, (404, "no_commission_applies", [])),
    ):
        assert refusal(simulate(client, **given)) == expected
