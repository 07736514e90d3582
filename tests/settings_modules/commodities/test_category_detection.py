"""Categories by whole words: what the replaced system got wrong, and why each is suggested."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from settings_modules.commodities.errors import CategoryCircle
from settings_modules.commodities.models import CommodityCategory
from settings_modules.commodities.selectors.category_detection import detect_category
from settings_modules.commodities.services.categories import create_category, update_category
from settings_modules.commodities.starting_rows.categories import CATEGORIES
from settings_modules.commodities.starting_rows.planting import plant_categories

pytestmark = pytest.mark.django_db


def detected(name: str, description: str = "") -> str:
    category = detect_category(name, description).category
    return category.name_en if category else ""


def test_fourteen_categories_planted_once():
    before = set(CommodityCategory.objects.values_list("code", "version"))
    plant_categories(CommodityCategory)
    assert set(CommodityCategory.objects.values_list("code", "version")) == before
    assert {code for code, _ in before} >= {row.code for row in CATEGORIES}
    assert len(CATEGORIES) == 14


def test_every_word_is_folded_and_of_whole_words():
    words = [word for row in CATEGORIES for word in row.keywords]
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(fold_text(word)) FROM unnest(%s::text[]) word", [words])
        [folded] = cursor.fetchone()
    assert sorted(folded) == sorted(words)


def test_no_word_is_of_two_categories():
    words = [word for row in CATEGORIES for word in row.keywords]
    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Turmeric", "Spices"),
        ("Natural Gas", ""),
        ("Natural Rubber", ""),
        ("Furniture", ""),
        ("Sandalwood", ""),
        ("Crude Oil", ""),
        ("Cotton Waste", "Waste"),
        ("Cotton Yarn", "Yarn"),
        ("Cotton Seed", "Seed"),
        ("Poly Cotton Blend", "Blended Fiber"),
        ("Price Index", ""),
    ],
)
def test_what_the_replaced_system_got_wrong(name, category):
    assert detected(name) == category


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Cotton", "Natural Fiber"),
        ("KAPAS", "Natural Fiber"),
        ("Polyester Staple Fiber", "Synthetic Fiber"),
        ("Viscose Yarn 30s", "Yarn"),
        ("Cotton Fabric, grey", "Fabric"),
        ("Cotton Seed Oil", "Edible Oils"),
        ("Cotton Seed Oil Cake", "Waste"),
        ("Basmati Rice 1121", "Grains"),
        ("Gold Bar 999", "Precious Metals"),
        ("Copper Wire", "Base Metals"),
        ("Tur Dal", "Pulses"),
        ("Chana", "Pulses"),
        ("Haldi", "Spices"),
        ("Jaggery", "Sugar"),
        ("قطن خام", "Natural Fiber"),
        ("أُرز", "Grains"),
        ("كُركم", "Spices"),
        ("", ""),
        ("Zyzzyva", ""),
    ],
)
def test_goods_by_their_names(name, category):
    assert detected(name) == category


def test_confidence_and_reason_say_why():
    whole, part, nothing = (detect_category(name) for name in ("Wheat", "Wheat 306", "Zyzzyva"))
    assert (whole.confidence, part.confidence) == (Decimal("0.95"), Decimal("0.80"))
    assert whole.reason == "“wheat” in the name is a word of Grains."
    assert whole.reason_ar == "«wheat» في الاسم من كلمات حبوب."
    assert (nothing.category, nothing.confidence) == (None, Decimal(0))
    assert nothing.reason == "No category has a word of this name."


def test_two_categories_as_well_known_lower_the_confidence():
    found = detect_category("Wheat and Gold")
    assert found.confidence == Decimal("0.60")
    assert {found.category.name_en, *(each.category.name_en for each in found.alternatives)} == {
        "Grains",
        "Precious Metals",
    }


def test_description_is_looked_at_when_the_name_says_nothing():
    found = detect_category("Lot 17", "Bright TMT bar")
    assert (found.category.name_en, found.confidence) == ("Base Metals", Decimal("0.50"))
    assert detected("Wheat", "Bright TMT bar") == "Grains"


def test_categories_that_are_switched_off_are_not_suggested():
    CommodityCategory.objects.filter(code="grains").update(is_active=False)
    assert detected("Wheat") == ""


def test_detection_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        detect_category("Wheat")


def test_words_are_kept_folded_and_once():
    row = create_category(
        values={
            "code": "nuts",
            "name_en": "Nuts",
            "keywords": ["Cashew  Nut", "لوزة", "cashew nut"],
        }
    )
    assert row.keywords == ["cashew nut", "لوزه"]
    assert detected("Cashew nuts") == ""
    assert detected("Raw cashew nut") == "Nuts"


def test_category_is_no_part_of_itself():
    above = create_category(values={"code": "above", "name_en": "Above"})
    below = create_category(values={"code": "below", "name_en": "Below", "parent": above})
    with pytest.raises(CategoryCircle):
        update_category(category=above, values={"parent": below})
    with pytest.raises(CategoryCircle):
        update_category(category=above, values={"parent": above})
