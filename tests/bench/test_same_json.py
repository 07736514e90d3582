import pytest

from bench.same_json import first_difference


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}),
        ({"price": 1500}, {"price": 1500.0}),
        ({"price": 0.1}, {"price": 0.1}),
        ([], []),
        (None, None),
    ],
)
def test_first_difference_of_equal_answers_is_none(one, other):
    assert first_difference(one, other) is None


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"a": 1}, {"a": True}, "$.a: 1 is not True"),
        ({"a": None}, {}, "$.a: only in the first"),
        ({}, {"a": None}, "$.a: only in the second"),
        ({"a": ""}, {"a": None}, "$.a: '' is not None"),
        ({"a": "1"}, {"a": 1}, "$.a: '1' is not 1"),
        ([1, 2], [2, 1], "$[0]: 1 is not 2"),
        ([1, 2], [1], "$: 2 elements are not 1"),
        ({"items": [{"price": 10.5}]}, {"items": [{"price": 10.25}]}, "$.items[0].price: 10.5"),
        ({"a": {}}, {"a": []}, "$.a: {} is not []"),
    ],
)
def test_first_difference_names_the_place_and_both_values(one, other, told):
    assert (first_difference(one, other) or "")[: len(told)] == told
