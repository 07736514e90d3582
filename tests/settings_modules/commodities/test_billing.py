"""Amounts of quantities that are counted in one unit and priced in another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from core.iso_codes import CURRENCIES, currency_decimals
from core.registration_numbers.errors import CurrencyUnknown
from settings_modules.commodities.errors import (
    QuantityNotPositive,
    RateNotPositive,
    UnitsIncompatible,
)
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.billing import (
    Billed,
    billing_units,
    calculate_billing,
)
from settings_modules.commodities.selectors.conversion import Scale
from settings_modules.commodities.services.units import update_unit
from tests.factories.commodities import make_commodity, make_packaging, unit
from tests.tries import try_values


def bill(
    quantity: str, counted: str, rate: str, priced: str, base: str = "KG", **more: object
) -> Billed:
    return calculate_billing(
        quantity=Decimal(quantity),
        unit=unit(counted),
        rate=Decimal(rate),
        rate_unit=unit(priced),
        base_unit=unit(base),
        **more,
    )


def test_600_bales_at_50000_a_candy(db):
    billed = bill("600", "BALE", "50000", "CANDY")
    assert billed.amount == Decimal("14341061.95")
    assert billed.quantity_in_base == 102_000
    assert str(billed.rate_per_base) == "140.5986465411889358988274635"
    assert [each.text() for each in billed.measures] == [
        "1 BALE = 170.00 KG",
        "1 CANDY = 355.6222 KG",
        "1 KG = 1.00 KG",
    ]
    assert billed.formula() == (
        "600 BALE × 170.00 KG per BALE ÷ 355.6222 KG per CANDY × INR 50,000 per CANDY"
        " = INR 14,341,061.95"
    )


@pytest.mark.parametrize(
    ("given", "in_base", "per_base", "amount"),
    [
        (("20", "MT", "2500", "QUINTAL"), "20000", "25", "500000.00"),
        (("100", "KG", "50", "KG"), "100", "50", "5000.00"),
        (("1", "KG", "8000", "CANDY"), "1", "22.49578344659022974381239416", "22.50"),
        (("3", "DOZEN", "10", "GROSS", "PIECE"), "36", "0.06944444444444444444444444444", "2.50"),
    ],
)
def test_amount(given, in_base, per_base, amount, db):
    billed = bill(*given)
    shown = billed.snapshot()
    assert (shown["quantity_in_base"], shown["rate_per_base"], shown["amount"]) == (
        in_base,
        per_base,
        amount,
    )


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("INR", "14341061.95"), ("JPY", "14341062"), ("IQD", "14341061.947")],
)
def test_amount_has_the_decimals_of_its_currency(currency, amount, db):
    snapshot = bill("600", "BALE", "50000", "CANDY", currency=currency).snapshot()
    assert (snapshot["amount"], snapshot["currency"]) == (amount, currency)
    assert snapshot["formula"].endswith(f"= {currency} {Decimal(amount):,f}")


def test_decimals_are_known_for_every_currency():
    other = {currency: currency_decimals(currency) for currency in sorted(CURRENCIES)}
    assert {each for each in other.values()} == {0, 2, 3}
    assert sum(decimals == 0 for decimals in other.values()) == 16
    assert sum(decimals == 3 for decimals in other.values()) == 7


def test_unit_of_another_dimension_refused(db):
    with pytest.raises(UnitsIncompatible, match="incompatible"):
        bill("1", "BALE", "10", "METER")
    with pytest.raises(UnitsIncompatible, match="KG and METER are incompatible"):
        bill("1", "KG", "10", "CANDY", "METER")


@pytest.mark.parametrize("figure", ["0", "-10", "NaN"])
def test_quantity_and_rate_must_be_positive(figure, db):
    with pytest.raises(QuantityNotPositive, match="must be positive"):
        bill(figure, "KG", "1", "KG")
    with pytest.raises(RateNotPositive, match="must be positive"):
        bill("1", "KG", figure, "KG")


def test_unknown_currency_refused(db):
    with pytest.raises(CurrencyUnknown, match="no ISO code of a currency"):
        bill("1", "KG", "1", "KG", currency="ABC")


def test_packaging_of_the_day_decides(db):
    cotton = make_commodity(trade="BALE", rate="CANDY")
    make_packaging(cotton, "BALE", "165", since=date(2026, 1, 1), until=date(2026, 6, 30))
    usual = billing_units(cotton)
    amounts = [
        calculate_billing(
            quantity=Decimal(600),
            unit=usual.unit,
            rate=Decimal(50_000),
            rate_unit=usual.rate_unit,
            base_unit=usual.base_unit,
            scale=Scale(cotton, on=day),
        ).amount
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert amounts == [Decimal("13919266.01"), Decimal("14341061.95")]


def test_commodity_says_its_units_and_currency(db):
    said = billing_units(make_commodity(trade="BALE", rate="CANDY", default_currency="USD"))
    assert [said.unit.code, said.rate_unit.code, said.base_unit.code, said.currency] == [
        *("BALE", "CANDY", "KG", "USD")
    ]
    silent = billing_units(make_commodity(base="METER"))
    assert [silent.unit.code, silent.rate_unit.code, silent.currency] == ["METER", "METER", "INR"]


def test_snapshot_is_complete_and_does_not_follow_the_factor(db):
    cotton = make_commodity()
    packaging = make_packaging(cotton, "BALE", "170")
    scale = Scale(cotton, on=date(2026, 10, 1))
    snapshot = bill("600", "BALE", "50000", "CANDY", scale=scale).snapshot()
    update_unit(unit=unit("CANDY"), values={"factor": Decimal("355.61641808")})
    assert {name: value for name, value in snapshot.items() if name != "factors"} == {
        "commodity": cotton.pk,
        "on": "2026-10-01",
        "quantity": "600",
        "unit": "BALE",
        "rate": "50000",
        "rate_unit": "CANDY",
        "currency": "INR",
        "base_unit": "KG",
        "quantity_in_base": "102000",
        "rate_per_base": "140.5986465411889358988274635",
        "amount": "14341061.95",
        "decimals": 2,
        "formula": "600 BALE × 170.00 KG per BALE ÷ 355.6222 KG per CANDY"
        " × INR 50,000 per CANDY = INR 14,341,061.95",
    }
    assert [each["factor"] for each in snapshot["factors"]] == ["170", "355.6222", "1"]
    assert [each["packaging"] for each in snapshot["factors"]] == [packaging.pk, None, None]
    # By the other definition of the candy the same deal comes to more.
    assert bill("600", "BALE", "50000", "CANDY").amount == Decimal("14341295.12")


def test_amount_is_the_exact_one_rounded_once(db, storm):
    weights = list(Unit.objects.filter(base="KG"))
    scale, base = Scale(), unit("KG")

    def check(quantity: Decimal, rate: Decimal, counted: Unit, priced: Unit) -> None:
        billed = calculate_billing(
            quantity=quantity,
            unit=counted,
            rate=rate,
            rate_unit=priced,
            base_unit=base,
            scale=scale,
        )
        ratio = Fraction(counted.factor) / Fraction(priced.factor)
        exact = Fraction(quantity) * Fraction(rate) * ratio
        assert type(billed.amount) is Decimal
        assert abs(Fraction(billed.amount) - exact) <= Fraction(1, 200)
        assert billed.amount.as_tuple().exponent == -2

    figures = st.decimals(min_value=Decimal("0.000001"), max_value=10**12, places=6)
    chosen = st.sampled_from(weights)
    try_values(
        check,
        count=200,
        storm=storm,
        quantity=figures,
        rate=figures,
        counted=chosen,
        priced=chosen,
    )
