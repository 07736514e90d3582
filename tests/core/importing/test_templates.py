"""Templates to fill in, and the file of failing rows that comes back corrected."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from core.importing.corrections import failing_chunks
from core.importing.models import ImportRun, RunState
from core.importing.resources import find_import_resource
from core.importing.samples import MOST_TOLD
from core.importing.templates import template_chunks
from settings_modules.commodities.models import Commodity
from settings_modules.locations.models import Location
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, undone
from tests.factories.commodity_files import make_named_records

pytestmark = pytest.mark.django_db

BAD_ROWS = [
    ["Code", "Name", "Category", "HSN Code", "GST Rate (%)", "Our note"],
    ["G-1", "Good one", "grains", "1001", "5", "fine"],
    ["B-1", "Bad rate", "grains", "1001", "105", ""],
    ["B-2", "Bad category", "fish", "", "", "x"],
    ["B-3", "=Bad HSN", "grains", "9999", "", ""],
    ["B-4", "Two things", "fish", "", "none", ""],
    ["B-5", "", "grains", "", "", ""],
]


@pytest.fixture(autouse=True)
def _named_records(db) -> None:
    make_named_records()


def template(resource: str, ending: str = "xlsx") -> bytes:
    return b"".join(template_chunks(find_import_resource(resource), ending))


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def failing(run: ImportRun, ending: str) -> bytes:
    return b"".join(failing_chunks(run, find_import_resource(run.resource), ending))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_that_nobody_filled_in_holds_no_rows(ending):
    run = checked(template("commodities", ending), resource="commodities")
    assert run.problem == "The file has no heading with rows below it."
    assert (run.state, Commodity.objects.count()) == (RunState.FAILED, 0)


def test_samples_left_as_they_are_stay_out_and_a_changed_one_comes_in():
    book = opened(template("commodities"))
    sheet = book.worksheets[0]
    names = {cell.value.rpartition("[")[2].rstrip("]"): cell.column for cell in sheet[1]}
    assert sheet.cell(row=4, column=names["name_en"]).value == "Wheat"
    sheet.cell(row=4, column=names["code"]).value = "WH-1"
    sheet.cell(row=9, column=names["name_en"]).value = "Barley"
    sheet.cell(row=9, column=names["category"]).value = "Grains"
    run = checked(saved(book), resource="commodities")
    assert findings(run) == [(row, "", "sample_left_out") for row in (2, 3, 5, 6, 7, 8)]
    assert (run.counts["new"], run.counts["warnings"], run.counts["failing"]) == (2, 6, 0)
    applied(run)
    assert set(Commodity.objects.values_list("code", "name_en")) == {
        ("WH-1", "Wheat"),
        (None, "Barley"),
    }


def test_sample_repeated_without_end_is_told_so_many_times():
    resource = find_import_resource("commodities")
    sample = resource.samples[0]
    rows = [list(sample.values())] * (MOST_TOLD + 20)
    run = checked(
        csv_bytes([list(sample), *rows, ["N-1", "New", "grains", "", "", "", "", ""]]),
        resource="commodities",
    )
    assert (run.counts["rows"], run.counts["warnings"]) == (1, MOST_TOLD)


def test_workbook_has_notes_lists_and_instructions_in_both_languages():
    book = opened(template("commodities"))
    sheet, guide, lists = book.worksheets
    assert (lists.sheet_state, sheet.freeze_panes) == ("hidden", "A2")
    names = {cell.value.rpartition("[")[2].rstrip("]"): cell for cell in sheet[1]}
    note = names["is_active"].comment.text
    assert "yes or no" in note
    assert "نعم أو لا" in note
    offered = {}
    for choice in sheet.data_validations.dataValidation:
        area = choice.formula1.removeprefix("Lists!").replace("$", "")
        values = [cell.value for (cell,) in lists[area]]
        offered[sheet[f"{str(choice.sqref).split(':')[0][:-1]}1"].value] = values
    by_name = {text.rpartition("[")[2].rstrip("]"): values for text, values in offered.items()}
    assert {"grains", "yarn"} <= set(by_name["category"])
    assert {"KG", "BALE"} <= set(by_name["base_unit"])
    assert by_name["is_active"] == ["yes", "no"]
    assert by_name["price_volatility"] == ["HIGH", "MEDIUM", "LOW"]
    told = "\n".join(str(cell.value) for row in guide.iter_rows() for cell in row if cell.value)
    assert "left as they are, they are not imported" in told
    assert "الصفوف الرمادية نماذج" in told
    assert "name_en" in told


def test_list_that_is_too_long_is_not_offered(monkeypatch):
    monkeypatch.setattr("core.importing.templates.MOST_OFFERED", 3)
    sheet = opened(template("commodities")).worksheets[0]
    columns = {str(choice.sqref).split(":")[0] for choice in sheet.data_validations.dataValidation}
    names = {cell.value.rpartition("[")[2].rstrip("]"): cell.column_letter for cell in sheet[1]}
    assert f"{names['category']}2" not in columns
    assert f"{names['price_volatility']}2" in columns


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_failing_rows_are_corrected_sent_again_and_undone(ending):
    run = applied(checked(csv_bytes(BAD_ROWS), resource="commodities"))
    assert (run.counts["added"], run.counts["failing"]) == (1, 5)
    content = failing(run, ending)
    if ending == "xlsx":
        sheet = opened(content).worksheets[0]
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
        rates = {cell.column for cell in sheet[1] if str(cell.value).endswith("[gst_rate]")}
        red = sheet.cell(row=2, column=min(rates))
        assert (red.value, red.fill.fgColor.rgb) == ("105", "FFF4C7C3")
    else:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    head = [text.rpartition("[")[2].rstrip("]") for text in rows[0]]
    assert head == [
        *("code", "name_en", "!name_en", "category", "!category", "tax_code", "!tax_code"),
        *("gst_rate", "!gst_rate", "Our note", "!", "!row"),
    ]
    lines = [dict(zip(head, row, strict=True)) for row in rows[1:]]
    assert [line["!row"] for line in lines] == ["3", "4", "5", "6", "7"]
    assert (lines[0]["gst_rate"], lines[0]["!gst_rate"]) == ("105", "More than 100.")
    assert lines[1]["!category"] == "No such record."
    assert (lines[3]["!category"], lines[3]["!gst_rate"]) == ("No such record.", "Not a number.")
    assert lines[4]["!name_en"] == "Give a name in at least one language."
    assert lines[1]["Our note"] == "x"

    for line in lines:
        line["gst_rate"] = "5"
        line["category"] = "grains"
        line["tax_code"] = "1006"
        line["name_en"] = line["name_en"] or "Named now"
    again = [rows[0], *(list(line.values()) for line in lines)]
    run = checked(csv_bytes(again), resource="commodities")
    assert findings(run) == [(1, "", "column_unknown")]
    run = applied(run)
    assert run.counts["added"] == 5
    assert Commodity.objects.filter(name_en="=Bad HSN", gst_rate=5).count() == 1
    assert undone(run).counts["removed"] == 5
    assert Commodity.objects.count() == 1


def test_failing_rows_speak_the_language_in_force():
    run = checked(csv_bytes(BAD_ROWS), resource="commodities")
    with translation.override("ar"):
        text = failing(run, "csv").decode("utf-8-sig")
    assert "لا يوجد سجل كهذا." in text
    assert "[!category]" in text


def test_column_that_is_missing_is_there_to_fill_in():
    run = checked(b"Name,Town\nPlace A,Basra\n")
    rows = list(csv.reader(io.StringIO(failing(run, "csv").decode("utf-8-sig"))))
    assert [text.rpartition("[")[2] for text in rows[0][:3]] == ["code]", "!code]", "name_en]"]
    assert rows[1][:3] == ["", "The file has no such column.", "Place A"]
    rows[1][0] = "a"
    run = applied(checked(csv_bytes(rows)))
    assert findings(run) == []
    assert Location.objects.get().code == "a"


def test_row_that_was_refused_while_others_were_written_is_among_them():
    top = Location.objects.create(code="top", name_en="Top")
    Location.objects.create(code="low", name_en="Low", parent=top)
    run = applied(checked(b"code,name,parent\ntop,Top,low\nnew,New,\n"))
    rows = list(csv.reader(io.StringIO(failing(run, "csv").decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["top"]
    assert "would be a part of itself" in rows[1][-2]
