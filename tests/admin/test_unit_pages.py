"""The pages of units: other words, the converter, the billing calculator, packagings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.formats import date_format

from settings_modules.commodities.models import CommodityPackaging, Unit
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.factories.commodities import make_commodity, make_packaging, unit

CONVERT = "/admin/commodities/unit/convert/"
BILLING = "/admin/commodities/unit/billing/"


def text_of(client, address: str, asked: dict[str, str], language: str = "en") -> str:
    client.cookies["django_language"] = language
    response = client.get(address, asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_list_leads_to_the_calculators_and_so_does_the_menu(boss_client):
    text = boss_client.get("/admin/commodities/unit/").content.decode()
    assert text.count(f'href="{CONVERT}"') >= 2
    assert text.count(f'href="{BILLING}"') >= 2


def test_converter_opens_empty_and_in_arabic(boss_client):
    assert "Convert units" in text_of(boss_client, CONVERT, {})
    text = text_of(boss_client, CONVERT, {}, "ar")
    assert "تحويل الوحدات" in text
    assert 'dir="rtl"' in text


def test_converter_converts(boss_client):
    asked = {"quantity": "10", "unit": "BALE", "to": "CANDY"}
    text = text_of(boss_client, CONVERT, asked)
    assert "10 BALE = 4.78035398240042382056013376 CANDY" in text
    assert "1 BALE = 170.00 KG" in text
    assert "784 pounds are 355.61641808 kg" in text


def test_converter_counts_the_packaging_of_a_commodity_named_in_any_case(boss_client):
    cotton = make_commodity(name="Shankar-6", code="COT-6")
    make_packaging(cotton, "BALE", "165", since=date(2026, 1, 1))
    asked = {"quantity": "10", "unit": "BALE", "to": "KG", "on": "2026-06-01"}
    for name in ("shankar-6", "cot-6"):
        text = text_of(boss_client, CONVERT, {**asked, "commodity": name})
        assert "10 BALE = 1,650 KG" in text
        assert f"packaging of the commodity since {date_format(date(2026, 1, 1))}" in text


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"quantity": "-1"}, "The quantity must be positive."),
        ({"quantity": "x"}, "Enter a number."),
        ({"to": "METER"}, "BALE and METER are incompatible"),
        ({"commodity": "nothing"}, "No commodity in use has this code or name."),
    ],
)
def test_converter_says_what_is_wrong(asked, refusal, boss_client):
    text = text_of(boss_client, CONVERT, {"quantity": "1", "unit": "BALE", "to": "KG", **asked})
    assert refusal in text
    assert "tp-panel-head" not in text


def test_billing_calculator_calculates(boss_client):
    asked = {"quantity": "600", "unit": "BALE", "rate": "50000", "rate_unit": "CANDY"}
    text = text_of(boss_client, BILLING, asked)
    for shown in (
        "INR 14,341,061.95",
        "600 BALE × 170.00 KG per BALE ÷ 355.6222 KG per CANDY × INR 50,000 per CANDY",
        "102,000 KG",
        "INR 140.5986465411889358988274635",
    ):
        assert shown in text


def test_billing_calculator_takes_what_the_commodity_says(boss_client):
    cotton = make_commodity(name="Shankar-6", trade="BALE", rate="CANDY", default_currency="USD")
    make_packaging(cotton, "BALE", "165", since=date(2026, 1, 1))
    asked = {"quantity": "600", "rate": "50000", "commodity": "Shankar-6", "on": "2026-06-01"}
    assert "USD 13,919,266.01" in text_of(boss_client, BILLING, asked)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"unit": ""}, "Choose a unit, or name a commodity."),
        ({"rate": "0"}, "The rate must be positive."),
        ({"currency": "abc"}, "This is no ISO code of a currency"),
    ],
)
def test_billing_calculator_says_what_is_wrong(asked, refusal, boss_client):
    given = {"quantity": "1", "unit": "BALE", "rate": "1", "rate_unit": "CANDY", **asked}
    text = text_of(boss_client, BILLING, given)
    assert refusal in text
    assert "tp-panel-head" not in text


def test_calculators_are_for_those_who_may_view_units(db):
    nobody, viewer = sign_in(make_staff()), sign_in(make_staff("commodities.view_unit"))
    for address in (CONVERT, BILLING):
        assert nobody.get(address).status_code == 403
        assert viewer.get(address).status_code == 200


def test_other_words_are_kept_in_the_tab_of_the_unit(boss_client):
    candy = unit("CANDY")
    address = f"/admin/commodities/unit/{candy.pk}/change/"
    sent = opened(boss_client, address, "unit_form")
    sent |= {"aliases-0-alias": ["kandy"], "aliases-TOTAL_FORMS": ["3"]}
    sent |= {"aliases-2-alias": ["kandi"], "factor": ["356"]}
    response = boss_client.post(address, sent)
    assert response.status_code == 302, response.content.decode()
    candy.refresh_from_db()
    assert candy.factor == Decimal(356)
    assert sorted(candy.aliases.values_list("alias", flat=True)) == ["KANDI", "KANDY", "KHANDI"]


def test_unit_is_added_with_its_code_in_capitals(boss_client):
    sent = {
        "code": "hank",
        "dimension": "length",
        "name_en": "Hank",
        "factor": "768.096",
        "source": "840 yards",
        "is_active": "on",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-alias": "hanks",
    }
    response = boss_client.post("/admin/commodities/unit/add/", sent)
    assert response.status_code == 302, response.content.decode()
    row = Unit.objects.get(code="HANK")
    assert (row.base, row.factor, row.aliases.get().alias) == ("METER", Decimal("768.096"), "HANKS")


def test_word_of_another_unit_is_refused_in_its_row(boss_client):
    address = f"/admin/commodities/unit/{unit('CANDY').pk}/change/"
    sent = opened(boss_client, address, "unit_form")
    sent |= {"aliases-TOTAL_FORMS": ["3"], "aliases-2-alias": ["kg"]}
    text = boss_client.post(address, sent).content.decode()
    assert "“KG” already means the unit KG." in text
    assert unit("CANDY").aliases.count() == 2


def test_packaging_is_added_on_its_page(boss_client):
    cotton = make_commodity()
    sent = {
        "commodity": str(cotton.pk),
        "unit": str(unit("BALE").pk),
        "weight": "165.5",
        "valid_from": "2026-01-01",
    }
    response = boss_client.post("/admin/commodities/commoditypackaging/add/", sent)
    assert response.status_code == 302, response.content.decode()
    assert CommodityPackaging.objects.get().weight == Decimal("165.5")
    again = boss_client.post("/admin/commodities/commoditypackaging/add/", sent)
    assert "valid on some of the days" in again.content.decode()
