"""Commodities by files: known by code or name, every error told, taken back, exported whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.events.models import Event
from core.importing.exporting import export_chunks
from core.importing.models import ImportRow, RunState
from core.importing.resources import find_import_resource
from settings_modules.commodities.models import Commodity, CommodityCategory, TaxCode, Unit
from tests.core.importing.conftest import (
    applied,
    checked,
    csv_bytes,
    findings,
    outcomes,
    undone,
)
from tests.factories.commodity_files import make_named_records

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _named_records(db) -> None:
    make_named_records()


def make(name: str, **values: Any) -> Commodity:
    values.setdefault("category", CommodityCategory.objects.get(code="grains"))
    values.setdefault("base_unit", Unit.objects.get(code="KG"))
    return Commodity.objects.create(name_en=name, **values)


def checked_rows(*rows: list[Any]):
    return checked(csv_bytes(rows), resource="commodities")


def test_row_is_the_commodity_with_its_code_else_with_its_name():
    coded = make("Old wheat", code="WH-1")
    named = make("Basmati rice")
    same = make("Turmeric finger", code="TU-1")
    run = checked_rows(
        ["Code", "Name", "Category", "HSN Code", "GST Rate (%)", "UOM"],
        ["wh-1", "New wheat", "grains", "1001", "0", "kg"],
        ["RI-1", "BASMATI RICE", "GRAINS", "", "", ""],
        ["tu-1", "Turmeric Finger", "Grains", "", "", ""],
        ["", "Gold bar", "Precious metals", "7108", "3", ""],
    )
    assert findings(run) == []
    assert outcomes(run) == {2: "changed", 3: "changed", 4: "changed", 5: "new"}
    changes = dict(ImportRow.objects.filter(run=run).values_list("number", "changes"))
    assert changes[2]["name_en"] == {"old": "Old wheat", "new": "New wheat"}
    assert changes[2].keys() == {"name_en", "tax_code", "gst_rate"}
    assert changes[3] == {"code": {"old": None, "new": "RI-1"}}
    assert changes[4] == {"name_en": {"old": "Turmeric finger", "new": "Turmeric Finger"}}
    run = applied(run)
    assert (run.counts["added"], run.counts["updated"]) == (1, 3)
    coded.refresh_from_db()
    assert (coded.code, coded.name_en, coded.gst_rate) == ("WH-1", "New wheat", Decimal(0))
    assert coded.tax_code == TaxCode.objects.get(kind="hsn", code="1001")
    named.refresh_from_db()
    assert (named.code, named.name_en, named.version) == ("RI-1", "Basmati rice", 2)
    same.refresh_from_db()
    assert (same.code, same.name_en) == ("TU-1", "Turmeric Finger")
    new = Commodity.objects.get(name_en="Gold bar")
    assert (new.code, new.base_unit.code, new.is_active, new.version) == (None, "KG", True, 1)
    (event,) = Event.objects.filter(type="commodity.imported")
    assert event.data["added_ids"] == [new.pk]
    assert event.data["changed_ids"] == sorted([coded.pk, named.pk, same.pk])


def test_second_import_changes_nothing_and_undo_gives_back_codes_lists_and_objects():
    kept = make("Wheat", quality_standards=["FAQ"], min_order_quantity={"value": "1", "unit": "KG"})
    rows = [
        [
            *("name_en", "code", "quality_standards", "supported_currencies"),
            *("min_order_quantity", "category"),
        ],
        ["Wheat", "WH-1", 'ISO 9001; "A\\; B" ;', "inr;USD", '{"value": "2", "unit": "KG"}', ""],
        ["Rice", "RI-1", "", "", "", "grains"],
    ]
    run = applied(checked_rows(*rows))
    assert findings(run) == []
    kept.refresh_from_db()
    assert (kept.code, kept.quality_standards) == ("WH-1", ["ISO 9001", '"A; B"'])
    assert kept.supported_currencies == ["INR", "USD"]
    assert kept.min_order_quantity == {"value": "2", "unit": "KG"}
    assert set(outcomes(checked_rows(*rows)).values()) == {"unchanged"}
    run = undone(run)
    assert (run.state, run.counts["set_back"], run.counts["removed"]) == (RunState.UNDONE, 1, 1)
    kept.refresh_from_db()
    assert (kept.code, kept.quality_standards, kept.supported_currencies) == (None, ["FAQ"], [])
    assert kept.min_order_quantity == {"value": "1", "unit": "KG"}
    assert Commodity.objects.count() == 1


def test_every_error_is_told_with_its_column():
    make("Taken", code="T-1")
    make("Other", code="O-1")
    run = checked_rows(
        [
            *("code", "name_en", "category", "tax_code", "gst_rate", "base_unit", "trade_unit"),
            *("supported_currencies", "hs_code_6digit", "storage_conditions", "is_active"),
        ],
        ["", "", "grains", "", "", "", "", "", "", "", ""],
        ["N-1", "", "grains", "", "", "", "", "", "", "", ""],
        ["N-2", "No category", "", "", "", "", "", "", "", "", ""],
        ["N-3", "Wrong", "fish", "9", "101", "STONE", "", "RUPEES", "52", "[1]", "maybe"],
        ["N-4", "Incompatible", "grains", "", "5.555", "KG", "METER", "XXX;INR", "", "", ""],
        ["T-1", "Other", "grains", "", "", "", "", "", "", "", ""],
        ["N-5", "twice", "grains", "", "", "", "", "", "", "", ""],
        ["N-6", "Twice", "grains", "", "", "", "", "", "", "", ""],
        ["O-1", "Renamed", "grains", "", "", "", "", "", "", "", ""],
    )
    assert findings(run) == [
        (2, "name_en", "no_key"),
        (3, "name_en", "no_name"),
        (4, "category", "no_category"),
        (5, "base_unit", "unknown_reference"),
        (5, "category", "unknown_reference"),
        (5, "gst_rate", "too_large"),
        (5, "hs_code_6digit", "malformed_hs_code"),
        (5, "is_active", "not_yes_or_no"),
        (5, "storage_conditions", "not_an_object"),
        (5, "supported_currencies", "too_long"),
        (5, "tax_code", "unknown_reference"),
        (6, "gst_rate", "too_many_decimals"),
        (6, "supported_currencies", "unknown_currency"),
        (6, "trade_unit", "units_incompatible"),
        (7, "name_en", "used_elsewhere"),
        (8, "name_en", "twice_in_file"),
        (9, "name_en", "twice_in_file"),
    ]
    assert outcomes(run)[10] == "changed"


def test_two_rows_that_mean_the_same_commodity_are_both_refused():
    make("Wheat", code="WH-1")
    run = checked_rows(
        ["code", "name_en", "gst_rate"], ["WH-1", "Durum wheat", "5"], ["", "Wheat", "0"]
    )
    assert findings(run) == [(2, "", "twice_in_file"), (3, "", "twice_in_file")]


def test_commodity_that_somebody_added_meanwhile_stays_as_it_is():
    run = checked_rows(
        ["code", "name_en", "category"],
        ["N-1", "Barley", "grains"],
        ["N-2", "Oats", "grains"],
        ["N-3", "Rye", "grains"],
    )
    make("BARLEY")
    make("Another name", code="n-2")
    run = applied(run)
    assert findings(run, "apply") == [(2, "", "added_meanwhile"), (3, "", "added_meanwhile")]
    assert (run.counts["added"], run.counts["refused"]) == (1, 2)
    assert set(Commodity.objects.values_list("name_en", "code", "version")) == {
        ("BARLEY", None, 1),
        ("Another name", "n-2", 1),
        ("Rye", "N-3", 1),
    }


def test_unit_is_known_by_another_word_and_prices_by_the_stored_base_unit():
    make("Cotton", code="C-1", base_unit=Unit.objects.get(code="METER"))
    run = checked_rows(
        ["code", "name_en", "category", "base_unit", "trade_unit", "rate_unit"],
        ["N-1", "New", "grains", "lbs-here", "bale", ""],
        ["C-1", "", "", "", "", "quintal"],
    )
    assert findings(run) == [(3, "rate_unit", "units_incompatible")]
    applied(run)
    new = Commodity.objects.get(code="N-1")
    assert (new.base_unit.code, new.trade_unit.code, new.rate_unit) == ("POUND", "BALE", None)


def test_empty_cells_empty_what_may_be_empty():
    kept = make(
        "Cotton",
        code="C-1",
        gst_rate="5",
        tax_code=TaxCode.objects.get(kind="hsn", code="5201"),
        trading_hubs=["Mumbai"],
        price_volatility="HIGH",
        name_ar="قطن",
    )
    columns = ["code", "name_en", "name_ar", "category", "base_unit", "gst_rate", "tax_code"]
    columns += ["trading_hubs", "price_volatility", "is_active"]
    applied(checked_rows(columns, ["C-1", *[""] * 9]))
    kept.refresh_from_db()
    assert (kept.name_en, kept.name_ar, kept.gst_rate, kept.tax_code) == ("Cotton", "", None, None)
    assert (kept.trading_hubs, kept.price_volatility, kept.is_active) == ([], "", True)
    assert (kept.category.code, kept.base_unit.code) == ("grains", "KG")


def test_file_of_garbage_fails_with_a_reason():
    run = checked(bytes(range(256)) * 20, resource="commodities")
    assert (run.state, run.rows.count()) == (RunState.FAILED, 0)
    assert run.problem


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export_comes_back_without_a_change(ending):
    make(
        "=SUM(A1)",
        code="-1+1",
        description_en="two\nlines, “quoted”",
        gst_rate="0.00",
        delivery_tolerance_pct="2.50",
        quality_standards=["a;b", "+c", 'd "e"', "{f}, g"],
        supported_currencies=["INR", "USD"],
        storage_conditions={"kind": "dry"},
        shelf_life_days=730,
        trade_unit=Unit.objects.get(code="BALE"),
        tax_code=TaxCode.objects.get(kind="hsn", code="5201"),
        price_volatility="HIGH",
    )
    make("Without a code", name_ar="بلا رمز")
    before = list(Commodity.objects.order_by("pk").values())
    resource = find_import_resource("commodities")
    exported = b"".join(export_chunks(resource, Commodity.objects.all(), ending))
    if ending == "csv":
        line = exported.decode().splitlines()[1]
        assert line.startswith("'-1+1,'=SUM(A1),")
    run = checked(exported, resource="commodities")
    assert findings(run) == []
    assert outcomes(run) == {2: "unchanged", 3: "unchanged"}
    assert list(Commodity.objects.order_by("pk").values()) == before


def test_import_takes_as_many_statements_for_ten_rows_as_for_two_hundred():
    counted = []
    for count in (10, 200):
        rows = [[f"Q-{count}-{n}", f"Goods {count} {n}", "grains"] for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            applied(checked_rows(["code", "name_en", "category"], *rows))
        counted.append(len(captured))
    assert counted[0] == counted[1]
