"""The sheets of an XLSX workbook, read row by row within limits.

openpyxl reads it, and defusedxml the XML, which may be hostile. What openpyxl holds whole, such as
the texts that cells share, is bounded: every part is unpacked against the limit before.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from core.importing.csv_reading import LONGEST_CELL
from core.importing.errors import (
    ImportCellTooLarge,
    ImportFileExpandsTooFar,
    ImportFileUnreadable,
    ImportTooManyColumns,
)

#: A workbook has a few dozen parts.
MOST_PARTS = 2_000
#: As many as the format knows: a row that says it is beyond would have all before it made up.
MOST_ROWS = 1_048_576
_CHUNK = 64 * 1024
_BROKEN_ARCHIVE = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError)
#: What openpyxl raises over parts that are missing, malformed or not what they say.
_BROKEN_PARTS = (
    *(ParseError, InvalidFileException, ValueError, TypeError),
    *(KeyError, IndexError, AttributeError),
)


def plain_figure(value: float) -> str:
    """A stored number as people would write it: 4.0 is 4, 44.854660000000003 is 44.85466."""
    shortest = Decimal(repr(value))
    if not shortest.is_finite() or abs(shortest.adjusted()) > 40:
        return str(value)
    whole = shortest.to_integral_value()
    return f"{whole:f}" if whole == shortest else f"{shortest.normalize():f}"


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return plain_figure(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        # A day is stored as its midnight.
        value = value.date()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text: str = "" if value is None else unescape(str(value))
    return text


def _require_bounded(file: IO[bytes], most_unpacked: int) -> None:
    """Raise unless the whole archive unpacks to at most so many bytes, whatever it says itself."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise ImportFileUnreadable(problem=f"the archive has more than {MOST_PARTS} parts")
        if sum(part.file_size for part in parts) > most_unpacked:
            raise ImportFileExpandsTooFar(limit=most_unpacked // 1024)
        for part in parts:
            with archive.open(part) as unpacked:
                while unpacked.read(_CHUNK):
                    pass


def _texts(cells: Sequence[Any], number: int, most_columns: int) -> list[str]:
    """The row's texts without the empty ones at its end."""
    texts = [_text_of(cell.value) for cell in cells]
    while texts and not texts[-1].strip():
        texts.pop()
    if len(texts) > most_columns:
        raise ImportTooManyColumns(limit=most_columns)
    if any(len(text) > LONGEST_CELL for text in texts):
        raise ImportCellTooLarge(row=number, limit=LONGEST_CELL)
    return texts


def read_xlsx(
    file: IO[bytes], *, most_unpacked: int, most_columns: int, every_sheet: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row of the first sheet that is not blank; dates as 2026-04-01.

    With `every_sheet` of all of them, one after the other; the numbers go on.

    Raises ImportFileUnreadable, ImportFileExpandsTooFar, ImportTooManyColumns, ImportCellTooLarge.
    """
    file.seek(0)
    try:
        _require_bounded(file, most_unpacked)
    except _BROKEN_ARCHIVE as error:
        raise ImportFileUnreadable(problem="the archive is broken or locked") from error
    rows = _sheet_rows(file, every_sheet)
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except _BROKEN_PARTS as error:
            raise ImportFileUnreadable(problem=f"the workbook is broken: {error}") from error
        if cells is None:
            return
        number += 1
        texts = _texts(cells, number, most_columns)
        if texts:
            yield number, texts


def _sheet_rows(file: IO[bytes], every_sheet: bool) -> Iterator[Sequence[Any]]:
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets if every_sheet else book.worksheets[:1]:
            # What a sheet says of its own size is often wrong.
            sheet.reset_dimensions()
            yield from sheet.iter_rows(max_row=MOST_ROWS)
    finally:
        book.close()
