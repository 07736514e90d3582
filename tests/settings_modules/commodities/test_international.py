"""International templates: which one is suggested, compared and taken over; INT-05 to INT-13 and
INT-18; and what is unusual in a commodity's values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.editing.errors import StaleVersion
from core.events.models import Event
from settings_modules.commodities.errors import (
    InternationalFieldUnknown,
    InternationalTemplateUnknown,
)
from settings_modules.commodities.international_templates import BY_KEY, TEMPLATES
from settings_modules.commodities.selectors.anomalies import parameter_warnings, unusual_values
from settings_modules.commodities.selectors.international import (
    InternationalSuggestion,
    compared,
    suggest_international,
    suggestion_for,
)
from settings_modules.commodities.services.commodities import update_commodity
from settings_modules.commodities.services.commodity_values import INTERNATIONAL_FIELDS
from settings_modules.commodities.services.international import apply_international
from tests.factories.commodities import make_commodity

#: Template: quoted in, HS code, exchanges, volatility, phytosanitary, fumigation, seasonal, shelf
#: life, tolerance of delivery and of weight.
TABLE = {
    "cotton": (
        *("CENTS_PER_POUND", "520100", ["MCX", "ICE_Futures", "ZCE", "NCDEX"], "HIGH"),
        *(True, True, True, 730, "5", "2"),
    ),
    "wheat": (
        *("USD_PER_MT", "100190", ["CBOT", "Euronext", "NCDEX", "DGCX"], "MEDIUM"),
        *(True, False, True, 365, "2", "1"),
    ),
    "gold": (
        *("USD_PER_TROY_OUNCE", "710812", ["COMEX", "LBMA", "MCX", "TOCOM", "SGE"], "MEDIUM"),
        *(False, False, False, None, "0", "0.1"),
    ),
    "rice": (
        *("USD_PER_MT", "100630", ["NCDEX", "DCE", "CBOT"], "MEDIUM"),
        *(True, False, True, 545, "2", "1"),
    ),
    "silver": (
        *("USD_PER_TROY_OUNCE", "710691", ["COMEX", "LBMA", "MCX", "TOCOM", "SGE"], "HIGH"),
        *(False, False, False, None, "0", "0.1"),
    ),
    "copper": (
        *("USD_PER_MT", "740311", ["LME", "SHFE", "COMEX", "MCX"], "HIGH"),
        *(False, False, False, None, "2", "1"),
    ),
    "soybean_oil": (
        *("USD_PER_MT", "150710", ["CBOT", "DCE", "NCDEX", "MATIF"], "MEDIUM"),
        *(False, False, True, 365, "3", "2"),
    ),
    "default": ("USD_PER_KG", "", [], "MEDIUM", False, False, False, None, "5", "2"),
}
COLUMNS = (
    *("international_pricing_unit", "hs_code_6digit", "traded_on_exchanges", "price_volatility"),
    *("phytosanitary_required", "fumigation_required", "seasonal_commodity", "shelf_life_days"),
    *("delivery_tolerance_pct", "weight_tolerance_pct"),
)


def test_templates_are_those_of_the_table():
    seen = {each.key: tuple(each.values[name] for name in COLUMNS) for each in TEMPLATES}
    wanted = {key: (*row[:8], Decimal(row[8]), Decimal(row[9])) for key, row in TABLE.items()}
    assert seen == wanted
    assert all(tuple(each.values) == INTERNATIONAL_FIELDS for each in TEMPLATES)


@pytest.mark.django_db
@pytest.mark.parametrize("key", TABLE)
def test_every_template_can_be_stored_whole(key):
    row = make_commodity()
    fields = list(INTERNATIONAL_FIELDS)
    stored = apply_international(commodity=row, template=key, fields=fields, expected_version=1)
    stored.refresh_from_db()
    assert all(not each.is_changed for each in compared(stored, BY_KEY[key].values))


def proposed(name: str) -> dict[str, object]:
    found = suggest_international([name])
    assert found.confidence == Decimal("0.95")
    return dict(found.values)


def test_int_05_cotton():
    values = proposed("Cotton")
    assert {"USDA", "BCI"} <= set(values["quality_standards"])
    assert 10 in values["harvest_season"]["IN"]


def test_int_06_wheat():
    values = proposed("Wheat")
    assert "USDA" in values["quality_standards"]
    assert values["export_regulations"]["license_required"] is True


def test_int_07_gold():
    values = proposed("Gold")
    assert "LBMA" in values["quality_standards"]
    assert values["storage_conditions"]["kind"] == "vault"


def test_int_08_rice():
    values = proposed("Rice")
    assert "Codex_Alimentarius" in values["quality_standards"]
    assert "Basmati" in values["international_grades"]["variety"]


def test_int_09_silver_and_int_10_copper_and_int_11_soybean_oil():
    assert "999 (Fine)" in proposed("Silver")["international_grades"]["fineness"]
    assert "LME" in proposed("Copper")["quality_standards"]
    assert proposed("Soybean Oil")["hs_code_6digit"] == "150710"


@pytest.mark.parametrize("name", ["Bananas", "Fruits", "", "x" * 500, "Price index", "Goldfish"])
def test_int_12_other_goods_get_the_default(name):
    found = suggest_international([name])
    assert (found.template, found.confidence) == ("default", Decimal("0.40"))
    assert (found.values["default_currency"], found.values["hs_code_6digit"]) == ("USD", "")
    assert found.values["quality_standards"] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *((name, "cotton") for name in ("cotton", "COTTON", "Cotton", "Cotton Lint", "قطن")),
        ("Wheat Grain", "wheat"),
        ("Basmati rice 1121", "rice"),
        ("Refined soya oil", "soybean_oil"),
        # Another good that is named after one of them.
        *(
            (name, "default")
            for name in (
                *("Cotton Yarn", "Cotton Seed", "Cotton Waste", "Poly Cotton Blend"),
                *("Cottonseed", "Rice bran oil", "Wheat flour", "Copper wire", "Soybean"),
            )
        ),
    ],
)
def test_int_13_template_is_found_by_whole_words(name, key):
    assert suggest_international([name]).template == key


def test_reason_names_the_words():
    found = suggest_international(["", "Raw cotton, Shankar-6"])
    assert (found.reason, found.reason_ar) == (
        "The name has “raw cotton”.",
        "يحتوي الاسم على «raw cotton».",
    )


@pytest.mark.parametrize("confidence", ["1.5", "-0.1"])
def test_int_18_confidence_is_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        InternationalSuggestion("default", Decimal(confidence), "", "", {})
    assert InternationalSuggestion("default", Decimal(1), "", "", {}).values == {}


@pytest.mark.django_db
def test_comparison_marks_what_differs_and_what_nobody_touched():
    row = make_commodity("Cotton", hs_code_6digit="520100", default_currency="EUR")
    fields = {each.name: each for each in compared(row, suggestion_for(row).values)}
    assert list(fields) == list(INTERNATIONAL_FIELDS)
    hs_code, currency, exchanges = (
        fields[name] for name in ("hs_code_6digit", "default_currency", "traded_on_exchanges")
    )
    assert (hs_code.is_changed, hs_code.is_set) == (False, True)
    assert (currency.now, currency.proposed, currency.is_changed) == ("EUR", "USD", True)
    assert (exchanges.now, exchanges.is_changed, exchanges.is_set) == ([], True, False)


@pytest.mark.django_db
def test_chosen_fields_are_taken_over_and_no_other():
    row = make_commodity("Cotton", default_currency="EUR")
    changed = apply_international(
        commodity=row,
        template="cotton",
        fields=["hs_code_6digit", "traded_on_exchanges"],
        expected_version=1,
    )
    assert (changed.hs_code_6digit, changed.default_currency) == ("520100", "EUR")
    assert changed.traded_on_exchanges == ["MCX", "ICE_Futures", "ZCE", "NCDEX"]
    assert (changed.shelf_life_days, changed.version) == (None, 2)
    event = Event.objects.get(type="commodity.updated")
    assert sorted(event.data["changes"]) == ["hs_code_6digit", "traded_on_exchanges"]


@pytest.mark.django_db
def test_nothing_is_taken_over_when_one_field_or_the_state_is_another():
    row = make_commodity("Cotton")
    with pytest.raises(InternationalFieldUnknown):
        apply_international(
            commodity=row,
            template="cotton",
            fields=["hs_code_6digit", "name_en"],
            expected_version=1,
        )
    with pytest.raises(InternationalTemplateUnknown):
        apply_international(commodity=row, template="tin", fields=[], expected_version=1)
    update_commodity(commodity=row, values={"code": "C"})
    with pytest.raises(StaleVersion):
        apply_international(
            commodity=row, template="cotton", fields=["hs_code_6digit"], expected_version=1
        )
    row.refresh_from_db()
    assert row.hs_code_6digit == ""


@pytest.mark.parametrize(
    ("name", "code", "rate", "found"),
    [
        ("Cotton", "5201", "5", []),
        ("Cotton", "1001", None, ["unusual_chapter"]),
        ("Cotton seed", "1207", "5", []),
        ("Cottonwood", "4403", "18", []),
        ("Polyester fibre", "5503", "18", []),
        ("Polyester fibre", "5201", "18", ["unusual_chapter"]),
        ("Poly cotton blend", "5503", None, []),
        ("Gold", "7108", "3", []),
        ("Rough diamonds", "7102", "0.25", []),
        ("Wheat", "1001", "0", []),
        ("Wheat", "", "7", ["unusual_rate"]),
    ],
)
def test_unusual_values_are_told_by_whole_words(name, code, rate, found):
    told = unusual_values(
        names={"name_en": name}, tax_code=code, gst_rate=None if rate is None else Decimal(rate)
    )
    assert [each.code for each in told] == found


def test_parameter_without_room_between_its_bounds_is_unusual():
    given = [
        {"parameter_name": "A", "min_value": Decimal(2), "max_value": Decimal(2)},
        {"parameter_name": "B", "min_value": Decimal(1), "max_value": Decimal(2)},
        {"parameter_name": "C", "min_value": None},
    ]
    assert [(each.field, each.code) for each in parameter_warnings(given)] == [
        ("parameters[0].min_value", "bounds_out_of_order")
    ]
