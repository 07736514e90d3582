"""Commodities, varieties and quality parameters over the API; COM-03, COM-04, COM-21, COM-22 and
COM-25."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.commodities.models import CommodityCategory, ParameterTemplate
from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_category,
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_unit,
    make_variety,
)
from tests.factories.tax_codes import make_tax_code

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/settings/commodities"


@pytest.fixture
def client() -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.create_superuser("boss@example.com"))
    return made


def send(client: Client, method: str, place: str, body: Any = None, tag: str = "") -> Any:
    headers = {"If-Match": tag} if tag else {}
    return getattr(client, method)(
        f"{ADDRESS}{place}", body, content_type="application/json", headers=headers
    )


def read(client: Client, place: str) -> Any:
    answer = client.get(f"{ADDRESS}{place}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(client: Client, query: str) -> list[str]:
    return [row["name_en"] for row in read(client, f"?{query}")["items"]]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_commodity_is_added_read_changed_and_switched_off(client):
    make_unit()
    tax_code = make_tax_code("5201")
    body = {
        "code": "COTTON-001",
        "name_en": "Cotton",
        "category": make_category().pk,
        "tax_code": tax_code.pk,
        "gst_rate": "0.00",
        "harvest_season": {"IN": [10, 11]},
        "supported_currencies": ["usd"],
    }
    added = send(client, "post", "", body)
    assert added.status_code == 201, added.content
    row = added.json()
    assert (row["gst_rate"], row["supported_currencies"]) == ("0.00", ["USD"])
    assert row["warnings"] == []
    place = f"/{row['id']}"
    assert added["Location"] == f"{ADDRESS}{place}"
    changed = send(client, "patch", place, {"gst_rate": None, "code": None}, added["ETag"])
    assert (changed.json()["gst_rate"], changed.json()["code"]) == (None, None)
    assert changed.json()["harvest_season"] == {"IN": [10, 11]}
    assert send(client, "delete", place, tag=changed["ETag"]).status_code == 204
    assert read(client, place)["is_active"] is False
    assert send(client, "post", f"{place}/restore").json()["is_active"] is True


def test_com_02_second_name_is_a_conflict(client):
    first = make_commodity("Wheat")
    answer = send(client, "post", "", {"name_en": "WHEAT", "category": make_category().pk})
    assert refusal(answer) == (409, "commodity_name_taken")
    assert answer.json()["error"]["taken_by"] == first.pk
    assert answer.json()["error"]["details"][0]["field"] == "name_en"


def test_com_03_and_22_unknown_commodity_is_not_found(client):
    assert client.get(f"{ADDRESS}/999999").status_code == 404
    assert client.get(f"{ADDRESS}/by-code/none").status_code == 404


def test_com_21_commodity_is_found_by_its_code_and_keeps_it(client):
    row = make_commodity("Cotton", code="COTTON-001")
    found = client.get(f"{ADDRESS}/by-code/cotton-001")
    assert (found.json()["id"], found["ETag"]) == (row.pk, '"1"')
    changed = send(client, "patch", f"/{row.pk}", {"name_ar": "قطن"}, '"1"').json()
    assert changed["code"] == "COTTON-001"


def test_every_wrong_value_is_told_with_its_path(client):
    make_unit()
    body = {
        "name_en": "Cotton",
        "category": make_category().pk,
        "default_currency": "US",
        "harvest_season": {"IN": [10, 13]},
        "min_order_quantity": {"value": 0.5, "unit": "MT"},
    }
    answer = send(client, "post", "", {**body, "min_order_quantity": {}})
    assert refusal(answer) == (400, "invalid_input")
    assert [(each["field"], each["code"]) for each in answer.json()["error"]["details"]] == [
        ("default_currency", "unknown_currency"),
        ("harvest_season.IN[1]", "out_of_bounds"),
    ]
    assert send(client, "post", "", body).status_code == 400


def test_com_04_list_is_narrowed_and_searched(client):
    cereals = make_category("test-cereals")
    make_commodity("Gold", gst_rate="3", tax_code=make_tax_code("7108"))
    make_commodity("Silver", gst_rate="3", tax_code=make_tax_code("7106"), name_ar="فِضّة")
    make_commodity("Wheat", gst_rate="0", category=cereals, is_active=False)
    make_commodity("Maize", category=cereals, description_en="Yellow corn", code="M_1")
    assert sorted(names(client, "")) == ["Gold", "Maize", "Silver", "Wheat"]
    assert names(client, f"category={cereals.pk}&ordering=name_en") == ["Maize", "Wheat"]
    assert names(client, "category_code=TEST-CEREALS&is_active=false") == ["Wheat"]
    assert names(client, "tax_code_prefix=71&ordering=-name_en") == ["Silver", "Gold"]
    assert names(client, "tax_code_prefix=7_") == []
    assert names(client, "gst_min=0&gst_max=2.99") == ["Wheat"]
    assert names(client, "gst_min=3&ordering=id") == ["Gold", "Silver"]
    assert names(client, "search=corn yel") == ["Maize"]
    assert names(client, "search=فضة") == ["Silver"]
    assert names(client, "search=%25") == []
    assert refusal(client.get(f"{ADDRESS}?gst_min=101")) == (400, "invalid_input")


def test_facets_count_what_the_filters_leave(client):
    cereals = make_category("test-cereals")
    make_commodity("Gold", gst_rate="3", tax_code=make_tax_code("7108"))
    make_commodity("Wheat", gst_rate="0", category=cereals, tax_code=make_tax_code("1001"))
    make_commodity("Maize", gst_rate="5", category=cereals, is_active=False)
    facets = read(client, "/facets")
    assert {name: facets[name] for name in ("total", "active", "inactive")} == {
        "total": 3,
        "active": 2,
        "inactive": 1,
    }
    assert facets["without_tax_code"] == 1
    assert facets["gst_rate"] == {"min": "0.00", "max": "5.00"}
    assert [(each["code"], each["count"]) for each in facets["categories"]] == [
        ("test-cereals", 2),
        ("test-goods", 1),
    ]
    assert [(each["code"], each["count"]) for each in facets["tax_codes"]] == [
        ("1001", 1),
        ("7108", 1),
    ]
    narrowed = read(client, "/facets?tax_code_prefix=10")
    assert (narrowed["total"], narrowed["gst_rate"]) == (1, {"min": "0.00", "max": "0.00"})


LISTS = (
    *("", "?search=goods", "/facets", "/varieties", "/parameters", "/parameter-templates"),
    *("/{id}/varieties", "/{id}/parameters", "/{id}/suggest-parameters"),
)


@pytest.mark.parametrize("place", LISTS)
def test_list_asks_as_often_for_a_hundred_rows_as_for_one(client, place):
    first = make_commodity(tax_code=make_tax_code("5201"))

    def fill(count: int) -> None:
        for _ in range(count):
            commodity = make_commodity(tax_code=make_tax_code("5201"))
            make_variety(commodity)
            make_parameter(commodity)
            make_variety(first)
            make_parameter(first)
            make_parameter_template()

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            joint = "&" if "?" in place else "?"
            read(client, place.format(id=first.pk) + f"{joint}page_size=200")
        return len(queries)

    fill(1)
    statements()
    with_one = statements()
    fill(99)
    assert statements() == with_one


def test_com_25_whole_flow(client):
    make_unit()
    cotton = send(client, "post", "", {"name_en": "Cotton", "category": make_category().pk}).json()
    place = f"/{cotton['id']}"
    variety = send(client, "post", f"{place}/varieties", {"name": "Shankar-6", "code": "S6"})
    assert (variety.status_code, variety.json()["commodity"]) == (201, cotton["id"])
    assert variety["Location"] == f"{ADDRESS}/varieties/{variety.json()['id']}"
    parameter = send(
        client,
        "post",
        f"{place}/parameters",
        {
            "parameter_name": "Staple length",
            "parameter_type": "NUMERIC",
            "min_value": "25",
            "max_value": "35",
            "unit": "mm",
        },
    )
    assert (parameter.status_code, parameter.json()["min_value"]) == (201, "25.0000")
    assert read(client, f"{place}/varieties")["total"] == 1
    assert read(client, f"{place}/parameters")["total"] == 1
    assert client.get(f"{ADDRESS}/999999/varieties").status_code == 404
    again = send(client, "post", f"{place}/varieties", {"name": "shankar-6"})
    assert refusal(again) == (409, "variety_name_taken")
    assert read(client, "/parameter-templates?search=staple length&source=Learned")["total"] == 1


def test_record_is_changed_and_removed_with_its_tag(client):
    variety = make_variety(name="X")
    place = f"/varieties/{variety.pk}"
    assert refusal(send(client, "patch", place, {"name": "Y"})) == (428, "precondition_required")
    moved = send(client, "patch", place, {"commodity": make_commodity().pk}, '"1"')
    assert moved.json()["error"]["details"][0]["code"] == "not_writable"
    changed = send(client, "patch", place, {"name": "Y"}, '"1"')
    assert (changed.json()["name"], changed["ETag"]) == ("Y", '"2"')
    assert refusal(send(client, "delete", place, tag='"1"')) == (412, "stale_version")
    assert send(client, "delete", place, tag='"2"').status_code == 204
    assert client.get(f"{ADDRESS}{place}").status_code == 404


def test_template_is_kept(client):
    body = {
        "category": make_category().pk,
        "parameter_name": "Ash",
        "parameter_type": "NUMERIC",
        "min_value": "0",
        "max_value": "2",
        "source": "CCI",
    }
    added = send(client, "post", "/parameter-templates", body)
    assert (added.status_code, added.json()["usage_count"]) == (201, 0)
    place = f"/parameter-templates/{added.json()['id']}"
    turned = send(client, "patch", place, {"min_value": "3"}, added["ETag"])
    assert turned.json()["error"]["details"][0]["code"] == "bounds_out_of_order"
    assert send(client, "post", f"{place}/deactivate").json()["is_active"] is False
    assert send(client, "delete", place, tag='"2"').status_code == 204


def test_parameters_are_put_in_order(client):
    commodity = make_commodity()
    keys = [make_parameter(commodity, display_order=place).pk for place in (1, 2, 3)]
    order = [keys[2], keys[0], keys[1]]
    place = f"/{commodity.pk}/reorder-parameters"
    answer = send(client, "post", place, {"order": order})
    assert [row["id"] for row in answer.json()["items"]] == order
    listed = read(client, f"/{commodity.pk}/parameters")["items"]
    assert [row["id"] for row in listed] == order
    answer = send(client, "post", place, {"order": keys[:2]})
    assert refusal(answer) == (409, "parameters_differ")


def test_suggested_parameters_are_added_by_choice(client):
    pulses = CommodityCategory.objects.get(code="pulses")
    commodity = make_commodity("Tur", category=pulses)
    found = read(client, f"/{commodity.pk}/suggest-parameters")["items"]
    assert len(found) == 5
    moisture = next(each for each in found if each["parameter_name"] == "Moisture Content")
    assert (moisture["min_value"], moisture["max_value"], moisture["is_there"]) == (
        "10",
        "12",
        False,
    )
    place = f"/{commodity.pk}/add-suggested-parameters"
    added = send(client, "post", place, {"templates": [moisture["template"]]})
    assert [row["parameter_name"] for row in added.json()["items"]] == ["Moisture Content"]
    again = send(client, "post", place, {"templates": [moisture["template"]]})
    assert again.json() == {"items": []}
    other = ParameterTemplate.objects.get(parameter_name="Ply").pk
    assert refusal(send(client, "post", place, {"templates": [other]})) == (
        422,
        "template_of_other_category",
    )


def test_com_26_quality_is_checked(client):
    commodity = make_commodity()
    make_parameter(commodity, parameter_name="Length", min_value=27, max_value=32)
    place = f"/{commodity.pk}/check-quality"
    answer = send(client, "post", place, {"values": {"Length": "26"}}).json()
    assert answer["is_accepted"] is False
    assert [(each["field"], each["code"]) for each in answer["findings"]] == [
        ("Length", "quality_below_minimum")
    ]
    assert send(client, "post", place, {"values": {"Length": "29"}}).json() == {
        "is_accepted": True,
        "findings": [],
    }


def test_international_template_is_compared_and_taken_over(client):
    commodity = make_commodity("Cotton")
    place = f"/{commodity.pk}"
    compared = read(client, f"{place}/suggest-international")
    assert (compared["template"], compared["confidence"]) == ("cotton", "0.95")
    fields = {each["name"]: each for each in compared["fields"]}
    assert len(fields) == 26
    assert fields["delivery_tolerance_pct"] == {
        "name": "delivery_tolerance_pct",
        "now": None,
        "proposed": "5",
        "is_changed": True,
        "is_set": False,
    }
    body = {"template": "cotton", "fields": ["hs_code_6digit"]}
    apply = f"{place}/apply-international"
    assert refusal(send(client, "post", apply, body)) == (428, "precondition_required")
    assert refusal(send(client, "post", apply, body, '"9"')) == (412, "stale_version")
    taken = send(client, "post", apply, body, '"1"')
    assert (taken.json()["hs_code_6digit"], taken["ETag"]) == ("520100", '"2"')
    assert taken.json()["traded_on_exchanges"] == []
    assert read(client, f"{place}/suggest-international?template=gold")["template"] == "gold"
    unknown = client.get(f"{ADDRESS}{place}/suggest-international?template=tin")
    assert refusal(unknown) == (422, "international_template_unknown")


def test_template_is_suggested_for_goods_that_are_not_stored(client):
    found = read(client, "/suggest-international?name=Wheat grain")
    assert (found["template"], found["values"]["hs_code_6digit"]) == ("wheat", "100190")
    assert found["values"]["delivery_tolerance_pct"] == "2"
    assert read(client, "/suggest-international")["confidence"] == "0.40"


def test_unusual_values_are_told_and_nothing_is_stored(client):
    body = {
        "name_en": "Cotton",
        "tax_code": "1001",
        "gst_rate": "7",
        "parameters": [{"parameter_name": "A", "min_value": "2", "max_value": "1"}],
    }
    answer = send(client, "post", "/validate", body)
    assert answer.status_code == 200
    assert [each["code"] for each in answer.json()["warnings"]] == [
        "unusual_chapter",
        "unusual_rate",
        "bounds_out_of_order",
    ]
    assert send(client, "post", "/validate", {}).json() == {"warnings": []}
    assert read(client, "")["total"] == 0


def test_template_of_another_commodity_category_needs_no_parameters(client):
    commodity = make_commodity()
    make_parameter_template(make_category("test-others"))
    assert read(client, f"/{commodity.pk}/suggest-parameters") == {"items": []}


def test_commodity_that_something_refers_to_is_switched_off_when_confirmed(client):
    commodity = make_commodity("Cotton")
    make_packaging(commodity)
    make_commission(commodity=commodity)
    tag = client.get(f"{ADDRESS}/{commodity.pk}")["ETag"]
    refused = send(client, "delete", f"/{commodity.pk}", tag=tag)
    assert refusal(refused) == (409, "commodity_in_use")
    assert refused.json()["error"]["references"] == [
        {"model": "commodities.CommissionStructure", "field": "commodity", "count": 1}
    ]
    maybe = send(client, "delete", f"/{commodity.pk}?confirm_in_use=maybe", tag=tag)
    assert maybe.status_code == 400
    assert read(client, f"/{commodity.pk}")["is_active"] is True
    done = send(client, "delete", f"/{commodity.pk}?confirm_in_use=true", tag=tag)
    assert done.status_code == 204
    assert read(client, f"/{commodity.pk}")["is_active"] is False
