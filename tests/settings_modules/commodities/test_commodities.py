"""Commodities and their values, with the acceptance cases COM-01 to COM-06, COM-20 to COM-22 and
INT-01 to INT-04."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from core.editing.errors import StaleVersion
from core.errors import InvalidInput
from core.events.models import Event
from core.references.services import merge_rows
from settings_modules.commodities.errors import (
    CommodityCodeTaken,
    CommodityNameTaken,
)
from settings_modules.commodities.models import Commodity, CommodityVariety, QualityParameter
from settings_modules.commodities.services import taken_names
from settings_modules.commodities.services.commodities import (
    create_commodity,
    deactivate_commodity,
    remove_commodity,
    restore_commodity,
    update_commodity,
)
from tests.factories.commodities import (
    make_category,
    make_commodity,
    make_parameter,
    make_unit,
    make_variety,
)
from tests.factories.tax_codes import make_tax_code

pytestmark = pytest.mark.django_db


def wrong(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in error.value.details]


def test_com_01_new_commodity_is_active_and_has_what_was_given():
    bale = make_unit("BALE", "170", dimension="count")
    cotton = make_commodity(
        "Cotton",
        category=make_category("natural-fiber"),
        tax_code=make_tax_code("5201"),
        gst_rate=Decimal("5.00"),
        trade_unit=bale,
    )
    stored = Commodity.objects.get(pk=cotton.pk)
    assert stored.is_active is True
    assert (stored.base_unit.code, stored.trade_unit.code) == ("KG", "BALE")
    assert (stored.tax_code.code, stored.gst_rate) == ("5201", Decimal("5.00"))
    assert Event.objects.filter(type="commodity.created").count() == 1


@pytest.mark.parametrize("name", ["Wheat", "WHEAT", " wheat "])
def test_com_02_second_commodity_of_a_name_is_refused(name):
    first = make_commodity("Wheat")
    with pytest.raises(CommodityNameTaken) as refused:
        make_commodity(name)
    assert (refused.value.status, refused.value.extra) == (409, {"taken_by": first.pk})
    assert Commodity.objects.count() == 1


def test_code_is_optional_and_once_in_any_capitals():
    make_commodity(code="COTTON-001")
    assert (make_commodity(code="").code, make_commodity(code=None).code) == (None, None)
    with pytest.raises(CommodityCodeTaken):
        make_commodity(code="cotton-001")


def test_com_05_update_changes_what_is_given_and_zero_is_a_rate():
    oil = make_commodity("Crude oil", code="OIL", gst_rate=Decimal("5"))
    changed = update_commodity(
        commodity=oil,
        values={
            "description_en": "Petroleum",
            "tax_code": make_tax_code("2709"),
            "gst_rate": Decimal("18.00"),
        },
    )
    assert (changed.gst_rate, changed.tax_code.code, changed.code) == (
        Decimal("18.00"),
        "2709",
        "OIL",
    )
    assert update_commodity(commodity=oil, values={"gst_rate": Decimal(0)}).gst_rate == 0
    assert Commodity.objects.get().gst_rate == Decimal("0.00")
    told = Event.objects.filter(type="commodity.updated").order_by("id").last()
    assert told.data == {"changes": {"gst_rate": {"old": "18.00", "new": "0"}}}


def test_update_of_another_state_is_refused():
    commodity = make_commodity("Jute")
    update_commodity(commodity=commodity, values={"code": "J"}, expected_version=1)
    with pytest.raises(StaleVersion):
        update_commodity(commodity=commodity, values={"code": "K"}, expected_version=1)


def test_com_06_deactivated_commodity_stays_and_comes_back():
    commodity = make_commodity()
    make_variety(commodity)
    assert deactivate_commodity(commodity=commodity).is_active is False
    assert Commodity.objects.get().is_active is False
    assert restore_commodity(commodity=commodity).is_active is True


def test_com_20_removal_takes_varieties_and_parameters_along():
    commodity, other = make_commodity(), make_commodity()
    make_variety(commodity)
    make_parameter(commodity)
    kept = make_variety(other)
    remove_commodity(commodity=commodity)
    assert list(Commodity.objects.all()) == [other]
    assert (list(CommodityVariety.objects.all()), QualityParameter.objects.count()) == ([kept], 0)
    removed = Event.objects.filter(type__endswith=".removed").order_by("id")
    assert [event.type for event in removed] == [
        "commodity_variety.removed",
        "quality_parameter.removed",
        "commodity.removed",
    ]


def test_unit_of_a_commodity_is_not_removed():
    with pytest.raises(ProtectedError):
        make_commodity().base_unit.delete()


def test_merged_commodity_hands_over_its_varieties():
    kept, merged = make_commodity("Cotton"), make_commodity("Cotton lint")
    variety = make_variety(merged)
    merge_rows(kept=kept, merged=merged, reason="the same")
    variety.refresh_from_db()
    merged.refresh_from_db()
    assert (variety.commodity, merged.is_active) == (kept, False)


def test_int_01_international_fields_are_kept_in_their_usual_form():
    given = {
        "default_currency": "usd",
        "supported_currencies": ["usd", " INR", "CNY", "usd", ""],
        "international_pricing_unit": "CENTS_PER_POUND",
        "hs_code_6digit": "520100",
        "country_tax_codes": {"IN": {"hsn": "5201", "gst": "5"}, "US": {"hts": "5201.00"}},
        "quality_standards": ["USDA", "BCI"],
        "certification_required": {"organic": True, "bci": True, "fair_trade": False},
        "harvest_season": {"IN": [10, 11, 12]},
        "major_producing_countries": ["in", "CN"],
        "standard_lot_size": {"domestic": {"value": "25", "unit": "BALE"}},
        "delivery_tolerance_pct": Decimal("5.0"),
    }
    stored = Commodity.objects.get(pk=make_commodity("Cotton", **given).pk)
    assert stored.default_currency == "USD"
    assert stored.supported_currencies == ["USD", "INR", "CNY"]
    assert stored.major_producing_countries == ["IN", "CN"]
    assert stored.country_tax_codes == given["country_tax_codes"]
    assert stored.certification_required == given["certification_required"]
    assert stored.harvest_season == {"IN": [10, 11, 12]}
    assert stored.delivery_tolerance_pct == Decimal("5.00")


def test_int_02_update_of_one_field_leaves_the_others():
    stored = make_commodity(default_currency="USD", hs_code_6digit="520100")
    changed = update_commodity(commodity=stored, values={"default_currency": "EUR"})
    assert (changed.default_currency, changed.hs_code_6digit) == ("EUR", "520100")
    assert changed.version == 2


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"default_currency": "US"}, [("default_currency", "unknown_currency")]),
        (
            {"supported_currencies": ["USD", "XYZ"]},
            [("supported_currencies[1]", "unknown_currency")],
        ),
        (
            {"major_consuming_countries": ["INDIA"]},
            [("major_consuming_countries[0]", "unknown_country")],
        ),
        ({"hs_code_6digit": "5201"}, [("hs_code_6digit", "malformed_hs_code")]),
        ({"hs_code_6digit": "52010٠"}, [("hs_code_6digit", "malformed_hs_code")]),
        ({"harvest_season": {"IN": [13]}}, [("harvest_season.IN[0]", "out_of_bounds")]),
        ({"harvest_season": {"India": [1]}}, [("harvest_season", "unknown_key")]),
        ({"country_tax_codes": {"IN": {}}}, [("country_tax_codes.IN", "empty")]),
        ({"country_tax_codes": {"IN": {"code": "1"}}}, [("country_tax_codes.IN", "unknown_key")]),
        ({"min_order_quantity": {"value": "10"}}, [("min_order_quantity", "incomplete")]),
        (
            {"min_order_quantity": {"value": 10, "unit": "KG"}},
            [("min_order_quantity.value", "wrong_type")],
        ),
        (
            {"certification_required": {"organic": "yes"}},
            [("certification_required.organic", "wrong_type")],
        ),
        ({"storage_conditions": {"kind": "attic"}}, [("storage_conditions.kind", "not_listed")]),
        ({"international_grades": []}, [("international_grades", "wrong_type")]),
        ({"storage_conditions": {"notes": "a\0b"}}, [("storage_conditions.notes", "wrong_form")]),
        (
            {"international_grades": {"a\0": ["A"]}},
            [("international_grades", "unknown_key")],
        ),
        ({"name_en": " ", "name_ar": ""}, [("name_en", "required")]),
    ],
)
def test_int_03_wrong_values_are_told_by_path_and_code(values, found):
    make_unit()
    given = {"name_en": "Cotton", "category": make_category(), **values}
    with pytest.raises(InvalidInput) as refused:
        create_commodity(values=given)
    assert wrong(refused) == found
    assert Commodity.objects.count() == 0


def test_every_wrong_value_is_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        make_commodity(default_currency="US", hs_code_6digit="1", harvest_season=[1])
    assert [field for field, _ in wrong(refused)] == [
        "default_currency",
        "hs_code_6digit",
        "harvest_season",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"delivery_tolerance_pct": Decimal(150)},
        {"weight_tolerance_pct": Decimal(-5)},
        {"gst_rate": Decimal("100.01")},
    ],
)
def test_int_04_percentages_are_0_to_100(values):
    with pytest.raises(ValidationError) as refused:
        make_commodity(**values)
    assert set(values) <= set(refused.value.message_dict)


def test_units_of_another_kind_do_not_go_together():
    metre = make_unit("METER", dimension="length", base="METER")
    with pytest.raises(InvalidInput) as refused:
        make_commodity(trade_unit=metre)
    assert wrong(refused) == [("trade_unit", "units_incompatible")]
    assert "incompatible" in refused.value.details[0].message


BROKEN = {
    "commodities_name_once": "UPDATE commodities_commodity SET name_en = 'A' WHERE name_en = 'b'",
    "commodities_code_once": "UPDATE commodities_commodity SET code = 'one'",
    "commodities_gst_rate_is_percent": "UPDATE commodities_commodity SET gst_rate = -1",
    "commodities_tolerances_are_percent": (
        "UPDATE commodities_commodity SET weight_tolerance_pct = 101"
    ),
    "commodities_variety_name_once": "UPDATE commodities_commodityvariety SET name = 'X'",
    "commodities_variety_code_once": "UPDATE commodities_commodityvariety SET code = 'c'",
    "commodities_variety_named": "UPDATE commodities_commodityvariety SET name = ''",
    "commodities_parameter_name_once": (
        "UPDATE commodities_qualityparameter SET parameter_name = 'P'"
    ),
    "commodities_qualityparameter_bounds_in_order": (
        "UPDATE commodities_qualityparameter SET min_value = 10"
    ),
    "commodities_qualityparameter_text_unbounded": (
        "UPDATE commodities_qualityparameter SET parameter_type = 'TEXT'"
    ),
    "commodities_qualityparameter_type_known": (
        "UPDATE commodities_qualityparameter SET parameter_type = 'WORD'"
    ),
    "commodities_qualityparameter_named": (
        "UPDATE commodities_qualityparameter SET parameter_name = ''"
    ),
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_database_keeps_the_rule_against_plain_sql(constraint):
    first = make_commodity("a", code="one")
    make_commodity("b", code="two")
    make_variety(first, name="x")
    make_variety(first, name="y")
    make_parameter(first)
    make_parameter(first)
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as sql:
        sql.execute(BROKEN[constraint])
    assert refused.value.__cause__.diag.constraint_name == constraint


def test_only_columns_that_change_are_looked_at():
    first = make_commodity("Cotton")
    rules = taken_names.OnceOnly("name_en", "commodities_name_once", CommodityNameTaken)
    double = Commodity(name_en="COTTON")
    with pytest.raises(CommodityNameTaken):
        taken_names.refuse_taken(double, [rules], changed={"name_en"})
    taken_names.refuse_taken(double, [rules], changed={"code"})
    taken_names.refuse_taken(first, [rules])
