"""Files as people have them: encodings, delimiters, workbooks, and what is too much."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest

from core.importing.csv_reading import LONGEST_CELL
from core.importing.errors import (
    ImportCellTooLarge,
    ImportFileEmpty,
    ImportFileExpandsTooFar,
    ImportFileUnreadable,
    ImportTooManyColumns,
    ImportTooManyRows,
)
from core.importing.files import clean_cell, open_rows
from core.importing.xlsx_reading import column_number, plain_figure
from core.importing.xlsx_writing import write_xlsx

ROWS = [["Code", "الاسم"], ["a-1", "مخزن البصرة"], ["b-2", "شارع، ١"]]
TEXT = "Code,الاسم\r\na-1,مخزن البصرة\r\nb-2,شارع، ١\r\n"


def opened(content: bytes, **more):
    found = open_rows(io.BytesIO(content), **more)
    return found, list(found.rows)


def workbook(rows, **more) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, [("Sheet", rows)], **more)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.replace("١", "1").encode("cp1256"), "cp1256"),
    ],
)
def test_encoding_is_found_out(content, encoding):
    found, rows = opened(content)
    last = "شارع، 1" if encoding == "cp1256" else "شارع، ١"
    assert (found.encoding, found.format, found.headings) == (encoding, "CSV ,", ROWS[0])
    assert rows == [(2, ["a-1", "مخزن البصرة"]), (3, ["b-2", last])]


def test_encoding_that_somebody_names_counts():
    found, rows = opened("Code;City\na;Köln\n".encode("cp1252"), encoding="cp1252")
    assert (found.encoding, rows) == ("cp1252", [(2, ["a", "Köln"])])


def test_bytes_that_are_not_the_encoding_named_are_refused_with_their_place():
    content = b"Code\n" + b"a\n" * 40_000 + b"\xff\xfe\n"
    with pytest.raises(ImportFileUnreadable) as refused:
        opened(content, encoding="utf-8")
    assert "not utf-8" in refused.value.text()


@pytest.mark.parametrize(("delimiter", "name"), [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|")])
def test_delimiter_is_told_by_the_headings(delimiter, name):
    content = delimiter.join(["Code", "Name, long; or short", "City"]).join(["", "\n"])
    content = content.replace("Name, long; or short", '"Name, long; or short"')
    content += delimiter.join(["a", '"1;2,3|4\t5"', "x"]) + "\n"
    found, rows = opened(content.encode(), known=["code", "city"])
    assert (found.format, found.headings) == (
        f"CSV {name}",
        ["Code", "Name, long; or short", "City"],
    )
    assert rows == [(2, ["a", "1;2,3|4\t5", "x"])]


def test_line_that_names_the_delimiter_is_no_heading():
    found, rows = opened(b"sep=|\nCode|City\na|b\n")
    assert (found.headings, rows) == (["Code", "City"], [(3, ["a", "b"])])


def test_blank_lines_and_short_rows_keep_their_numbers():
    _, rows = opened(b'Code,City\n\n ,\na\n"b","two\nlines",more\n')
    assert rows == [(4, ["a", ""]), (5, ["b", "two\nlines"])]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("''=x", "'=x"),
        ("'quoted", "'quoted"),
        ("  a \u00a0", "a"),
        ("'\ttab", "\ttab"),
        ("\u200e12\ufeff", "12"),
    ],
)
def test_guard_of_an_export_is_taken_off(sent, kept):
    assert clean_cell(sent) == kept


def test_workbook_is_read_with_gaps_figures_and_shared_texts():
    sheet = (
        '<worksheet xmlns="x"><sheetData>'
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><r><t>Na</t></r>'
        "<r><t>me</t></r><rPh><t>hint</t></rPh></is></c></row>"
        '<row r="4"><c r="A4"><v>44.854660000000003</v></c><c r="C4" t="b"><v>1</v></c></row>'
        '<row r="5"><c r="C5" t="str"><f>A1&amp;"x"</f><v>made</v></c></row>'
        '<row r="6"><c r="A6"/></row></sheetData></worksheet>'
    )
    file = io.BytesIO(workbook([["x"]]))
    with zipfile.ZipFile(file) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    parts["xl/sharedStrings.xml"] = "<sst><si><t>Cödé</t></si></sst>".encode()
    found, rows = opened(_archive(parts))
    assert (found.format, found.encoding, found.headings) == ("XLSX", "", ["Cödé", "", "Name"])
    assert rows == [(4, ["44.85466", "", "true"]), (5, ["", "", "made"])]


def _archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _with_sheet(sheet: bytes, **parts: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook([["x"]]))) as source:
        held = {name: source.read(name) for name in source.namelist()}
    return _archive({**held, "xl/worksheets/sheet1.xml": sheet, **parts})


def test_what_is_written_is_read_back():
    rows = [["Code", "Value"], ["001", '<&"\r\n ء'], [5, "=1+1"], ["", "x"]]
    _, found = opened(workbook(rows))
    assert found == [(2, ["001", '<&"\r\n ء']), (3, ["5", "=1+1"]), (4, ["", "x"])]


def test_zip_bomb_is_refused_before_it_is_unpacked(settings):
    settings.IMPORT_MAX_UNPACKED_BYTES = 1024 * 1024
    bomb = _with_sheet(b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>")
    assert len(bomb) < 100_000
    with pytest.raises(ImportFileExpandsTooFar):
        opened(bomb)


def test_archive_that_says_less_than_it_holds_is_refused(settings):
    settings.IMPORT_MAX_UNPACKED_BYTES = 1024 * 1024
    bomb = _with_sheet(b"<worksheet>" + b" " * 5_000_000 + b"</worksheet>")
    size, lie = (5_000_023).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert size in bomb
    with pytest.raises(ImportFileUnreadable):
        opened(bomb.replace(size, lie))


@pytest.mark.parametrize(
    "sheet",
    [
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>',
        b"<worksheet><sheetData><row>",
        b'<worksheet><sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>',
    ],
)
def test_hostile_and_broken_workbooks_are_refused(sheet):
    with pytest.raises(ImportFileUnreadable):
        opened(_with_sheet(sheet))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04nothing",
        workbook([["Code"], ["a"]])[:400],
        _archive({"a.txt": b"no workbook"}),
        b"Code,City\na,\x00b\n",
    ],
)
def test_what_is_neither_csv_nor_xlsx_is_refused(content):
    with pytest.raises(ImportFileUnreadable):
        opened(content)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"Code,City\n", workbook([["Code"]])])
def test_file_without_rows_is_refused(content):
    with pytest.raises(ImportFileEmpty):
        opened(content)


def test_limits_of_rows_and_columns(settings):
    settings.IMPORT_MAX_ROWS, settings.IMPORT_MAX_COLUMNS = 3, 4
    assert len(opened(b"a\n1\n2\n3\n")[1]) == 3
    with pytest.raises(ImportTooManyRows):
        opened(b"a\n1\n2\n3\n4\n")
    with pytest.raises(ImportTooManyColumns):
        opened(b"a,b,c,d,e\n1\n")
    with pytest.raises(ImportTooManyColumns):
        opened(b"a,b\n1,2,3,4,5\n")
    with pytest.raises(ImportTooManyColumns):
        opened(workbook([["a"], ["1", "2", "3", "4", "5"]]))


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 200_000])
def test_huge_cell_is_refused_with_its_row(length):
    cell = "x" * length
    for content in (f"Code,City\na,b\nc,{cell}\n".encode(), workbook([["a"], ["b"], [cell]])):
        with pytest.raises(ImportCellTooLarge) as refused:
            opened(content)
        # A workbook's rows may come without numbers of their own.
        assert refused.value.values["row"] == 3


def test_largest_cell_is_read():
    assert opened(f"Code\n{'x' * LONGEST_CELL}\n".encode())[1] == [(2, ["x" * LONGEST_CELL])]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("4.0", "4"),
        ("1E3", "1000"),
        ("0.1", "0.1"),
        ("-93.245660000000001", "-93.24566"),
        ("560001", "560001"),
        ("1e400", "1e400"),
        ("abc", "abc"),
    ],
)
def test_figures_read_as_people_write_them(stored, shown):
    assert plain_figure(stored) == shown


def test_letters_of_columns():
    assert [column_number(name) for name in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]
