"""The query of a list: parameter to its values, in one form and within bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from core.saved_filters.errors import SavedFilterMalformed, SavedFilterTooLarge

MOST_PARAMETERS = 50
MOST_VALUES = 100
#: Of the query as JSON without blanks.
MOST_CHARACTERS = 4_000
_MOST_PAIRS = MOST_PARAMETERS * MOST_VALUES
#: One character takes at most this many in an address: four bytes, three characters each.
_LONGEST_IN_ADDRESS = 12

Query = dict[str, list[str]]


def canonical_query(given: Any) -> Query:
    """The query with its parameters in order; parameters without a value are left out.

    Raises SavedFilterMalformed for anything but texts, SavedFilterTooLarge.
    """
    if not isinstance(given, Mapping):
        raise SavedFilterMalformed(field="query")
    if len(given) > MOST_PARAMETERS:
        raise _too_large()
    query = {name: _values(name, given[name]) for name in sorted(given, key=str)}
    kept = {name: values for name, values in query.items() if values}
    if len(json.dumps(kept, ensure_ascii=False, separators=(",", ":"))) > MOST_CHARACTERS:
        raise _too_large()
    return kept


def query_of_address(text: str) -> Query:
    """The query that the part of an address behind its question mark holds.

    Raises SavedFilterMalformed, SavedFilterTooLarge.
    """
    if len(text) > MOST_CHARACTERS * _LONGEST_IN_ADDRESS:
        raise _too_large()
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
    except ValueError as error:
        raise _too_large() from error
    found: Query = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return canonical_query(found)


def as_address(query: Mapping[str, list[str]]) -> str:
    """The query as it stands behind the question mark of an address."""
    return urlencode(sorted(query.items()), doseq=True)


def _values(name: Any, values: Any) -> list[str]:
    if not isinstance(values, list) or not all(_is_text(text) for text in (name, *values)):
        raise SavedFilterMalformed(field="query")
    if not name:
        raise SavedFilterMalformed(field="query")
    if len(values) > MOST_VALUES:
        raise _too_large()
    return list(values)


def _is_text(value: Any) -> bool:
    """Whether it is a text that PostgreSQL can keep."""
    if not isinstance(value, str) or "\0" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _too_large() -> SavedFilterTooLarge:
    return SavedFilterTooLarge(
        field="query",
        parameters=MOST_PARAMETERS,
        values=MOST_VALUES,
        characters=MOST_CHARACTERS,
    )
