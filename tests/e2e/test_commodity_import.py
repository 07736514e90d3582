"""A workbook of commodities in a browser: five bad rows, corrected in the file they return in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from openpyxl import Workbook, load_workbook

from tests.e2e.served import Served
from tests.e2e.system import wait_for
from tests.factories.commodity_files import make_named_records

UPLOAD = "core/importrun/upload/commodities/"
HEADINGS = ["Code", "Name", "Category", "HSN code", "GST rate", "Base unit"]
ROWS = [
    ["E-1", "Barley of the browser", "grains", "1001", 0, "KG"],
    ["E-2", "Cardamom of the browser", "spices", "0910", 500, "KG"],
    ["E-3", "Sesame of the browser", "no such kind", "1001", 5, "KG"],
    ["E-4", "Silver of the browser", "precious-metals", "9999999", 3, "KG"],
    ["E-5", "Linen of the browser", "natural-fiber", "5201", 5, "STONE"],
    ["E-6", None, "grains", "1001", 5, "KG"],
]
#: Row by row what is wrong, and what stands there afterwards.
CORRECTIONS = {
    "E-2": ("gst_rate", "5"),
    "E-3": ("category", "grains"),
    "E-4": ("tax_code", "7108"),
    "E-5": ("base_unit", "KG"),
    "E-6": ("name_en", "Oats of the browser"),
}


@pytest.fixture
def named_records(server: Served) -> None:
    """What the rows refer to."""
    make_named_records()
    connections.close_all()


def send(page: Any, file: Path) -> dict[str, Any]:
    """Send the file on its page; the import after its dry run."""
    page.goto(UPLOAD)
    page.set_input_files("input[type=file]", str(file))
    with page.expect_navigation():
        page.get_by_role("button", name="Check the file", exact=True).click()
    return settled(page, "checked")


def settled(page: Any, state: str) -> dict[str, Any]:
    """The newest import once it is in that state and nothing works on it."""
    found: dict[str, Any] = {}

    def is_there() -> bool:
        found.update(page.request.get("/api/v1/imports").json()["items"][0])
        return found["state"] == state

    wait_for(f"the import to be {state}", is_there, seconds=60)
    return found


def confirm(page: Any, run: dict[str, Any], step: str) -> None:
    """Take a step of the import on its page, which asks once more."""
    page.goto(f"core/importrun/{run['id']}/change/")
    page.locator(f'a[href$="/{run["id"]}/{step.lower()}/"]').first.click()
    with page.expect_navigation():
        page.get_by_role("button", name=step, exact=True).click()


def downloaded(page: Any, run: dict[str, Any], target: Path) -> Path:
    """The workbook of failing rows, by the button of the import's page."""
    page.goto(f"core/importrun/{run['id']}/change/")
    with page.expect_download() as download:
        page.locator('a[href$="/failing-rows/"]').first.click()
    download.value.save_as(str(target))
    return target


def correct(file: Path) -> list[str]:
    """Mend every row where the workbook says that it is wrong; what it says."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    places = {
        str(cell.value).rpartition("[")[2].rstrip("]"): cell.column
        for cell in sheet[1]
        if cell.value
    }
    told = []
    for row in range(2, sheet.max_row + 1):
        name, value = CORRECTIONS[sheet.cell(row=row, column=places["code"]).value]
        told.append(sheet.cell(row=row, column=places[f"!{name}"]).value)
        sheet.cell(row=row, column=places[name]).value = value
    book.save(file)
    return told


def names(page: Any) -> list[str]:
    """The names of our commodities, as an export tells them."""
    lines = page.request.get("/api/v1/exports/commodities.csv").text().splitlines()[1:]
    return sorted(line.split(",")[1] for line in lines if "of the browser" in line)


def take_over(page: Any, name: str) -> None:
    """Take over the international template that fits the commodity."""
    page.goto(f"commodities/commodity/?q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="International template").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Take over", exact=True).click()


def hs_code(page: Any, name: str) -> str:
    """The HS code of the commodity as the API tells it."""
    found = page.request.get("/api/v1/settings/commodities", params={"search": name}).json()
    (row,) = found["items"]
    return str(row["hs_code_6digit"])


def revert_last_change(page: Any) -> None:
    """Undo the newest change of the record whose page is open, by its history."""
    key = re.search(r"/commodity/(\d+)/", page.url).group(1)
    page.goto(f"commodities/commodity/{key}/history/")
    page.get_by_role("link", name="Revert", exact=True).first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Revert", exact=True).click()


def test_five_bad_rows_are_corrected_imported_and_undone(named_records, boss_page, tmp_path):
    page = boss_page
    book = Workbook()
    for row in [HEADINGS, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "goods.xlsx")

    first = send(page, tmp_path / "goods.xlsx")
    assert (first["counts"]["new"], first["counts"]["failing"]) == (1, 5)
    told = correct(downloaded(page, first, tmp_path / "failing.xlsx"))
    assert told == [
        "More than 100.",
        "No such record.",
        "No such record.",
        "No such record.",
        "Give a name in at least one language.",
    ]
    confirm(page, first, "Apply")
    settled(page, "applied")
    assert names(page) == ["Barley of the browser"]

    second = send(page, tmp_path / "failing.xlsx")
    assert (second["counts"]["new"], second["counts"]["failing"]) == (5, 0)
    confirm(page, second, "Apply")
    assert settled(page, "applied")["counts"]["added"] == 5
    assert len(names(page)) == 6

    take_over(page, "Silver of the browser")
    assert hs_code(page, "Silver of the browser") == "710691"
    revert_last_change(page)
    assert hs_code(page, "Silver of the browser") == ""

    confirm(page, second, "Undo")
    # What somebody changed since stays.
    assert settled(page, "undone")["counts"]["removed"] == 4
    assert names(page) == ["Barley of the browser", "Silver of the browser"]
