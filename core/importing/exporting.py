"""Records and findings as files: written while they are read, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from core.importing.cells import guarded_apostrophes, guarded_text, is_figure
from core.importing.columns import Kind, Reference, Texts, joined_texts
from core.importing.findings import finding_message
from core.importing.headings import heading
from core.importing.models import ImportFinding, ImportRun
from core.importing.resources import ImportResource
from core.importing.xlsx_writing import MEDIA_TYPE, WrongText, write_xlsx
from core.money import plain_number

FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": MEDIA_TYPE}
#: Records read at a time.
BATCH = 1_000
_CHUNK = 64 * 1024
#: By it spreadsheets know that the file is in UTF-8.
_MARK = "\ufeff"
RIGHT_TO_LEFT = ("ar", "ckb")


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows as CSV in UTF-8 with a mark in front, guarded against being taken for formulas."""
    writer = csv.writer(_Line())
    mark = _MARK
    for row in rows:
        cells = [cell if is_figure(cell) else guarded_text(str(cell)) for cell in row]
        yield f"{mark}{writer.writerow(cells)}".encode()
        mark = ""


def xlsx_chunks(sheets: Sequence[tuple[str, Iterable[Sequence[Any]]]]) -> Iterator[bytes]:
    """The sheets as a workbook, by way of a temporary file."""
    is_rtl = (get_language() or "").split("-")[0] in RIGHT_TO_LEFT
    return _packed(sheets, is_rtl=is_rtl)


def file_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file from its beginning, in pieces."""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _packed(
    sheets: Sequence[tuple[str, Iterable[Sequence[Any]]]], *, is_rtl: bool
) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, [(name, map(_guarded, rows)) for name, rows in sheets], is_rtl=is_rtl)
        yield from file_pieces(file)


def _guarded(row: Sequence[Any]) -> list[Any]:
    return [_guarded_cell(cell) for cell in row]


def _guarded_cell(cell: Any) -> Any:
    if is_figure(cell):
        return cell
    text = guarded_apostrophes(str(cell))
    return WrongText(text) if isinstance(cell, WrongText) else text


def file_chunks(
    file_format: str, name: str, rows: Callable[[], Iterable[Sequence[Any]]]
) -> Iterator[bytes]:
    """The rows as a file of one of `FORMATS`; `name` is that of an XLSX sheet."""
    return csv_lines(rows()) if file_format == "csv" else xlsx_chunks([(name, rows())])


def export_chunks(
    resource: ImportResource, records: models.QuerySet[Any], file_format: str
) -> Iterator[bytes]:
    """The records as a file that an import of the resource takes back without a change."""
    headings = [heading(column) for column in resource.file_columns]
    name = str(resource.label)

    def rows() -> Iterator[list[Any]]:
        yield headings
        yield from record_rows(resource, records)

    return file_chunks(file_format, name, rows)


def record_rows(resource: ImportResource, records: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """The cells of each record, in the order of their keys, read in batches."""
    shown = {
        f"shown_{column.name}": shown_reference(column.name, column.kind)
        for column in resource.file_columns
        if isinstance(column.kind, Reference)
    }
    names = [
        f"shown_{column.name}" if isinstance(column.kind, Reference) else column.name
        for column in resource.file_columns
    ]
    ordered = records.order_by("pk").annotate(**shown).values_list("pk", *names)
    last = None
    while True:
        rest = ordered if last is None else ordered.filter(pk__gt=last)
        batch = list(rest[:BATCH])
        if not batch:
            return
        for row in batch:
            yield [
                _shown(column.kind, value)
                for column, value in zip(resource.file_columns, row[1:], strict=True)
            ]
        last = batch[-1][0]


def shown_reference(path: str, kind: Reference) -> Any:
    """The expression of the name by which an import knows the record that `path` leads to; with
    "" the record itself."""
    before = f"{path}__" if path else ""
    names = [kind.key, *(each.field for each in kind.others if not each.of)]
    if len(names) == 1:
        return F(f"{before}{names[0]}")
    texts = [NullIf(f"{before}{name}", Value("")) for name in names]
    return Coalesce(*texts, output_field=models.TextField())


def _shown(kind: Kind, value: Any) -> Any:
    """The value as a cell: a number as such, a truth value as a word, nothing as ""."""
    if isinstance(kind, Texts):
        return joined_texts(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return Decimal(str(plain_number(value)))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    return value


def findings_csv(run: ImportRun) -> Iterator[bytes]:
    """Everything that was found in the run's rows, in the language in force."""
    language = get_language() or "en"
    return csv_lines(_finding_rows(run, language))


def _finding_rows(run: ImportRun, language: str) -> Iterator[list[Any]]:
    yield ["row", "column", "level", "phase", "code", "message", "value"]
    last = (-1, 0)
    while True:
        found = list(
            ImportFinding.objects.filter(run=run)
            .filter(Q(number__gt=last[0]) | Q(number=last[0], id__gt=last[1]))
            .order_by("number", "id")[:BATCH]
        )
        if not found:
            return
        for each in found:
            message = finding_message(run.resource, each.code, each.facts, language)
            yield [each.number, each.column, each.level, each.phase, each.code, message, each.value]
        last = (found[-1].number, found[-1].pk)
