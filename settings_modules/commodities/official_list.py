"""The official list of HSN codes and SACs: a workbook with a sheet of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.importing.files import Row, SheetLayout
from settings_modules.commodities.enums import CodeKind

#: Headings of the sheets: what stands in their first columns.
_HEADINGS = {
    "HSN_CD": CodeKind.HSN,
    "SAC_CD": CodeKind.SAC,
}
_BLANKS = re.compile(r"\s+")


def _is_official(headings: list[str]) -> bool:
    return bool(headings) and headings[0].strip().upper() in _HEADINGS


def _official_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """(number, [kind, code, description]) of each code of the list.

    The list has two codes once as they are and once with a blank within: the blank is left out,
    and the one that comes second with it.
    """
    kind = CodeKind.HSN
    seen: dict[str, bool] = {}
    for number, cells in rows:
        first = cells[0].strip() if cells else ""
        if first.upper() in _HEADINGS:
            kind = _HEADINGS[first.upper()]
            continue
        code = _BLANKS.sub("", first)
        description = _BLANKS.sub(" ", cells[1]).strip() if len(cells) > 1 else ""
        key = f"{kind}:{code}"
        has_blank = first != code
        if key in seen and (has_blank or seen[key]):
            continue
        seen[key] = has_blank
        yield number, [str(kind), code, description]


OFFICIAL_LIST = SheetLayout(
    is_of=_is_official, headings=("kind", "code", "description"), rows=_official_rows
)
