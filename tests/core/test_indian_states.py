"""States are found by what people, tax numbers and maps call them."""

from __future__ import annotations

import pytest

from core.indian_states import INDIAN_STATES, find_state, state_of_digits

REGIONS = {
    "WEST": "MH GJ RJ GA DH DN DD",
    "SOUTH": "TN KA KL AP TS PY TG AN LD",
    "NORTH": "PB HR UP UK HP DL JK LA CH UT",
    "CENTRAL": "MP CG CT",
    "EAST": "WB OD JH BR OR",
    "NORTHEAST": "AS NL TR MZ MN SK AR ML",
}


@pytest.mark.parametrize("region", REGIONS)
def test_codes_of_today_and_earlier_have_their_region(region: str) -> None:
    found = {code: find_state(code) for code in REGIONS[region].split()}
    assert {code: state and state.region for code, state in found.items()} == dict.fromkeys(
        found, region
    )


def test_every_state_and_territory_is_there_once() -> None:
    assert len(INDIAN_STATES) == len({state.code for state in INDIAN_STATES}) == 36
    digits = {state.gst_digits for state in INDIAN_STATES}
    assert digits == {f"{number:02d}" for number in range(1, 39)} - {"25", "28"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Maharashtra", "MH"),
        (" tamilnadu ", "TN"),
        ("Gujarāt", "GJ"),
        ("Jammu & Kashmir", "JK"),
        ("Orissa", "OD"),
        ("PONDICHERRY", "PY"),
        ("Uttaranchal", "UK"),
        ("Daman and Diu", "DH"),
        ("IN-KA", "KA"),
        ("tg", "TS"),
    ],
)
def test_state_is_found_however_it_is_written(written: str, code: str) -> None:
    found = find_state(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("written", ["", " ", "IN-", "Baghdad", "XX", "27", "California"])
def test_what_is_no_state_of_india_is_none(written: str) -> None:
    assert find_state(written) is None


@pytest.mark.parametrize(
    ("digits", "name"),
    [
        ("27", "Maharashtra"),
        ("28", "Andhra Pradesh"),
        ("37", "Andhra Pradesh"),
        ("25", "Dadra and Nagar Haveli and Daman and Diu"),
        ("36", "Telangana"),
        ("97", "Other Territory"),
    ],
)
def test_digits_of_a_tax_number_name_the_state(digits: str, name: str) -> None:
    found = state_of_digits(digits)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("digits", ["00", "39", "96", "99", "1", "027", ""])
def test_digits_of_no_state_are_none(digits: str) -> None:
    assert state_of_digits(digits) is None
