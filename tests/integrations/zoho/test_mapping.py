"""Zoho's rows, row by row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integrations.zoho.client import encode_json
from integrations.zoho.mapping import (
    BadRow,
    parse_category,
    parse_item,
    parse_price_book,
    parse_prices,
    parse_stock,
    percentage_price,
)

ROW = {
    "item_id": "460001000000000001",
    "name": "Cable",
    "status": "active",
    "last_modified_time": "2026-10-09T14:30:52-0400",
}
BOOK = {
    "pricebook_id": "460001000000000009",
    "name": "Consumer IQD",
    "currency_code": "IQD",
    "status": "active",
}


def test_item_time_with_offset_is_utc():
    assert parse_item(ROW).modified_at == datetime(2026, 10, 9, 18, 30, 52, tzinfo=UTC)


def test_item_keys_absent_are_none():
    item = parse_item(ROW)
    assert (item.sku, item.unit, item.barcode, item.zoho_category_id) == (None,) * 4
    assert (item.name_ar, item.description_en, item.is_stock_tracked) == (None, None, None)


def test_item_barcode_is_ean_else_upc():
    assert parse_item({**ROW, "ean": "", "upc": "77"}).barcode == "77"
    assert parse_item({**ROW, "ean": "", "upc": ""}).barcode == ""


def test_item_custom_field_in_detail_read_from_hash():
    assert parse_item({**ROW, "custom_field_hash": {"cf_name_ar": "كابل"}}).name_ar == "كابل"


def test_item_unknown_status_is_not_active():
    assert parse_item({**ROW, "status": "confirmation_pending"}).is_active is False


def test_item_hash_ignores_the_time():
    later = {**ROW, "last_modified_time": "2026-10-10T00:00:00+0000"}
    assert parse_item(ROW).content_hash == parse_item(later).content_hash
    assert parse_item(ROW).content_hash != parse_item({**ROW, "name": "Cables"}).content_hash


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"item_id": ""}, "item_id is not an id"),
        ({"item_id": True}, "no item_id"),
        ({"name": ""}, "no name"),
        ({"name": ["x"]}, "name is not text"),
        ({"last_modified_time": "yesterday"}, "last_modified_time is not a time"),
        ({"last_modified_time": "2026-10-09T14:30:52"}, "last_modified_time has no offset"),
    ],
)
def test_item_unusable_row_refused(changes, reason):
    with pytest.raises(BadRow, match=reason):
        parse_item({**ROW, **changes})


@pytest.mark.parametrize(
    ("name", "name_en", "name_ar"), [("كابلات", "", "كابلات"), ("Cables", "Cables", "")]
)
def test_category_name_goes_to_its_script(name, name_en, name_ar):
    category = parse_category({"category_id": "12345", "category_name": name})
    assert category is not None
    assert (category.name_en, category.name_ar) == (name_en, name_ar)


def test_stock_without_places_is_untracked():
    assert parse_stock({"item_id": "1"}) is None


def test_stock_takes_the_physical_figures():
    place = {
        "location_id": "123",
        "location_name": "Main",
        "location_available_stock": Decimal(9),
        "location_actual_available_stock": Decimal("-2.5"),
        "location_actual_committed_stock": "",
    }
    (found,) = parse_stock({"locations": [place]})
    assert (found.physical, found.committed) == (Decimal("-2.5"), 0)


def test_price_book_code_from_its_name():
    assert parse_price_book(BOOK).code == "consumer_iqd"
    assert parse_price_book({**BOOK, "name": "المستهلك"}).code == "zoho_00000009"


def test_price_brackets_one_price_each():
    brackets = [
        {"start_quantity": 1, "pricebook_rate": Decimal(10)},
        {"start_quantity": 10, "pricebook_rate": Decimal(9)},
    ]
    row = {"item_id": "1", "pricing_scheme": "volume", "price_brackets": brackets}
    assert [(p.minimum_quantity, p.amount) for p in parse_prices(row, 5)] == [(1, 10), (10, 9)]


@pytest.mark.parametrize("rate", [-1, "NaN", "", "x"])
def test_price_unusable_refused(rate):
    with pytest.raises(BadRow):
        parse_prices({"item_id": "1", "pricebook_rate": rate}, 5)


@pytest.mark.parametrize(
    ("rounding", "price"),
    [
        ("no_rounding", "11.05"),
        ("round_to_dollor", "11"),
        ("round_to_dollar_minus_01", "10.99"),
        ("round_to_half_dollar", "11"),
        ("round_to_half_dollar_minus_01", "10.99"),
    ],
)
def test_percentage_price_rounded_as_zoho_does(rounding, price):
    row = {
        **BOOK,
        "pricebook_type": "fixed_percentage",
        "percentage": 10,
        "is_increase": True,
        "rounding_type": rounding,
    }
    assert percentage_price(parse_price_book(row), Decimal("10.045")) == Decimal(price)


def test_json_keeps_every_digit_of_a_decimal():
    assert encode_json({"rate": [Decimal("12500.000"), Decimal("0.10"), True, None, "ا"]}) == (
        '{"rate":[12500,0.1,true,null,"ا"]}'
    )
    with pytest.raises(TypeError):
        encode_json({"rate": 1.5})
