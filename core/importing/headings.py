"""Which heading of a file stands for which column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils import translation

from core.importing.columns import Column
from core.importing.errors import ImportMappingInvalid
from core.importing.resources import ImportResource

_CODE = re.compile(r"\[([a-z0-9_]+)\]\s*\Z")
_LANGUAGES = ("en", "ar")
_BREAKS = re.compile(r"[\s_\-.]+")


def _folded(text: str) -> str:
    """The heading as people mean it: case, white space and underscores do not count."""
    return _BREAKS.sub(" ", text).strip(" *:").casefold()


def spellings(column: Column) -> set[str]:
    """Every heading, folded, that stands for the column: its name, labels and aliases."""
    found = {column.name, *column.aliases}
    for language in _LANGUAGES:
        with translation.override(language):
            found.add(str(column.label))
    return {_folded(text) for text in found}


def known_headings(columns: Iterable[Column]) -> set[str]:
    """Headings by which the delimiter of a file is told."""
    return {text for column in columns for text in spellings(column)}


def heading(column: Column) -> str:
    """The heading of templates and exports: the label in the language in force and the name."""
    return f"{column.label} [{column.name}]"


def map_headings(resource: ImportResource, headings: Sequence[str]) -> dict[str, int]:
    """Column name to position; the name in brackets counts most, then the first that fits."""
    by_spelling: dict[str, str] = {}
    for column in resource.file_columns:
        for text in spellings(column):
            by_spelling.setdefault(text, column.name)
    names = {column.name for column in resource.file_columns}
    mapping: dict[str, int] = {}
    for position, text in enumerate(headings):
        code = _CODE.search(text)
        if code and code[1] in names:
            mapping.setdefault(code[1], position)
    for position, text in enumerate(headings):
        name = by_spelling.get(_folded(text))
        if name is not None and position not in mapping.values():
            mapping.setdefault(name, position)
    return mapping


def checked_mapping(
    resource: ImportResource, mapping: Mapping[str, int | None], width: int
) -> dict[str, int]:
    """The mapping somebody gave, without the columns that are nowhere (None).

    Raises ImportMappingInvalid for a column that the resource does not have, a place that the file
    does not have, and a place that is given twice.
    """
    names = {column.name for column in resource.file_columns}
    given = {name: place for name, place in mapping.items() if place is not None}
    for name, place in given.items():
        is_twice = list(given.values()).count(place) > 1
        if name not in names or not 0 <= place < width or is_twice:
            raise ImportMappingInvalid(field=name, name=name)
    return given
