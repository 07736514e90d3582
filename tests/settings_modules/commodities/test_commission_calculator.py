"""Which commission holds for a deal, and what it comes to, to the paisa."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from inspect import getsource
from typing import Any

import pytest
from hypothesis import strategies as st

from core.errors import DomainError
from settings_modules.commodities.errors import NoCommissionApplies
from settings_modules.commodities.models import CommissionStructure, TradeType, Unit
from settings_modules.commodities.selectors import commission_calculator
from settings_modules.commodities.selectors.applying_commissions import (
    Deal,
    applicable_commissions,
    applying_commission,
)
from settings_modules.commodities.selectors.commission_calculator import (
    STEPS,
    Calculation,
    Step,
    calculate_commission,
    quantity_in,
)
from tests.factories.commissions import make_commission, make_weight
from tests.factories.commodities import make_commodity
from tests.factories.terms import make_term
from tests.tries import try_values

DAY = date(2026, 6, 1)


def deal(**given: Any) -> Deal:
    return Deal(**{"on": DAY, "party": "BUYER", "amount": Decimal(1000), **given})


def calculated(commission: CommissionStructure, **given: Any) -> Calculation:
    return calculate_commission(commission=commission, deal=deal(**given))


def told(calculation: Calculation) -> list[str]:
    return [step.text("en") for step in calculation.steps]


def tier(starts_at: str, ends_below: str | None, rate: str, currency: str = "INR") -> dict:
    return {
        "currency": currency,
        "starts_at": Decimal(starts_at),
        "ends_below": None if ends_below is None else Decimal(ends_below),
        "rate": Decimal(rate),
    }


@pytest.mark.django_db
def test_percentage_is_rounded_once_half_up():
    commission = make_commission(rate=Decimal("2.5"))
    found = calculated(commission, amount=Decimal("1234.60"), currency="USD")
    assert (found.amount, found.currency) == (Decimal("30.87"), "USD")
    assert told(found) == [
        "2.5 % of 1,234.6 USD is 30.865 USD.",
        "Rounded half-up to two decimals: 30.87 USD.",
    ]
    assert found.steps[0].text("ar") == "2.5 % من 1,234.6 USD تساوي 30.865 USD."


@pytest.mark.django_db
def test_country_has_a_rate_of_its_own():
    commission = make_commission(rate=Decimal("2.5"), rate_per_country={"AE": "1.25"})
    found = calculated(commission, country="AE")
    assert found.amount == Decimal("12.50")
    assert told(found)[0] == "For AE the rate is 1.25 instead of 2.5."
    assert calculated(commission, country="OM").amount == Decimal("25.00")


@pytest.mark.django_db
def test_fixed_amount_is_in_its_own_currency():
    commission = make_commission(name="Flat", commission_type="FIXED", rate=Decimal("750.5"))
    assert calculated(commission, amount=Decimal(1)).amount == Decimal("750.50")
    with pytest.raises(DomainError) as refused:
        calculated(commission, currency="USD")
    assert refused.value.code == "commission_currency_differs"
    assert refused.value.text() == "“Flat” counts in INR, the deal is in USD."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "rate", "reached"),
    [
        ("0", "2", "0.00"),
        ("99.99", "2", "2.00"),
        ("100", "1", "1.00"),
        ("999999999.99", "1", "10000000.00"),
    ],
)
def test_tier_that_the_deal_falls_in_is_for_all_of_it(amount, rate, reached):
    commission = make_commission(
        commission_type="TIERED",
        tier_basis="AMOUNT",
        tiers=[tier("0", "100", "2"), tier("100", None, "1")],
    )
    found = calculated(commission, amount=Decimal(amount))
    assert found.amount == Decimal(reached)
    assert f"{rate} % of" in told(found)[1]


@pytest.mark.django_db
def test_tiers_by_quantity_are_an_amount_for_each_unit():
    ton, quintal = make_weight("MT_B", "1000"), make_weight("QTL_B", "100")
    commission = make_commission(
        commission_type="TIERED",
        tier_basis="QUANTITY",
        tier_unit=ton,
        tiers=[
            tier("0", "1000", "0.75", "USD"),
            tier("1000", None, "0.5", "USD"),
            tier("0", None, "40"),
        ],
    )
    given = {"currency": "USD", "amount": Decimal(1)}
    found = calculated(commission, quantity=Decimal(12345), unit=quintal, **given)
    assert found.amount == Decimal("617.25")
    assert told(found) == [
        "12,345 QTL_B is 1,234.5 MT_B.",
        "The deal is in the tier from 1,000 on.",
        "0.5 USD for each of 1,234.5 MT_B is 617.25 USD.",
    ]
    found = calculated(commission, quantity=Decimal("999.9999"), unit=ton, **given)
    assert found.amount == Decimal("750.00")
    assert calculated(commission, quantity=Decimal(10), unit=ton).amount == Decimal("400.00")


@pytest.mark.django_db
def test_what_a_tiered_commission_cannot_count_is_refused():
    ton = make_weight("MT_B", "1000")
    metre = Unit.objects.create(
        code="METRE_B", dimension="length", base="METER", factor=1, name_en="Metre"
    )
    commission = make_commission(
        commission_type="TIERED",
        tier_basis="QUANTITY",
        tier_unit=ton,
        tiers=[tier("1", "1000", "0.75")],
    )
    for known, code in (
        ({}, "commission_quantity_missing"),
        ({"quantity": Decimal(5)}, "commission_quantity_missing"),
        ({"quantity": Decimal(5), "unit": metre}, "commission_unit_incompatible"),
        ({"quantity": Decimal("0.5"), "unit": ton}, "commission_tier_missing"),
        ({"quantity": Decimal(1000), "unit": ton}, "commission_tier_missing"),
        ({"quantity": Decimal(5), "unit": ton, "currency": "USD"}, "commission_currency_differs"),
    ):
        with pytest.raises(DomainError) as refused:
            calculated(commission, **known)
        assert refused.value.code == code


@pytest.mark.django_db
def test_adjustment_across_borders_comes_before_the_bounds():
    commission = make_commission(
        rate=Decimal(2),
        forex_adjustment=Decimal("1.5"),
        apply_forex_on_cross_border=True,
        min_amount=Decimal(10),
        max_amount=Decimal("20.20"),
    )
    assert calculated(commission).amount == Decimal("20.00")
    found = calculated(commission, is_cross_border=True)
    assert found.amount == Decimal("20.20")
    assert told(found) == [
        "2 % of 1,000 INR is 20 INR.",
        "Across borders 1.5 % come on top: 20.3 INR.",
        "It is lowered to the highest amount, 20.2 INR.",
    ]
    found = calculated(commission, amount=Decimal(1))
    assert (found.amount, told(found)[-1]) == (
        Decimal("10.00"),
        "It is raised to the least amount, 10 INR.",
    )
    with pytest.raises(DomainError) as refused:
        calculated(commission, currency="USD")
    assert refused.value.code == "commission_currency_differs"


@pytest.mark.django_db
def test_adjustment_that_is_not_switched_on_does_nothing():
    commission = make_commission(rate=Decimal(2), forex_adjustment=Decimal(50))
    assert calculated(commission, is_cross_border=True).amount == Decimal("20.00")


@pytest.mark.django_db
def test_every_step_has_its_text_in_both_languages():
    values = dict.fromkeys(
        (
            *("country", "rate", "standard", "amount", "currency", "result", "quantity"),
            *("unit", "wanted", "start", "end", "percent"),
        ),
        "7",
    )
    for code in STEPS:
        english, arabic = (Step(code, values).text(language) for language in ("en", "ar"))
        assert english != arabic
        assert "%(" not in english + arabic


@pytest.mark.made_up
def test_commission_is_within_half_a_cent_of_the_exact_one(storm):
    def check(amount: Decimal, rate: Decimal) -> None:
        commission = CommissionStructure(rate=rate, commission_type="PERCENTAGE")
        found = calculate_commission(commission=commission, deal=deal(amount=amount))
        # In units of 10^-8: exact in whole numbers.
        exact = int(amount * 100) * int(rate * 10_000)
        assert abs(int(found.amount * 100) * 10**6 - exact) * 2 <= 10**6

    amounts, rates = st.decimals(0, 10**13, places=2), st.decimals(0, 100, places=4)
    try_values(check, count=200, storm=storm, amount=amounts, rate=rates)


@pytest.mark.made_up
def test_quantity_there_and_back_is_the_same_to_twenty_digits(storm):
    def check(quantity: Decimal, factor: Decimal) -> None:
        there, base = (
            Unit(code=code, base="KG", factor=value)
            for code, value in (("A", factor), ("B", Decimal(1)))
        )
        counted = quantity_in(quantity=quantity, unit=there, wanted=base)
        again = quantity_in(quantity=counted, unit=base, wanted=there)
        assert abs(again - quantity) <= Decimal(10) ** -20

    quantities, factors = st.decimals(0, 10**9, places=4), st.decimals("0.0001", 1000, places=4)
    try_values(check, count=200, storm=storm, quantity=quantities, factor=factors)


def test_calculator_has_no_float():
    tree = ast.parse(getsource(commission_calculator))
    floats = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert floats == []


@pytest.mark.django_db
def test_the_most_specific_scope_holds():
    commodity, trade = make_commodity(), make_term(TradeType)
    general = make_commission(priority=1)
    by_party = make_commission(applies_to="BUYER")
    by_country = make_commission(country="AE")
    by_trade = make_commission(trade_type=trade)
    by_trade_and_country = make_commission(trade_type=trade, country="AE", applies_to="BUYER")
    by_commodity = make_commission(commodity=commodity, priority=900)
    make_commission(commodity=make_commodity())
    make_commission(country="OM")
    make_commission(applies_to="SELLER")
    make_commission(trade_type=make_term(TradeType))
    found = applicable_commissions(deal(commodity=commodity, trade_type=trade, country="AE"))
    assert list(found) == [
        by_commodity,
        by_trade_and_country,
        by_trade,
        by_country,
        by_party,
        general,
    ]
    assert list(applicable_commissions(deal())) == [by_party, general]


@pytest.mark.django_db
def test_of_one_scope_the_lower_priority_holds_then_the_newer():
    old = make_commission(valid_from=date(2026, 1, 1))
    undated = make_commission()
    new = make_commission(valid_from=date(2026, 6, 1))
    first = make_commission(priority=99)
    last = make_commission(priority=101, valid_from=date(2026, 6, 1))
    second_undated = make_commission()
    found = list(applicable_commissions(deal()))
    assert found == [first, new, old, second_undated, undated, last]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "holds"),
    [
        ("2026-05-31", False),
        ("2026-06-01", True),
        ("2026-06-30", True),
        ("2026-07-01", False),
    ],
)
def test_first_and_last_day_are_included(day, holds):
    make_commission(valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 30))
    found = applicable_commissions(deal(on=date.fromisoformat(day)))
    assert found.exists() is holds


@pytest.mark.django_db
def test_no_commission_holds_when_all_are_off():
    make_commission(is_active=False)
    with pytest.raises(NoCommissionApplies) as refused:
        applying_commission(deal())
    assert refused.value.text() == "No commission applies to such a deal on 2026-06-01."


@pytest.mark.django_db
def test_commission_comes_with_its_tiers_at_once(django_assert_num_queries):
    make_commission(commission_type="TIERED", tier_basis="AMOUNT", tiers=[tier("0", None, "1.5")])
    with django_assert_num_queries(2):
        found = applying_commission(deal())
        assert calculated(found).amount == Decimal("15.00")
