"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded_text(text: str) -> str:
    """The text for CSV, with an apostrophe in front when a spreadsheet would compute it.

    A text that has such a guard of its own gets another one, so that reading takes off just ours.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def guarded_apostrophes(text: str) -> str:
    """The text for XLSX, stored as text: only what reading would take off is doubled."""
    return guarded_text(text) if text.startswith("'") else text


def is_figure(value: Any) -> bool:
    """Whether the value is a plain number, which computes to itself, also with a minus."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
