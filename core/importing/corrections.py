"""The rows of a file that were not taken, as a file to correct and send again.

Each column in which something is wrong has another one beside it that says what. The headings are
such that the corrected file is understood, and what is said of the rows left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.importing.columns import Column
from core.importing.exporting import BATCH, file_chunks
from core.importing.findings import finding_message
from core.importing.headings import heading
from core.importing.models import (
    ImportFinding,
    ImportRow,
    ImportRun,
    Level,
    Outcome,
    Phase,
    Written,
)
from core.importing.remarks import ROW, is_remark, remark_heading
from core.importing.resources import ImportResource
from core.importing.xlsx_writing import WrongText

#: What is said of a whole heading stands in every row.
_HEADING_ROW = 1


@dataclass(frozen=True, slots=True)
class _Part:
    """A column of the new file: its heading, where it stands in the old one (None for nowhere),
    and which of the resource's columns it is ("" for none)."""

    heading: str
    place: int | None
    name: str
    has_remarks: bool


def failing_rows(run: ImportRun) -> Any:
    """The rows that have an error, and those that were refused while others were written."""
    return ImportRow.objects.filter(
        Q(outcome=Outcome.FAILING) | Q(written=Written.REFUSED), run=run
    ).order_by("number")


def failing_chunks(run: ImportRun, resource: ImportResource, file_format: str) -> Iterator[bytes]:
    """The failing rows as CSV or XLSX, with what is wrong in the language in force."""
    return file_chunks(file_format, str(resource.label), lambda: _lines(run, resource))


def _errors(run: ImportRun) -> Any:
    """What keeps rows from being written. What undoing met is no fault of the file's."""
    return ImportFinding.objects.filter(run=run, level=Level.ERROR).exclude(phase=Phase.UNDO)


def _parts(run: ImportRun, resource: ImportResource) -> list[_Part]:
    wrong = set(_errors(run).order_by().values_list("column", flat=True).distinct())
    by_place = {place: name for name, place in run.mapping.items()}
    columns = {column.name: column for column in resource.columns}
    parts = [
        _part(text, place, columns.get(by_place.get(place, "")), wrong)
        for place, text in enumerate(run.headings)
        if not is_remark(text)
    ]
    there = {part.name for part in parts}
    # Something that the file has no column for, such as one that is required.
    missing = [name for name in columns if name in wrong - there]
    return [*(_part("", None, columns[name], wrong) for name in missing), *parts]


def _part(text: str, place: int | None, column: Column | None, wrong: set[str]) -> _Part:
    if column is None:
        return _Part(text, place, "", has_remarks=False)
    return _Part(heading(column), place, column.name, has_remarks=column.name in wrong)


def _lines(run: ImportRun, resource: ImportResource) -> Iterator[list[Any]]:
    parts = _parts(run, resource)
    named = {part.name for part in parts}
    head: list[Any] = []
    for part in parts:
        head.append(part.heading)
        if part.has_remarks:
            head.append(remark_heading(_("What is wrong"), part.name))
    yield [*head, remark_heading(_("Errors of the row"), ""), remark_heading(_("Row sent"), ROW)]
    everywhere = _messages(run, [_HEADING_ROW])[_HEADING_ROW]
    last = 0
    while True:
        rows = list(
            failing_rows(run).filter(number__gt=last).values_list("number", "cells")[:BATCH]
        )
        if not rows:
            return
        found = _messages(run, [number for number, _cells in rows])
        for number, cells in rows:
            told = defaultdict(list, {name: [*each] for name, each in everywhere.items()})
            for name, texts in found[number].items():
                told[name] += texts
            yield _line(parts, cells, told, named, number)
        last = rows[-1][0]


def _line(
    parts: Sequence[_Part],
    cells: Sequence[str],
    told: dict[str, list[str]],
    named: set[str],
    number: int,
) -> list[Any]:
    line: list[Any] = []
    for part in parts:
        is_there = part.place is not None and part.place < len(cells)
        text = cells[part.place or 0] if is_there else ""
        remarks = " ".join(told.get(part.name, ())) if part.has_remarks else ""
        line.append(WrongText(text) if remarks else text)
        if part.has_remarks:
            line.append(remarks)
    of_row = [text for name, texts in told.items() if name not in named - {""} for text in texts]
    return [*line, " ".join(of_row), number]


def _messages(run: ImportRun, numbers: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """By row and column what is wrong."""
    language = get_language() or "en"
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    rows = _errors(run).filter(number__in=numbers).order_by("number", "id")
    for each in rows.iterator(chunk_size=BATCH):
        message = finding_message(run.resource, each.code, each.facts, language)
        found[each.number].setdefault(each.column, []).append(message)
    return found
