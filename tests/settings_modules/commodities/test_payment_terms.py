"""Payment terms: what goes with letters of credit, and when what is due."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from core.errors import DomainError, InvalidInput
from settings_modules.commodities.errors import DueDateOutOfRange
from settings_modules.commodities.models import PaymentTerm
from settings_modules.commodities.selectors.due_dates import instalments
from settings_modules.commodities.services.terms import create_term, update_term
from tests.settings_modules.commodities.test_terms import refused_by_the_database
from tests.tries import try_values

LC = {
    "name_en": "LC 90 days",
    "days": 90,
    "supports_letter_of_credit": True,
    "lc_types_supported": ["USANCE", "SIGHT", "USANCE"],
    "payment_methods_supported": ["TT", "LC"],
}


def make(**values: Any) -> PaymentTerm:
    return create_term(model=PaymentTerm, values={"name_en": "Brokered", **values})


def refusal(**values: Any) -> tuple[int, list[tuple[str, str]]]:
    with pytest.raises(DomainError) as refused:
        make(**values)
    error = refused.value
    return error.status, [(each.field, each.code) for each in error.field_errors()]


@pytest.mark.django_db
def test_all_international_fields_are_kept_in_their_usual_form():
    term = make(
        **LC,
        currency=" usd ",
        supports_multi_currency=True,
        lc_confirmation_required=True,
        bank_charges_borne_by="SHARED",
        forex_adjustment_applicable=True,
        swift_required=True,
    )
    term.refresh_from_db()
    assert {name: getattr(term, name) for name in PaymentTerm.own_fields} == {
        "days": 90,
        "payment_percentage": None,
        "currency": "USD",
        "supports_multi_currency": True,
        "supports_letter_of_credit": True,
        "lc_types_supported": ["SIGHT", "USANCE"],
        "lc_confirmation_required": True,
        "bank_charges_borne_by": "SHARED",
        "forex_adjustment_applicable": True,
        "payment_methods_supported": ["LC", "TT"],
        "swift_required": True,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"supports_letter_of_credit": True}, [("lc_types_supported", "lc_type_required")]),
        (
            {**LC, "payment_methods_supported": ["TT"]},
            [("payment_methods_supported", "lc_method_missing")],
        ),
        (
            {
                "lc_types_supported": ["SIGHT"],
                "lc_confirmation_required": True,
                "payment_methods_supported": ["LC"],
            },
            [
                ("lc_types_supported", "lc_not_supported"),
                ("lc_confirmation_required", "lc_not_supported"),
                ("payment_methods_supported", "lc_not_supported"),
            ],
        ),
    ],
)
def test_what_does_not_go_together_is_refused_field_by_field(values, found):
    assert refusal(**values) == (422, found)
    assert not PaymentTerm.objects.filter(name_en__in=["Brokered", "LC 90 days"]).exists()


@pytest.mark.django_db
def test_letter_of_credit_is_taken_away_only_with_its_kinds():
    term = make(**LC)
    with pytest.raises(DomainError) as refused:
        update_term(term=term, values={"supports_letter_of_credit": False})
    assert refused.value.code == "lc_not_supported"
    changed = update_term(
        term=term,
        values={
            "supports_letter_of_credit": False,
            "lc_types_supported": [],
            "payment_methods_supported": ["TT"],
        },
    )
    assert (changed.lc_types_supported, changed.payment_methods_supported) == ([], ["TT"])
    assert update_term(term=term, values={"days": 60}).days == 60


@pytest.mark.django_db
def test_currency_that_is_none_is_refused():
    assert refusal(currency="US") == (400, [("currency", "currency_unknown")])
    with pytest.raises(InvalidInput):
        make(currency="ZZZ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("days = 3651", "commodities_credit_at_most_ten_years"),
        ("payment_percentage = 100.01", "commodities_advance_is_percent"),
        ("currency = 'usd'", "commodities_payment_currency_code"),
        ("supports_letter_of_credit = true", "commodities_lc_and_its_types"),
        ("lc_confirmation_required = true", "commodities_lc_and_its_types"),
        ("lc_types_supported = '{SIGHT}'", "commodities_lc_and_its_types"),
        ("payment_methods_supported = '{LC}'", "commodities_lc_is_a_method"),
        (
            "supports_letter_of_credit = true, lc_types_supported = '{SIGHT}',"
            " payment_methods_supported = '{TT}'",
            "commodities_lc_is_a_method",
        ),
    ],
)
def test_database_keeps_what_goes_together(change, constraint):
    assert refused_by_the_database(f"UPDATE commodities_paymentterm SET {change}") == constraint


def due(amount: str, **values: Any) -> list[tuple[str, str, str]]:
    parts = instalments(
        term=PaymentTerm(**values), invoice_date=date(2026, 1, 31), amount=Decimal(amount)
    )
    return [(part.due_on.isoformat(), str(part.percent), str(part.amount)) for part in parts]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, [("2026-01-31", "100", "1000.05")]),
        ({"days": 0, "payment_percentage": Decimal(30)}, [("2026-01-31", "100", "1000.05")]),
        ({"days": 30}, [("2026-03-02", "100", "1000.05")]),
        ({"days": 30, "payment_percentage": Decimal(100)}, [("2026-01-31", "100", "1000.05")]),
        (
            {"days": 90, "payment_percentage": Decimal("33.33")},
            [("2026-01-31", "33.33", "333.32"), ("2026-05-01", "66.67", "666.73")],
        ),
        (
            {"days": 90, "payment_percentage": Decimal("10.00")},
            [("2026-01-31", "10.00", "100.01"), ("2026-05-01", "90.00", "900.04")],
        ),
    ],
)
def test_due_dates_of_a_term(values, found):
    assert due("1000.05", **values) == found


def test_day_beyond_the_calendar_is_refused():
    with pytest.raises(DueDateOutOfRange):
        instalments(term=PaymentTerm(days=1), invoice_date=date(9999, 12, 31), amount=Decimal(1))


@pytest.mark.made_up
def test_parts_always_add_up_to_the_amount(storm):
    def check(amount: Decimal, percent: Decimal, days: int) -> None:
        parts = instalments(
            term=PaymentTerm(days=days, payment_percentage=percent),
            invoice_date=date(2026, 1, 31),
            amount=amount,
        )
        assert sum(part.amount for part in parts) == amount
        assert all(part.amount > 0 for part in parts)

    try_values(
        check,
        count=200,
        storm=storm,
        amount=st.decimals("0.01", "9999999999999.99", places=2),
        percent=st.decimals(0, 100, places=2),
        days=st.integers(0, 3650),
    )
