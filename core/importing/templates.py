"""Files to fill in: headings, sample rows, and in a workbook what each column takes.

The workbook has a second sheet of instructions in English and Arabic, and a hidden one with the
values that columns offer to choose from.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.importing.columns import (
    Choice,
    Column,
    JsonObject,
    Kind,
    Number,
    Reference,
    Texts,
    YesNo,
)
from core.importing.exporting import RIGHT_TO_LEFT, csv_lines, file_pieces, shown_reference
from core.importing.headings import heading
from core.importing.resources import ImportResource
from core.importing.samples import sample_rows
from core.importing.xlsx_writing import sheet_title, text_of_cell
from core.tenancy import visible_rows

#: A column with more values to choose from than this offers none.
MOST_OFFERED = 500
_LISTS = "Lists"
_GUIDE_LANGUAGES = ("en", "ar")
_WIDEST = 40
_HEADING = PatternFill("solid", start_color="FFDCE6F1")
_REQUIRED = PatternFill("solid", start_color="FFFFE699")
_GRAY = Font(italic=True, color="FF808080")
_BOLD = Font(bold=True)


def template_chunks(
    resource: ImportResource, file_format: str, *, user: Any = None
) -> Iterator[bytes]:
    """A file with the headings and the resource's samples, which an import leaves out.

    The lists to choose from hold the records that `user` may see; None sees all.
    """
    if file_format == "csv":
        headings = [heading(column) for column in resource.file_columns]
        return csv_lines([headings, *sample_rows(resource)])
    is_rtl = (get_language() or "").split("-")[0] in RIGHT_TO_LEFT
    return _saved(_workbook(resource, user, is_rtl=is_rtl))


def _saved(book: Workbook) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from file_pieces(file)


def _workbook(resource: ImportResource, user: Any, *, is_rtl: bool) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(str(resource.label))
    sheet.sheet_view.rightToLeft = is_rtl
    sheet.freeze_panes = "A2"
    _write_headings(sheet, resource)
    for number, row in enumerate(sample_rows(resource), start=2):
        for place, text in enumerate(row, start=1):
            _put(sheet, number, place, text).font = _GRAY
    _write_guide(book, resource)
    _offer(book, sheet, resource, user)
    return book


def _put(sheet: Any, row: int, place: int, text: str) -> Any:
    """Write a text as text, whatever it looks like."""
    cell = sheet.cell(row=row, column=place)
    if text:
        cell.value = text_of_cell(text)
        cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _write_headings(sheet: Any, resource: ImportResource) -> None:
    for place, column in enumerate(resource.file_columns, start=1):
        text = heading(column)
        cell = _put(sheet, 1, place, text)
        cell.font = _BOLD
        cell.fill = _REQUIRED if column.is_required else _HEADING
        note = Comment(_note(column), "Tradepost")
        note.width, note.height = 320, 120
        cell.comment = note
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = min(max(len(text) + 2, 12), _WIDEST)
        dimension.number_format = "@"


def _note(column: Column) -> str:
    """What a column takes, in both languages."""
    lines = []
    for language in _GUIDE_LANGUAGES:
        with translation.override(language):
            parts = [str(column.label)]
            parts += [_("required")] if column.is_required else []
            parts += [shown] if (shown := column_values(column)) else []
            lines.append(" · ".join(parts))
    return "\n".join(lines)


def column_values(column: Column) -> str:
    """What the column takes, in few words of the language in force."""
    kind = column.kind
    facts = kind.facts()
    if isinstance(kind, Choice):
        return str(facts["choices"])
    if isinstance(kind, Reference):
        names = [kind.key, *(each.field for each in kind.others)]
        return _("the %(key)s of another record") % {"key": " / ".join(dict.fromkeys(names))}
    if isinstance(kind, Number) and {"least", "most"} <= set(facts):
        return _("%(least)s to %(most)s") % facts
    words: dict[type[Kind], str] = {
        YesNo: _("yes or no"),
        Texts: _("several, separated by semicolons"),
        JsonObject: _("a JSON object"),
        Number: _("a number"),
    }
    limit = _("at most %(limit)s characters") % facts if "limit" in facts else ""
    return words.get(type(kind), limit)


def _guide_lines(resource: ImportResource) -> list[str]:
    lines = [
        _("Fill in the first sheet, a row for each record; the heading row stays."),
        _("Columns in yellow are required. A column that you remove stays as it is."),
        _("An empty cell empties the field, or leaves it where it cannot be empty."),
        _("At most %(rows)s rows in a file.") % {"rows": f"{settings.IMPORT_MAX_ROWS:,}"},
        _("Send the file: it is checked first, and nothing is written before you apply it."),
    ]
    if resource.samples:
        lines.insert(1, _("The rows in gray are samples: left as they are, they are not imported."))
    return lines


def _write_guide(book: Workbook, resource: ImportResource) -> None:
    """The instructions in English and Arabic, and a table of the columns in both."""
    sheet = book.create_sheet(sheet_title(_("Instructions")))
    row = 0
    for language in _GUIDE_LANGUAGES:
        with translation.override(language):
            for line in _guide_lines(resource):
                row += 1
                _put(sheet, row, 1, line)
        row += 1
    columns = [_columns_table(resource, language) for language in _GUIDE_LANGUAGES]
    for english, arabic in zip(*columns, strict=True):
        row += 1
        for place, text in enumerate([*english, *arabic[1:]], start=1):
            _put(sheet, row, place, text)
    for place in range(1, 8):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDEST / 2


def _columns_table(resource: ImportResource, language: str) -> list[Sequence[str]]:
    """Column, heading, required, values: the headings of these first."""
    with translation.override(language):
        lines: list[Sequence[str]] = [[_("Column"), _("Heading"), _("Required"), _("Values")]]
        lines += [
            [
                column.name,
                str(column.label),
                _("yes") if column.is_required else "",
                column_values(column),
            ]
            for column in resource.file_columns
        ]
    return lines


def _offer(book: Workbook, sheet: Any, resource: ImportResource, user: Any) -> None:
    """Let people choose the values of columns that have a few; what they type counts too."""
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    place = 0
    for position, column in enumerate(resource.file_columns, start=1):
        values = _offered(resource, column, user)
        if not values:
            continue
        place += 1
        for number, value in enumerate(values, start=1):
            _put(lists, number, place, value)
        letter, target = get_column_letter(place), get_column_letter(position)
        choice = DataValidation(
            type="list",
            formula1=f"{_LISTS}!${letter}$1:${letter}${len(values)}",
            allow_blank=True,
            errorStyle="warning",
        )
        choice.add(f"{target}2:{target}{settings.IMPORT_MAX_ROWS + 1}")
        sheet.add_data_validation(choice)


def _offered(resource: ImportResource, column: Column, user: Any) -> list[str]:
    """The values to choose from; none where there are too many, or any text will do."""
    kind = column.kind
    if isinstance(kind, Choice):
        return list(dict.fromkeys(kind.words.values()))
    if isinstance(kind, YesNo):
        return [_("yes"), _("no")]
    if not isinstance(kind, Reference):
        return []
    field: Any = resource.model._meta.get_field(column.name)
    model = field.remote_field.model
    records = model._default_manager.all()
    if "is_active" in {each.name for each in model._meta.concrete_fields}:
        records = records.filter(is_active=True)
    records = records if user is None else visible_rows(records, user)
    shown = records.order_by("pk").annotate(shown=shown_reference("", kind))
    names = list(shown.values_list("shown", flat=True)[: MOST_OFFERED + 1])
    return sorted({str(name) for name in names if name}) if len(names) <= MOST_OFFERED else []
