"""XLSX written row by row: nothing is held but the row, and every text is stored as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import PatternFill

from core.importing.cells import is_figure

#: Characters that XML cannot hold.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: What readers of the format take for a character by its number (ISO/IEC 29500-1, 22.9.2.19).
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLES = re.compile(r"[\[\]*?:/\\]")
_WRONG = PatternFill("solid", start_color="FFF4C7C3")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WrongText(str):
    """A text in a cell that is marked as wrong."""

    __slots__ = ()


def text_of_cell(value: Any) -> str:
    """The value as the text of a cell."""
    text = _NUMBERED.sub("_x005F_", _UNSPEAKABLE.sub("", str(value)))
    # XML would read a carriage return as a line feed.
    return text.replace("\r", "_x000D_")


def sheet_title(name: str) -> str:
    """The name as a sheet may have it."""
    return _NOT_IN_TITLES.sub(" ", name)[:31]


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or (value == "" and not isinstance(value, WrongText)):
        return None
    if is_figure(value):
        return value
    cell = WriteOnlyCell(sheet, value=text_of_cell(value))
    # A text that looks like a formula is none, and a code keeps its zeros when it is edited.
    cell.data_type = "s"
    cell.number_format = "@"
    if isinstance(value, WrongText):
        cell.fill = _WRONG
    return cell


def write_xlsx(
    file: IO[bytes], sheets: Sequence[tuple[str, Iterable[Sequence[Any]]]], *, is_rtl: bool = False
) -> None:
    """Write a workbook of these sheets: (name, rows). Numbers are cells of numbers."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(title=sheet_title(name))
        sheet.sheet_view.rightToLeft = is_rtl
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(file)
