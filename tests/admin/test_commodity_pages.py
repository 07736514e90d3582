"""The screen of a commodity: tabs, order of parameters, suggestions, template, data quality."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from settings_modules.commodities.models import Commodity, CommodityCategory, ParameterTemplate
from settings_modules.commodities.services.commodities import update_commodity
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.factories.commodities import (
    make_category,
    make_commodity,
    make_parameter,
    make_unit,
    make_variety,
)
from tests.factories.tax_codes import make_tax_code

ADD = reverse("admin:commodities_commodity_add")
LIST = reverse("admin:commodities_commodity_changelist")
FORM = "commodity_form"


def page(name: str, commodity: Commodity) -> str:
    return reverse(f"admin:commodities_commodity_{name}", args=[commodity.pk])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_commodity_is_added_with_a_variety_and_a_parameter(boss_client):
    unit, category = make_unit(), make_category()
    typed = opened(boss_client, ADD, FORM) | {
        "name_en": "Cotton",
        "category": category.pk,
        "base_unit": unit.pk,
        "gst_rate": "0",
        "supported_currencies": "usd, inr",
        "harvest_season": '{"IN": [10, 11]}',
        "varieties-TOTAL_FORMS": "1",
        "varieties-0-name": "Shankar-6",
        "varieties-0-is_active": "on",
        "parameters-TOTAL_FORMS": "1",
        "parameters-0-parameter_name": "Micronaire",
        "parameters-0-parameter_type": "RANGE",
        "parameters-0-min_value": "3.5",
        "parameters-0-max_value": "4.9",
        "parameters-0-is_active": "on",
    }
    answer = boss_client.post(ADD, typed)
    assert answer.status_code == 302
    commodity = Commodity.objects.get()
    assert (commodity.gst_rate, commodity.supported_currencies) == (Decimal(0), ["USD", "INR"])
    assert commodity.harvest_season == {"IN": [10, 11]}
    assert [each.name for each in commodity.varieties.all()] == ["Shankar-6"]
    assert [each.min_value for each in commodity.parameters.all()] == [Decimal("3.5")]


def test_wrong_shape_comes_back_on_its_input(boss_client):
    commodity = make_commodity("Cotton")
    typed = opened(boss_client, page("change", commodity), FORM)
    answer = boss_client.post(page("change", commodity), typed | {"harvest_season": '{"IN": [13]}'})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["harvest_season"]
    assert "harvest_season.IN[0]" in errors["harvest_season"][0]


def test_screen_has_its_tabs_and_latest_changes(boss_client):
    commodity = make_commodity("Cotton", tax_code=make_tax_code("1001"))
    make_variety(commodity, name="Shankar-6")
    update_commodity(commodity=commodity, values={"code": "C-1"})
    text = text_of(boss_client.get(page("change", commodity)))
    for shown in ("Shankar-6", "Units", "Tax", "International", "Quality", "History"):
        assert shown in text
    assert "Cotton is usually found in HSN chapter 52, not in 1001." in text
    assert ": Code" in text


def test_order_page_writes_the_order_that_was_sent(boss_client):
    commodity = make_commodity()
    keys = [make_parameter(commodity, display_order=place).pk for place in (1, 2, 3)]
    there = page("order_page", commodity)
    shown = re.findall(r'name="order" value="(\d+)"', boss_client.get(there).content.decode())
    assert shown == [str(key) for key in keys]
    answer = boss_client.post(there, {"order": [keys[1], keys[2], keys[0]]})
    assert answer.status_code == 302
    stored = commodity.parameters.order_by("display_order").values_list("pk", flat=True)
    assert list(stored) == [keys[1], keys[2], keys[0]]


def test_order_page_says_that_somebody_added_one(boss_client):
    commodity = make_commodity()
    first = make_parameter(commodity)
    make_parameter(commodity, display_order=2)
    answer = boss_client.post(page("order_page", commodity), {"order": [first.pk, "x", "9" * 30]})
    assert answer.status_code == 200
    assert "The commodity has other parameters than those sent." in text_of(answer)


def test_order_and_suggestions_need_their_permissions(db):
    commodity = make_commodity()
    viewer = sign_in(make_staff("commodities.view_commodity"))
    for name in ("order_page", "suggestions_page", "international_page"):
        assert viewer.get(page(name, commodity)).status_code == 403
        assert viewer.post(page(name, commodity), {"fields": "x"}).status_code == 403
    orderer = make_staff("commodities.view_commodity", "commodities.change_qualityparameter")
    assert sign_in(orderer).get(page("order_page", commodity)).status_code == 200


def test_suggested_parameters_are_ticked_and_added(boss_client):
    pulses = CommodityCategory.objects.get(code="pulses")
    commodity = make_commodity("Tur", category=pulses)
    there = page("suggestions_page", commodity)
    text = text_of(boss_client.get(there))
    assert "Moisture Content 10–12 %, mandatory" in text
    chosen = ParameterTemplate.objects.filter(category=pulses)[:2]
    sent = {"_confirm": "yes", "templates": [each.pk for each in chosen]}
    assert boss_client.post(there, sent).status_code == 302
    assert commodity.parameters.count() == 2
    assert "Nothing is left" not in text


def test_template_is_compared_and_ticked_fields_are_taken_over(boss_client):
    commodity = make_commodity("Cotton", default_currency="EUR")
    there = page("international_page", commodity)
    text = text_of(boss_client.get(there))
    assert "The name has “cotton”." in text
    ticked = re.findall(r'value="(\w+)" id="take-\w+" checked', text)
    assert "hs_code_6digit" in ticked
    assert "default_currency" not in ticked
    assert 'id="take-default_currency"' in text
    sent = {"template": "cotton", "version": "1", "fields": ["hs_code_6digit"]}
    assert boss_client.post(there, sent).status_code == 302
    commodity.refresh_from_db()
    assert (commodity.hs_code_6digit, commodity.default_currency) == ("520100", "EUR")
    stale = boss_client.post(there, sent)
    assert stale.status_code == 200
    assert "Somebody else changed this record" in text_of(stale)
    none = boss_client.post(there, {"template": "cotton", "version": "2"})
    assert "Tick the fields to take over." in text_of(none)


def test_other_template_is_shown_when_asked_for(boss_client):
    commodity = make_commodity("Cotton")
    there = page("international_page", commodity)
    assert "710812" in text_of(boss_client.get(f"{there}?template=gold"))
    assert "There is no international template tin." in text_of(
        boss_client.get(f"{there}?template=tin")
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_of_one_commodity_open_in_both_languages(language, boss_client):
    commodity = make_commodity("Cotton")
    make_parameter(commodity)
    boss_client.cookies["django_language"] = language
    for name in ("order_page", "suggestions_page", "international_page"):
        answer = boss_client.get(page(name, commodity))
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in answer.content.decode()


def test_cards_count_and_lead_to_what_is_missing(boss_client):
    make_commodity("Cotton", tax_code=make_tax_code("5201"))
    make_commodity("Wheat")
    make_commodity("Jute", is_active=False)
    answer = boss_client.get(LIST)
    cards = {card["link"]: card["value"] for card in answer.context["quality_cards"]}
    assert cards == {
        "?quality=missing_tax_code": 1,
        "?quality=unverified_tax_code": 1,
        "?quality=expired_rate": 0,
        "?quality=inactive_in_use": 0,
    }
    found = boss_client.get(f"{LIST}?quality=missing_tax_code").context["cl"].result_list
    assert [each.name_en for each in found] == ["Wheat"]


def test_commodity_is_removed_with_its_parts(boss_client):
    commodity = make_commodity()
    make_variety(commodity)
    answer = boss_client.post(page("delete", commodity), {"post": "yes"})
    assert answer.status_code == 302
    assert Commodity.objects.count() == 0
