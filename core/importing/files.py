"""Opening a file that came for an import: which format it has, and its rows within the limits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from core.importing.cells import FORMULA_STARTS
from core.importing.csv_reading import csv_sample, find_delimiter, find_encoding, read_csv
from core.importing.errors import (
    ImportFileEmpty,
    ImportTooManyColumns,
    ImportTooManyRows,
)
from core.importing.xlsx_reading import read_xlsx

_ZIP = b"PK\x03\x04"
_SPACE = " \t\r\n\u00a0\u200e\u200f\ufeff"
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The headings, and the rows below them, to be read once. `encoding` is "" for XLSX."""

    format: str
    encoding: str
    headings: list[str]
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A workbook that others publish in a shape of their own, over all of its sheets.

    `is_of` looks at the first row; `rows` turns what stands in the sheets, the first row included,
    into rows below `headings`.
    """

    is_of: Callable[[list[str]], bool]
    headings: tuple[str, ...]
    rows: Callable[[Iterator[Row]], Iterator[Row]]


def clean_cell(text: str) -> str:
    """The text without white space around it and without an export's guard against formulas."""
    stripped = text.strip(_SPACE)
    if stripped.startswith("'") and stripped.lstrip("'").startswith(FORMULA_STARTS):
        return stripped[1:]
    return stripped


def open_rows(
    file: IO[bytes],
    *,
    encoding: str = "",
    known: Iterable[str] = (),
    layout: SheetLayout | None = None,
) -> OpenedFile:
    """The file's headings and rows; what is too much is refused while it is read.

    `encoding` is what somebody said the file is in, "" to find out; `known` are headings by which
    the delimiter is told; `layout` is another shape that the file may have. Raises the errors of
    `core.importing.errors` about files.
    """
    file.seek(0)
    if file.read(len(_ZIP)) == _ZIP:
        shown, encoding = "XLSX", ""
        rows = _workbook_rows(file)
    else:
        encoding = encoding or find_encoding(file)
        delimiter = find_delimiter(csv_sample(file, encoding), known)
        shown = f"CSV {'tab' if delimiter == chr(9) else delimiter}"
        rows = read_csv(file, encoding=encoding, delimiter=delimiter)
    first = next(rows, None)
    if first is None:
        raise ImportFileEmpty()
    headings = [clean_cell(cell)[:200] for cell in first[1]]
    if len(headings) > settings.IMPORT_MAX_COLUMNS:
        raise ImportTooManyColumns(limit=settings.IMPORT_MAX_COLUMNS)
    if layout is not None and layout.is_of(headings):
        every = (
            _workbook_rows(file, every_sheet=True)
            if shown == "XLSX"
            else itertools.chain([first], rows)
        )
        headings = list(layout.headings)
        rows = layout.rows(every)
    return OpenedFile(shown, encoding, headings, _within_limits(rows, len(headings)))


def _workbook_rows(file: IO[bytes], *, every_sheet: bool = False) -> Iterator[Row]:
    return read_xlsx(
        file,
        most_unpacked=settings.IMPORT_MAX_UNPACKED_BYTES,
        most_columns=settings.IMPORT_MAX_COLUMNS,
        every_sheet=every_sheet,
    )


def _within_limits(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows with as many cells as there are headings, cleaned."""
    count = 0
    for number, cells in rows:
        count += 1
        if count > settings.IMPORT_MAX_ROWS:
            raise ImportTooManyRows(limit=settings.IMPORT_MAX_ROWS)
        if len(cells) > settings.IMPORT_MAX_COLUMNS:
            raise ImportTooManyColumns(limit=settings.IMPORT_MAX_COLUMNS)
        cleaned = [clean_cell(cell) for cell in cells[:width]]
        if any(cleaned):
            yield number, cleaned + [""] * (width - len(cleaned))
    if not count:
        raise ImportFileEmpty()
