"""The query of a saved filter: one form, bounded, texts alone."""

from __future__ import annotations

import pytest

from core.saved_filters.errors import SavedFilterMalformed, SavedFilterTooLarge
from core.saved_filters.queries import as_address, canonical_query, query_of_address


def test_query_is_in_order_and_keeps_its_values():
    given = {"search": ["قطن", ""], "category": ["3", "1", "3"], "code": []}
    query = canonical_query(given)
    assert list(query.items()) == [("category", ["3", "1", "3"]), ("search", ["قطن", ""])]


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        "category=3",
        {"category": "3"},
        {"category": [3]},
        {"category": [None]},
        {"category": [["3"]]},
        {"category": {"in": ["3"]}},
        {3: ["3"]},
        {"": ["3"]},
        {"category": ["a\0b"]},
        {"a\0b": ["3"]},
        {"category": ["\ud800"]},
        {"\udfff": ["3"]},
    ],
)
def test_query_of_anything_but_texts_refused(given):
    with pytest.raises(SavedFilterMalformed):
        canonical_query(given)


@pytest.mark.parametrize(
    ("most", "one_more"),
    [
        ({str(n): ["x"] for n in range(50)}, {str(n): ["x"] for n in range(51)}),
        ({"a": ["x"] * 100}, {"a": ["x"] * 101}),
        # {"a":["…"]} without the text is ten characters.
        ({"a": ["ق" * 3_990]}, {"a": ["ق" * 3_991]}),
    ],
)
def test_query_within_its_bounds_taken_and_beyond_refused(most, one_more):
    assert canonical_query(most) == most
    with pytest.raises(SavedFilterTooLarge):
        canonical_query(one_more)


def test_query_comes_back_from_an_address():
    query = {"a&b": ["=", "#/?"], "q": ["قطن  خام", "//evil.example/"]}
    address = as_address(query)
    assert address == (
        "a%26b=%3D&a%26b=%23%2F%3F&q=%D9%82%D8%B7%D9%86++%D8%AE%D8%A7%D9%85&q=%2F%2Fevil.example%2F"
    )
    assert query_of_address(address) == query


@pytest.mark.parametrize(
    "text", ["a" * 48_001, "a=1&" * 5_001, "&".join(f"p{n}" for n in range(51))]
)
def test_address_beyond_the_bounds_refused(text):
    with pytest.raises(SavedFilterTooLarge):
        query_of_address(text)
