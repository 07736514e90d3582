"""Varieties and quality parameters, with the acceptance cases COM-07 to COM-12, COM-23, COM-25 and
COM-26, and the templates that parameters are suggested from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import InvalidInput
from core.events.models import Event
from core.references.services import deactivate_row, merge_rows, restore_row
from settings_modules.commodities.errors import (
    ParameterNameTaken,
    ParametersDiffer,
    ParameterTemplateNameTaken,
    TemplateOfOtherCategory,
    VarietiesOfTwoCommodities,
    VarietyCodeTaken,
    VarietyNameTaken,
)
from settings_modules.commodities.models import (
    Commodity,
    CommodityCategory,
    ParameterTemplate,
    QualityParameter,
)
from settings_modules.commodities.parameter_seeds import SOURCE
from settings_modules.commodities.selectors.measured_values import read_measured
from settings_modules.commodities.selectors.quality import quality_findings
from settings_modules.commodities.selectors.suggested_parameters import suggested_templates
from settings_modules.commodities.services.parameter_templates import (
    create_template,
    plant_templates,
    update_template,
)
from settings_modules.commodities.services.quality_parameters import (
    add_parameter,
    add_suggested,
    remove_parameter,
    reorder_parameters,
    update_parameter,
)
from settings_modules.commodities.services.varieties import add_variety, update_variety
from tests.factories.commodities import (
    make_category,
    make_commodity,
    make_parameter,
    make_parameter_template,
    make_variety,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cotton() -> Commodity:
    return make_commodity("Cotton")


def number(name: str, least: str = "", most: str = "", **more: Any) -> dict[str, Any]:
    bounds = {"min_value": least, "max_value": most}
    given = {key: Decimal(text) for key, text in bounds.items() if text}
    return {"parameter_name": name, "parameter_type": "NUMERIC", **given, **more}


def test_com_07_and_09_variety_is_added_and_changed(cotton):
    values = {"name": " DCH-32 ", "code": "DCH32", "is_standard": True}
    variety = add_variety(commodity=cotton, values=values)
    assert (variety.name, variety.code, variety.is_standard) == ("DCH-32", "DCH32", True)
    assert variety.commodity == cotton
    changed = update_variety(
        variety=variety, values={"description": "Long staple", "is_standard": False}
    )
    assert (changed.description, changed.is_standard, changed.code) == (
        "Long staple",
        False,
        "DCH32",
    )
    assert [event.type for event in Event.objects.filter(type__startswith="commodity_v")] == [
        "commodity_variety.created",
        "commodity_variety.updated",
    ]


def test_com_08_and_23_varieties_of_a_commodity():
    wheat = make_commodity("Wheat")
    for name in ("HD-2967", "PBW-343", "WH-1105"):
        add_variety(commodity=wheat, values={"name": name, "code": name.replace("-", "")})
    assert [each.name for each in wheat.varieties.all()] == ["HD-2967", "PBW-343", "WH-1105"]


def test_variety_has_its_name_and_code_once_in_its_commodity(cotton):
    first = add_variety(commodity=cotton, values={"name": "DCH-32", "code": "D"})
    with pytest.raises(VarietyNameTaken) as refused:
        add_variety(commodity=cotton, values={"name": "dch-32"})
    assert refused.value.extra == {"taken_by": first.pk}
    with pytest.raises(VarietyCodeTaken):
        add_variety(commodity=cotton, values={"name": "Other", "code": "d"})
    jute = make_commodity("Jute")
    assert add_variety(commodity=jute, values={"name": "DCH-32", "code": "D"}).pk


def test_varieties_of_two_commodities_are_not_merged(cotton):
    kept, other = make_variety(cotton), make_variety(make_commodity())
    with pytest.raises(VarietiesOfTwoCommodities):
        merge_rows(kept=kept, merged=other, reason="r")
    double = make_variety(cotton)
    merge_rows(kept=kept, merged=double, reason="r")
    double.refresh_from_db()
    assert double.is_active is False


def test_com_10_and_12_parameter_is_added_and_changed(cotton):
    staple = add_parameter(
        commodity=cotton, values=number("Staple Length", "28", "34", unit="mm", is_mandatory=True)
    )
    stored = QualityParameter.objects.get(pk=staple.pk)
    assert (stored.min_value, stored.max_value, stored.unit) == (28, 34, "mm")
    assert (stored.is_mandatory, stored.display_order) == (True, 1)
    moisture = add_parameter(commodity=cotton, values=number("Moisture", "5", "10"))
    changed = update_parameter(
        parameter=moisture,
        values={"max_value": Decimal("12.0"), "is_mandatory": True, "default_value": "8.0"},
    )
    assert (changed.max_value, changed.is_mandatory, changed.default_value) == (12, True, "8.0")
    assert changed.display_order == 2


def test_com_11_parameters_are_listed_in_their_order(cotton):
    for name in ("Micronaire", "Strength", "Color Grade"):
        add_parameter(commodity=cotton, values={"parameter_name": name, "parameter_type": "TEXT"})
    names = [each.parameter_name for each in cotton.parameters.all()]
    assert names == ["Micronaire", "Strength", "Color Grade"]
    with pytest.raises(ParameterNameTaken):
        add_parameter(commodity=cotton, values=number("micronaire"))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (number("A", "5", "4"), ("min_value", "bounds_out_of_order")),
        ({**number("A", "5"), "parameter_type": "TEXT"}, ("min_value", "text_has_no_bounds")),
        (number("A", "5", "9", default_value="10"), ("default_value", "outside_bounds")),
        (number("A", "5", "9", default_value="4.9"), ("default_value", "outside_bounds")),
        (number("A", default_value="eight"), ("default_value", "not_a_number")),
        (number("A", default_value="1-2"), ("default_value", "not_a_number")),
    ],
)
def test_parameter_that_contradicts_itself_is_refused(cotton, values, found):
    with pytest.raises(InvalidInput) as refused:
        add_parameter(commodity=cotton, values=values)
    assert [(each.field, each.code) for each in refused.value.details] == [found]
    assert ParameterTemplate.objects.filter(category=cotton.category).count() == 0


def test_bounds_may_be_equal_and_zero(cotton):
    row = add_parameter(commodity=cotton, values=number("Trash", "0", "0", default_value="0"))
    assert (row.min_value, row.max_value) == (0, 0)


def test_new_order_is_written_in_one_statement_and_steps_no_version(cotton):
    rows = [make_parameter(cotton, display_order=place) for place in range(1, 6)]
    order = [rows[place].pk for place in (4, 0, 3, 1, 2)]
    with CaptureQueriesContext(connection) as queries:
        reorder_parameters(commodity=cotton, order=order)
    updates = [q["sql"] for q in queries if 'UPDATE "commodities_qualityparameter"' in q["sql"]]
    assert len(updates) == 1
    stored = cotton.parameters.order_by("display_order")
    assert list(stored.values_list("pk", "display_order", "version")) == [
        (key, place, 1) for place, key in enumerate(order, start=1)
    ]
    event = Event.objects.get(type="commodity.parameters_reordered")
    assert (event.stream_id, event.data) == (str(cotton.pk), {"order": order})


def test_same_order_tells_nothing(cotton):
    keys = [make_parameter(cotton, display_order=place).pk for place in (1, 2)]
    reorder_parameters(commodity=cotton, order=keys)
    assert not Event.objects.filter(type="commodity.parameters_reordered").exists()


def test_order_names_every_parameter_once(cotton):
    first, second = make_parameter(cotton), make_parameter(cotton, display_order=2)
    foreign = make_parameter()
    for order in (
        [first.pk],
        [first.pk, first.pk],
        [first.pk, second.pk, foreign.pk],
        [first.pk, foreign.pk],
        [],
    ):
        with pytest.raises(ParametersDiffer):
            reorder_parameters(commodity=cotton, order=order)


def test_removed_parameter_is_told(cotton):
    remove_parameter(parameter=make_parameter(cotton))
    assert cotton.parameters.count() == 0
    assert Event.objects.filter(type="quality_parameter.removed").count() == 1


# What was measured


@pytest.fixture
def measured(cotton) -> Commodity:
    length = number("Length", "27", "32", is_mandatory=True)
    add_parameter(commodity=cotton, values=length)
    add_parameter(commodity=cotton, values=number("Strength", is_mandatory=True))
    grade = {"parameter_name": "Grade", "parameter_type": "TEXT"}
    add_parameter(commodity=cotton, values=grade)
    trash = {**number("Trash", "0", "5"), "parameter_type": "RANGE"}
    add_parameter(commodity=cotton, values=trash)
    return cotton


@pytest.mark.parametrize(
    ("values", "codes", "part"),
    [
        ({"length": "29", "Strength": 30}, [], ""),
        ({"Length": "27", "Strength": "0"}, [], ""),
        ({"Length": "32", "Strength": "1"}, [], ""),
        ({"Length": "26.99", "Strength": "1"}, ["quality_below_minimum"], "below minimum 27"),
        ({"Length": 33, "Strength": "1"}, ["quality_above_maximum"], "exceeds maximum 32"),
        ({"Strength": "1"}, ["quality_mandatory"], "Mandatory parameter Length"),
        ({"Length": " ", "Strength": "1"}, ["quality_mandatory"], "Mandatory parameter Length"),
        ({}, ["quality_mandatory", "quality_mandatory"], "Mandatory parameter"),
        ({"Length": "long", "Strength": "1"}, ["quality_not_a_number"], "not a number"),
        ({"Length": "28-30", "Strength": "1"}, ["quality_not_a_number"], "not a number"),
        ({"Length": True, "Strength": "1"}, ["quality_not_a_number"], "not a number"),
        ({"Length": "NaN", "Strength": "1"}, ["quality_not_a_number"], "not a number"),
        ({"Length": "29", "Strength": "1", "Grade": "Middling", "Dust": "x"}, [], ""),
        ({"Length": "29", "Strength": "1", "Trash": "2-4"}, [], ""),
        ({"Length": "29", "Strength": "1", "Trash": "2-6"}, ["quality_above_maximum"], "6"),
    ],
)
def test_com_26_measured_values_keep_to_the_parameters(measured, values, codes, part):
    found = quality_findings(measured, values)
    assert [each.code for each in found] == codes
    assert all(part in each.message for each in found)
    assert all(each.message_ar for each in found)


def test_parameter_that_is_switched_off_demands_nothing(measured):
    for row in measured.parameters.all():
        deactivate_row(row=row)
    assert quality_findings(measured, {}) == []
    restore_row(row=measured.parameters.get(parameter_name="Length"))
    assert len(quality_findings(measured, {})) == 1


def test_range_is_read_whichever_end_comes_first():
    assert read_measured("30 to 28", "RANGE") == (28, 30)
    assert read_measured("28–30.5", "RANGE") == (28, Decimal("30.5"))
    assert read_measured("-3--1", "RANGE") == (-3, -1)
    assert read_measured("1e3", "NUMERIC") is None


# Templates


def test_26_templates_are_there_from_the_beginning():
    seeded = ParameterTemplate.objects.filter(source=SOURCE)
    assert seeded.count() == 26
    by_category = {
        code: seeded.filter(category__code=code).count()
        for code in ("cotton", "pulses", "grains", "seed", "yarn")
    }
    assert by_category == {"cotton": 6, "pulses": 5, "grains": 5, "seed": 5, "yarn": 5}
    micronaire = seeded.get(parameter_name="Micronaire")
    assert (micronaire.min_value, micronaire.max_value, micronaire.is_mandatory) == (
        Decimal("2.5"),
        Decimal("6.0"),
        True,
    )
    assert CommodityCategory.objects.get(code="cotton").parent.code == "natural-fiber"


def test_planting_again_adds_what_is_missing_alone():
    assert plant_templates(CommodityCategory, ParameterTemplate) == 0
    ParameterTemplate.objects.get(parameter_name="Ply").delete()
    assert plant_templates(CommodityCategory, ParameterTemplate) == 1


def test_added_parameter_is_learned_and_counted(cotton):
    add_parameter(commodity=cotton, values=number("Neps", "0", "200", unit="1/g"))
    template = ParameterTemplate.objects.get(category=cotton.category)
    assert (template.parameter_name, template.unit, template.max_value) == ("Neps", "1/g", 200)
    assert (template.usage_count, template.source) == (1, "Learned")
    add_parameter(commodity=make_commodity(), values=number("NEPS", "0", "300"))
    template.refresh_from_db()
    assert (template.usage_count, template.max_value, template.version) == (2, 200, 1)
    assert Event.objects.filter(type="parameter_template.created").count() == 1


def test_template_has_its_name_once_in_its_category():
    values = {**number("Ash"), "category": make_category(), "source": "CCI"}
    template = create_template(values=values)
    with pytest.raises(ParameterTemplateNameTaken):
        create_template(values={**values, "parameter_name": "ash"})
    other = make_category("test-others")
    moved = update_template(template=template, values={"category": other})
    assert moved.category == other


def test_suggestions_are_ranked_by_use_and_say_what_is_there():
    seldom = make_parameter_template(parameter_name="Seldom", usage_count=1)
    usual = make_parameter_template(parameter_name="Usual", usage_count=9)
    make_parameter_template(parameter_name="Off", usage_count=99, is_active=False)
    commodity = make_commodity()
    make_parameter(commodity, parameter_name="USUAL")
    assert [(each.template, each.is_there) for each in suggested_templates(commodity)] == [
        (usual, True),
        (seldom, False),
    ]


def test_cotton_among_natural_fibres_gets_the_templates_of_cotton():
    fibres = CommodityCategory.objects.get(code="natural-fiber")
    names = [
        each.template.parameter_name
        for each in suggested_templates(make_commodity("Raw cotton", category=fibres))
    ]
    assert len(names) == 6
    assert "Micronaire" in names
    assert suggested_templates(make_commodity("Jute", category=fibres)) == []


def test_suggestions_are_bounded():
    for place in range(25):
        make_parameter_template(parameter_name=f"T{place:02d}")
    assert len(suggested_templates(make_commodity())) == 20


def test_chosen_suggestions_are_added_together():
    commodity = make_commodity("Tur", category=CommodityCategory.objects.get(code="pulses"))
    templates = list(ParameterTemplate.objects.filter(category__code="pulses"))
    make_parameter(commodity, parameter_name="Foreign matter")
    added = add_suggested(commodity=commodity, templates=templates)
    assert len(added) == 4
    assert [each.display_order for each in commodity.parameters.order_by("display_order")] == [
        *(1, 2, 3, 4, 5)
    ]
    moisture = commodity.parameters.get(parameter_name="Moisture Content")
    assert (moisture.min_value, moisture.max_value, moisture.unit) == (10, 12, "%")
    used = ParameterTemplate.objects.filter(category__code="pulses", usage_count=1)
    assert used.count() == 4


def test_template_that_is_not_suggested_is_not_added():
    commodity = make_commodity("Tur", category=CommodityCategory.objects.get(code="pulses"))
    yarn = ParameterTemplate.objects.get(parameter_name="Ply")
    own = ParameterTemplate.objects.get(category__code="pulses", parameter_name="Foreign Matter")
    with pytest.raises(TemplateOfOtherCategory):
        add_suggested(commodity=commodity, templates=[own, yarn])
    assert commodity.parameters.count() == 0
