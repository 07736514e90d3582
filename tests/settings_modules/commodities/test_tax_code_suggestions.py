"""Suggestions of codes: their order, source, confidence, reason and rate; nothing is stored."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from core.events.models import Event
from settings_modules.commodities.models import HsnKnowledge, TaxCode
from settings_modules.commodities.selectors.tax_code_suggestions import suggest_tax_codes
from settings_modules.commodities.services.hsn_knowledge import verify_knowledge
from settings_modules.commodities.starting_rows.hsn_headings import GOODS, HEADINGS, USUAL_RATES
from settings_modules.commodities.starting_rows.planting import (
    plant_hsn_knowledge,
    uproot_hsn_knowledge,
)
from tests.factories.tax_codes import (
    make_goods_category,
    make_knowledge,
    make_tax_code,
    make_tax_rate,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def starting_rows(db):
    HsnKnowledge.objects.all().delete()
    plant_hsn_knowledge(TaxCode, HsnKnowledge)


def codes(name: str, **more) -> list[str]:
    return [each.tax_code.code for each in suggest_tax_codes(name, day=DAY, **more).items]


def test_eighty_one_names_of_forty_eight_headings_planted_once():
    assert (len(HEADINGS), sum(len(names) for names in GOODS.values())) == (48, 81)
    plant_hsn_knowledge(TaxCode, HsnKnowledge)
    assert HsnKnowledge.objects.count() == 81
    assert not HsnKnowledge.objects.filter(is_verified=True).exists()


def test_uprooting_leaves_what_people_use():
    used = TaxCode.objects.get(code="5201")
    make_tax_rate(used, "5")
    uproot_hsn_knowledge(TaxCode, HsnKnowledge)
    assert not HsnKnowledge.objects.exists()
    assert list(TaxCode.objects.filter(code__in=HEADINGS)) == [used]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kapas", "5201"),
        ("CHANA", "0713"),
        ("Dal", "0713"),
        ("Wheat", "1001"),
        ("Rice", "1006"),
        ("Turmeric", "0910"),
        ("Cotton Seed", "1207"),
        ("Cotton Waste", "5202"),
        ("Copper Wire", "7408"),
    ],
)
def test_known_goods(name, code):
    best = suggest_tax_codes(name, day=DAY).items[0]
    assert (best.tax_code.code, best.source, best.confidence) == (code, "SEED", Decimal("0.85"))
    assert not best.is_verified


@pytest.mark.parametrize(
    ("name", "code", "rate"),
    [("Kapas", "5201", 5), ("Chana", "0713", 5), ("Gold", "7108", 3), ("Polyester", "5503", 18)],
)
def test_usual_rate_is_told_where_none_is_entered(name, code, rate):
    best = suggest_tax_codes(name, day=DAY).items[0]
    assert (best.tax_code.code, best.rate, best.usual_rate) == (code, None, Decimal(rate))
    make_tax_rate(best.tax_code, "0")
    best = suggest_tax_codes(name, day=DAY).items[0]
    assert (best.rate.rate, best.usual_rate) == (Decimal("0.000"), None)


def test_every_heading_has_a_usual_rate_and_nothing_else_has():
    assert set(USUAL_RATES) == set(HEADINGS)
    make_tax_code("97010011", "ZITHERS, STRUNG")
    assert suggest_tax_codes("zithers strung", day=DAY).items[0].usual_rate is None


def test_rate_is_the_dated_one_of_the_code_or_none():
    assert suggest_tax_codes("Kapas", day=DAY).items[0].rate is None
    make_tax_rate(make_tax_code("52"), "5")
    best = suggest_tax_codes("Kapas", day=DAY).items[0]
    assert (best.rate.rate, best.rate.from_code) == (Decimal("5.000"), "52")
    make_tax_rate(TaxCode.objects.get(code="5201"), "0", valid_from=DAY)
    assert suggest_tax_codes("Kapas", day=DAY).items[0].rate.rate == Decimal("0.000")


def test_longest_whole_words_of_the_name_come_first_with_less_confidence():
    found = suggest_tax_codes("Raw Cotton Seed", day=DAY).items
    assert [each.tax_code.code for each in found] == ["1207", "5201"]
    assert {each.confidence for each in found} == {Decimal("0.68")}


def test_part_of_a_word_is_no_word():
    assert "0713" not in codes("Sandalwood")
    assert "0713" not in codes("Furniture")


def test_verified_goes_before_surer_and_surer_before_more_used():
    make_knowledge("Widget", make_tax_code("97010001"), "0.90", usage_count=1)
    make_knowledge("Widget", make_tax_code("97010002"), "0.90", usage_count=9)
    make_knowledge("Widget", make_tax_code("97010003"), "0.95")
    low = make_knowledge("Widget", make_tax_code("97010004"), "0.10")
    assert codes("widget") == ["97010003", "97010002", "97010001", "97010004"]
    verify_knowledge(knowledge=low)
    assert codes("widget")[0] == "97010004"


def test_knowledge_of_the_category_goes_before_that_of_others():
    own, other = make_goods_category(), make_goods_category()
    make_knowledge("Widget", make_tax_code("97010001"), "0.90", category=other)
    make_knowledge("Widget", make_tax_code("97010002"), "0.80", category=own)
    assert codes("widget", category=own.pk) == ["97010002", "97010001"]


def test_official_description_is_asked_when_nothing_is_known():
    make_tax_code("97010011", "ZITHERS, STRUNG")
    [best] = suggest_tax_codes("strung zither", day=DAY).items
    assert (best.tax_code.code, best.source, best.confidence) == (
        "97010011",
        "OFFICIAL",
        Decimal("0.40"),
    )
    assert best.reason == "The official description of 97010011 has the words “strung zither”."


@pytest.mark.parametrize("name", ["Zyzzyva", "", "—", "\0"])
def test_unknown_goods_get_no_code_but_a_reason(name):
    found = suggest_tax_codes(name, day=DAY)
    assert found.items == []
    assert found.reason.endswith(".")
    assert found.reason_ar.endswith(".")


def test_suggesting_stores_nothing():
    before = list(HsnKnowledge.objects.order_by("pk").values_list("pk", "version", "usage_count"))
    suggest_tax_codes("Kapas", day=DAY)
    suggest_tax_codes("Zyzzyva", day=DAY)
    after = list(HsnKnowledge.objects.order_by("pk").values_list("pk", "version", "usage_count"))
    assert after == before
    assert not Event.objects.exists()


def test_as_many_queries_for_many_suggestions_as_for_one(django_assert_num_queries):
    make_knowledge("Solo", make_tax_code("97010001"))
    for number in range(9):
        make_knowledge("Widget", make_tax_code(f"9702000{number}"))
    for name, count in (("Solo", 1), ("Widget", 9)):
        with django_assert_num_queries(3):
            assert len(suggest_tax_codes(name, day=DAY).items) == count
