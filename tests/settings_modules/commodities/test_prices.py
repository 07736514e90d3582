"""Prices in other currencies and of other units: INT-14 to INT-17, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from settings_modules.commodities.enums import Dimension
from settings_modules.commodities.exact_numbers import rounded, significant
from settings_modules.commodities.exchange.currencies import (
    MAJOR_CURRENCIES,
    all_currencies,
    decimals_of,
)
from settings_modules.commodities.exchange.errors import (
    ExchangeRateMissing,
    PriceUnitsDiffer,
    PriceUnitUnknown,
)
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.prices import (
    cents_per_pound,
    convert_price,
    price_in_currencies,
    price_of_cents_per_pound,
)
from tests.factories.exchange_rates import make_rate, make_weights
from tests.tries import try_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def weights() -> dict[str, Unit]:
    return make_weights()


def test_price_is_converted_with_the_rate_it_was_converted_by():
    make_rate("USD", "INR", "84.25")
    price = convert_price(amount=Decimal(100), base="USD", quote="INR")
    assert (str(price.amount), price.currency, price.unit) == ("8425.00", "INR", "")
    assert (price.rate.rate, price.rate.used[0].source) == (Decimal("84.25"), "manual")


def test_price_in_its_own_currency_stays():
    price = convert_price(amount=Decimal(100), base="USD", quote="USD")
    assert (str(price.amount), price.rate.rate, price.rate.used) == ("100.00", Decimal(1), ())


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("INR", "1.35"), ("JPY", "1"), ("KWD", "1.345"), ("IQD", "1")],
)
def test_amount_has_the_decimals_of_its_currency(currency, amount):
    make_rate("USD", currency, "1.345")
    price = convert_price(amount=Decimal(1), base="USD", quote=currency)
    assert str(price.amount) == amount


def test_decimals_may_be_asked_for():
    make_rate("USD", "JPY", "151.23456")
    price = convert_price(amount=Decimal(1), base="USD", quote="JPY", places=4)
    assert str(price.amount) == "151.2346"


def test_price_in_many_currencies_takes_one_query(django_assert_num_queries):
    for currency, figure in {"INR": "84.25", "EUR": "0.92", "GBP": "0.79"}.items():
        make_rate("USD", currency, figure)
    with django_assert_num_queries(1):
        prices = price_in_currencies(amount=Decimal(1000), base="USD", quotes=["INR", "EUR", "GBP"])
    assert {price.currency: str(price.amount) for price in prices.found} == {
        "INR": "84250.00",
        "EUR": "920.00",
        "GBP": "790.00",
    }
    assert prices.refused == {}


def test_currency_without_a_rate_is_named_and_the_others_answered():
    make_rate("USD", "INR", "84.25")
    prices = price_in_currencies(amount=Decimal(1), base="USD", quotes=["INR", "SEK"])
    assert [price.currency for price in prices.found] == ["INR"]
    assert [type(error) for error in prices.refused.values()] == [ExchangeRateMissing]


# Units


def test_cents_per_pound_and_back(weights):
    cents = cents_per_pound(price=Decimal("2.00"))
    assert (str(cents.amount), cents.currency, cents.unit) == ("90.72", "USX", "POUND")
    price = price_of_cents_per_pound(cents=Decimal("90.72"))
    assert (str(price.amount), price.currency, price.unit) == ("2.00", "USD", "KG")


@pytest.mark.parametrize(
    ("unit", "price", "cents"),
    [
        ("KG", "2", "90.72"),
        ("MT", "2000", "90.72"),
        ("TROY_OZ", "1", "1458.33"),
        ("LB", "0.9072", "90.72"),
    ],
)
def test_cents_per_pound_of_every_weight(unit, price, cents, weights):
    assert str(cents_per_pound(price=Decimal(price), unit=unit).amount) == cents


def test_cents_per_pound_of_another_currency(weights):
    make_rate("USD", "INR", "80")
    assert str(cents_per_pound(price=Decimal(160), currency="INR").amount) == "90.72"
    price = price_of_cents_per_pound(cents=Decimal("90.72"), currency="INR", places=4)
    # 90.72 / 100 / 0.45359237 × 80
    assert str(price.amount) == "160.0027"


def test_price_is_of_another_unit_and_in_another_currency_at_once(weights):
    make_rate("USD", "INR", "84.25")
    price = convert_price(amount=Decimal(2), base="USD", quote="INR", unit="kg", to_unit=" mt ")
    assert (str(price.amount), price.unit, price.factor) == ("168500.00", "MT", Fraction(1000))


def test_unit_that_is_not_there_or_of_another_kind_is_refused(weights):
    Unit.objects.get_or_create(
        code="METER",
        defaults={
            "name_en": "Metre",
            "dimension": Dimension.LENGTH,
            "base": "METER",
            "factor": Decimal(1),
        },
    )
    with pytest.raises(PriceUnitUnknown) as refused:
        convert_price(amount=Decimal(1), base="USD", quote="USD", unit="KG", to_unit="furlong")
    assert refused.value.field == "to_unit"
    with pytest.raises(PriceUnitsDiffer):
        convert_price(amount=Decimal(1), base="USD", quote="USD", unit="KG", to_unit="METER")


def test_unit_out_of_use_is_not_there(weights):
    Unit.objects.filter(code="MT").update(is_active=False)
    with pytest.raises(PriceUnitUnknown):
        cents_per_pound(price=Decimal(1), unit="MT")


# Currencies


def test_thirty_currencies_and_more_are_known():
    assert len(MAJOR_CURRENCIES) == len(set(MAJOR_CURRENCIES)) == 32
    assert {"USD", "INR", "EUR", "GBP", "CNY", "IQD"} <= set(MAJOR_CURRENCIES)
    listed = all_currencies()
    assert listed[:3] == ["USD", "EUR", "GBP"]
    assert len(listed) == len(set(listed)) > 150
    assert {code: decimals_of(code) for code in ("USD", "JPY", "IQD", "KWD")} == {
        "USD": 2,
        "JPY": 0,
        "IQD": 0,
        "KWD": 3,
    }


# Figures


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(4999, 1_000_000), 2, "0.00"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(10**40 + 5, 10), 0, str(10**39 + 1)),
        (Fraction(0), 3, "0.000"),
    ],
)
def test_halves_are_rounded_away_from_zero_however_long_the_figure(value, places, text):
    assert str(rounded(value, places)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(1234567890), "1234567890"),
        (Fraction(1, 3_000_000), "0.000000333333"),
        (Fraction(150), "150"),
        (Fraction(9999999, 10_000_000), "1"),
    ],
)
def test_significant_digits(value, text):
    assert format(significant(value, 6), "f") == text


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=4)
RATES = st.decimals(min_value="0.000001", max_value=10**6, places=12)


def test_there_and_back_is_exact(storm):
    make_weights()

    def check(amount: Decimal, figure: Decimal) -> None:
        row = make_rate("USD", "INR", str(figure))
        there = convert_price(
            amount=amount, base="USD", quote="INR", unit="MT", to_unit="POUND", places=60
        )
        back = convert_price(
            amount=there.amount, base="INR", quote="USD", unit="POUND", to_unit="MT", places=4
        )
        row.delete()
        assert back.amount == amount

    try_values(check, count=60, storm=storm, amount=AMOUNTS, figure=RATES)
