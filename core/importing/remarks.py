"""Columns that a file of failing rows has besides the records' own; an import leaves them out."""

from __future__ import annotations

import re

_MARK = re.compile(r"\[![a-z0-9_]*\]\s*\Z")
#: The heading of the row's number in the file that was sent.
ROW = "row"


def remark_heading(text: str, name: str) -> str:
    """The heading of what is said of the column `name`; "" for the row as a whole."""
    return f"{text} [!{name}]"


def is_remark(heading: str) -> bool:
    """Whether a heading is one of these."""
    return _MARK.search(heading) is not None
