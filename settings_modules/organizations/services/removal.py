"""Removing a row that nothing refers to."""

from __future__ import annotations

from typing import Any

from core.events.services import in_unit_of_work
from core.references.services import require_unused


@in_unit_of_work
def remove_unused(*, row: Any) -> None:
    """Remove the stored row, which the caller has locked; its key stays for the event.

    Raises StillInUse; its details name each kind of record that refers to the row, with how many,
    as far as the acting person may see them.
    """
    require_unused(row)
    key = row.pk
    row.delete()
    row.pk = key
