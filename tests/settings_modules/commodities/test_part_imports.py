"""Varieties and quality parameters by files: within their commodity, by code or name."""

from __future__ import annotations

from typing import Any

import pytest

from core.importing.exporting import export_chunks
from core.importing.models import ImportRow
from core.importing.resources import find_import_resource
from settings_modules.commodities.models import (
    Commodity,
    CommodityCategory,
    CommodityVariety,
    QualityParameter,
    Unit,
)
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, outcomes, undone
from tests.factories.commodity_files import make_named_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def cotton() -> Commodity:
    make_named_records()
    common: dict[str, Any] = {
        "category": CommodityCategory.objects.get(code="natural-fiber"),
        "base_unit": Unit.objects.get(code="KG"),
    }
    Commodity.objects.create(name_en="Wheat of the file", **common)
    return Commodity.objects.create(code="COT-1", name_en="Cotton of the file", **common)


def checked_rows(resource: str, *rows: list[Any]):
    return checked(csv_bytes(rows), resource=resource)


def round_trip(resource: str, rows: Any) -> set[str]:
    declared = find_import_resource(resource)
    return set(
        outcomes(
            checked(b"".join(export_chunks(declared, rows, "csv")), resource=resource)
        ).values()
    )


def test_varieties_are_known_within_their_commodity(cotton):
    kept = CommodityVariety.objects.create(commodity=cotton, name="Shankar-6", code="S6")
    run = checked_rows(
        "commodity-varieties",
        ["Commodity", "Variety", "Code", "Standard"],
        ["cot-1", "Shankar Six", "s6", "yes"],
        ["Cotton of the file", "DCH-32", "DCH32", ""],
        ["wheat of the file", "Shankar-6", "", ""],
        ["COT-1", "dch-32", "", ""],
        ["Nothing", "X", "", ""],
    )
    assert findings(run) == [
        (3, "name", "twice_in_file"),
        (5, "name", "twice_in_file"),
        (6, "commodity", "unknown_reference"),
    ]
    assert outcomes(run)[2] == "changed"
    assert ImportRow.objects.get(run=run, number=2).changes == {
        "name": {"old": "Shankar-6", "new": "Shankar Six"},
        "is_standard": {"old": False, "new": True},
    }
    run = applied(run)
    assert (run.counts["added"], run.counts["updated"]) == (1, 1)
    kept.refresh_from_db()
    assert (kept.name, kept.code, kept.is_standard) == ("Shankar Six", "S6", True)
    assert round_trip("commodity-varieties", CommodityVariety.objects.all()) == {"unchanged"}
    undone(run)
    assert list(CommodityVariety.objects.values_list("name", "is_standard")) == [
        ("Shankar-6", False)
    ]


def test_new_parameters_come_last_in_their_commodity(cotton):
    QualityParameter.objects.create(
        commodity=cotton, parameter_name="Micronaire", parameter_type="RANGE", display_order=4
    )
    run = checked_rows(
        "quality-parameters",
        ["Commodity", "Parameter", "Type", "Unit", "Min", "Max", "Mandatory", "Default"],
        ["COT-1", "Staple Length", "RANGE", "mm", "28", "34", "yes", "29-31"],
        ["COT-1", "MICRONAIRE", "", "", "3.5", "4.9", "", ""],
        ["Cotton of the file", "Color Grade", "text", "", "", "", "", ""],
        ["Wheat of the file", "Moisture", "NUMERIC", "%", "", "12", "", "8"],
    )
    assert findings(run) == []
    run = applied(run)
    found = QualityParameter.objects.order_by("display_order").values_list(
        "parameter_name", "display_order"
    )
    assert list(found.filter(commodity=cotton)) == [
        ("Micronaire", 4),
        ("Staple Length", 5),
        ("Color Grade", 6),
    ]
    assert QualityParameter.objects.get(parameter_name="Moisture").display_order == 1
    assert round_trip("quality-parameters", QualityParameter.objects.all()) == {"unchanged"}
    assert undone(run).counts["removed"] == 3


def test_parameters_that_contradict_themselves_are_told(cotton):
    run = checked_rows(
        "quality-parameters",
        ["Commodity", "Parameter", "Type", "Min", "Max", "Default"],
        ["COT-1", "A", "NUMERIC", "5", "4", ""],
        ["COT-1", "B", "TEXT", "5", "", ""],
        ["COT-1", "C", "NUMERIC", "1", "2", "3"],
        ["COT-1", "D", "", "1", "2", ""],
        ["COT-1", "E", "HUGE", "", "", ""],
    )
    assert findings(run) == [
        (2, "min_value", "bounds_out_of_order"),
        (3, "min_value", "text_has_no_bounds"),
        (4, "default_value", "outside_bounds"),
        (5, "parameter_type", "no_type"),
        (6, "parameter_type", "no_type"),
        (6, "parameter_type", "not_a_choice"),
    ]
