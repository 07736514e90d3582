"""The audit trail as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from core.history.selectors import AuditEntry

#: A cell that starts with one of these would be taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ENTRY_COLUMNS = (
    *("id", "model", "object_id", "operation", "changed_at"),
    *("actor", "source", "request_id", "reason"),
)


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: Any) -> str:
    """`value` as a cell's text; what a spreadsheet would compute gets a leading apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """A heading, then a line for each changed field; a change of no shown field has one line."""
    writer = csv.writer(_Line())
    yield writer.writerow([*_ENTRY_COLUMNS, "field", "old", "new"])
    for entry in entries:
        own = [_text_of(entry, column) for column in _ENTRY_COLUMNS]
        for field, change in (entry.changes or {"": {"old": None, "new": None}}).items():
            cells = [*own, field, change["old"], change["new"]]
            yield writer.writerow([safe_cell(cell) for cell in cells])


def _text_of(entry: AuditEntry, column: str) -> str:
    if column == "changed_at":
        return entry.changed_at.isoformat()
    return str(getattr(entry, column))
