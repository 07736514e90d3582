"""Rates between currencies: which is used, which is refused, and what the database keeps."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.context import change_context, user_actor
from core.events.models import Event
from core.identity.models import User
from core.references.services import remove_record
from core.registration_numbers.errors import CurrencyUnknown
from settings_modules.commodities.exchange.errors import (
    CurrenciesEqual,
    ExchangeRateDayWrong,
    ExchangeRateMissing,
    ExchangeRateStale,
    ExchangeRateThere,
    OverrideNeedsReason,
    RateSourceReserved,
)
from settings_modules.commodities.exchange.pivots import pivot_currencies
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.selectors.exchange_rates import (
    find_rate,
    find_rates,
    is_stale,
    latest_rates,
)
from settings_modules.commodities.services.exchange_rates import (
    enter_rate,
    override_rate,
    update_rate,
)
from settings_modules.organizations.models import Organization
from tests.factories.exchange_rates import make_rate

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 10)


def rate(base: str, quote: str, figure: str, *, days: int = 0, source: str = "manual"):
    """A rate of `days` before DAY."""
    return make_rate(base, quote, figure, DAY - timedelta(days=days), source)


def found(base: str, quote: str, on: date = DAY):
    return find_rate(base=base, quote=quote, on=on)


def steps(answer) -> list[tuple[str, bool]]:
    return [(f"{used.base}/{used.quote}", used.is_inverse) for used in answer.used]


# Which rate is used


def test_stored_rate_is_used_and_told():
    row = rate("USD", "INR", "84.25", days=2)
    answer = found("USD", "INR")
    assert (answer.rate, answer.valid_on, answer.via) == (
        Decimal("84.25"),
        DAY - timedelta(days=2),
        "",
    )
    (used,) = answer.used
    assert (used.id, used.source, used.is_inverse, used.age_days) == (row.pk, "manual", False, 2)


def test_inverse_is_exact():
    rate("USD", "INR", "84")
    answer = found("INR", "USD")
    assert (answer.factor, steps(answer)) == (Fraction(1, 84), [("USD/INR", True)])
    assert answer.rate == Decimal("0.0119047619047619048")


def test_currency_to_itself_is_one_without_any_rate():
    answer = found("USD", "USD")
    assert (answer.rate, answer.factor, answer.used, answer.valid_on) == (Decimal(1), 1, (), DAY)


def test_cross_goes_through_one_currency():
    rate("EUR", "USD", "1.08")
    rate("EUR", "INR", "91.8")
    answer = found("USD", "INR")
    assert (answer.factor, answer.rate, answer.via) == (Fraction(85), Decimal(85), "EUR")
    assert steps(answer) == [("EUR/USD", True), ("EUR/INR", False)]


def test_dollar_is_tried_before_euro():
    for hub, figures in {"EUR": ("0.01", "0.9"), "USD": ("0.0125", "0.8")}.items():
        rate("INR", hub, figures[0])
        rate(hub, "GBP", figures[1])
    assert (found("INR", "GBP").via, found("INR", "GBP").factor) == ("USD", Fraction(1, 100))


def test_way_never_has_two_currencies_between():
    rate("INR", "USD", "0.0125")
    rate("USD", "EUR", "0.9")
    rate("EUR", "SEK", "11")
    with pytest.raises(ExchangeRateMissing):
        found("INR", "SEK")


def test_own_currency_of_the_organization_is_a_pivot():
    company = Organization.objects.create(name="Company", base_currency="IQD")
    rate("INR", "IQD", "15.5")
    rate("IQD", "TRY", "0.02")
    with pytest.raises(ExchangeRateMissing):
        found("INR", "TRY")
    with change_context(organization_id=str(company.pk)):
        assert pivot_currencies() == ("USD", "EUR", "IQD")
        assert (found("INR", "TRY").via, found("INR", "TRY").factor) == ("IQD", Fraction(31, 100))


def test_pair_of_its_own_goes_before_a_newer_cross():
    rate("USD", "INR", "84", days=5)
    rate("EUR", "USD", "1.08")
    rate("EUR", "INR", "91.8")
    assert found("USD", "INR").rate == 84


def test_latest_day_counts_in_either_direction():
    rate("USD", "INR", "84", days=3)
    rate("INR", "USD", "0.0125", days=1)
    assert found("USD", "INR").factor == 80
    rate("USD", "INR", "83", days=1)
    assert found("USD", "INR").factor == 83


def test_later_day_than_asked_for_is_not_looked_at():
    rate("USD", "INR", "84", days=1)
    make_rate("USD", "INR", "99", DAY + timedelta(days=1))
    assert found("USD", "INR").rate == 84


def test_of_one_day_the_rate_entered_last_counts():
    rate("USD", "INR", "84", source="bank")
    rate("USD", "INR", "85", source="agency")
    assert found("USD", "INR").used[0].source == "agency"


@pytest.mark.parametrize(("base", "quote", "factor"), [("USD", "INR", 90), ("INR", "USD", None)])
def test_override_goes_before_the_others_of_its_day(base, quote, factor):
    rate("USD", "INR", "84", days=1)
    override_rate(
        base=base,
        quote=quote,
        rate=Decimal(factor or "0.0125"),
        valid_on=DAY - timedelta(days=1),
        reason="agreed with the bank",
    )
    rate("USD", "INR", "85", days=1, source="agency")
    answer = found("USD", "INR")
    assert (answer.factor, answer.used[0].is_override) == (factor or 80, True)
    # A later day has rates of its own.
    rate("USD", "INR", "86")
    assert found("USD", "INR").rate == 86


# What is refused


def test_unknown_pair_is_refused_and_never_one():
    with pytest.raises(ExchangeRateMissing) as refused:
        found("EUR", "USD")
    assert (refused.value.status, refused.value.values["day"]) == (404, "2026-04-10")


@pytest.mark.parametrize(("days", "is_refused"), [(7, False), (8, True)])
def test_rate_older_than_the_limit_is_refused(days, is_refused):
    row = rate("USD", "INR", "84", days=days)
    assert is_stale(row, DAY) is is_refused
    if not is_refused:
        assert found("USD", "INR").rate == 84
        return
    with pytest.raises(ExchangeRateStale) as refused:
        found("USD", "INR")
    assert refused.value.status == 409
    assert refused.value.extra == {"valid_on": "2026-04-02", "most_days": 7}


def test_limit_is_a_setting(settings):
    rate("USD", "INR", "84", days=8)
    settings.EXCHANGE_RATE_MOST_DAYS = 8
    assert found("USD", "INR").rate == 84


def test_cross_with_one_old_rate_is_refused_with_its_day():
    rate("EUR", "USD", "1.08", days=9)
    rate("EUR", "INR", "91.8")
    with pytest.raises(ExchangeRateStale) as refused:
        found("USD", "INR")
    assert refused.value.extra["valid_on"] == "2026-04-01"


def test_first_day_of_the_calendar_is_no_defect():
    with pytest.raises(ExchangeRateMissing):
        found("USD", "INR", date.min)


@pytest.mark.parametrize(("base", "quote"), [("US", "INR"), ("USD", "XYZ"), ("ABC", "ABC")])
def test_what_is_no_currency_is_refused(base, quote):
    with pytest.raises(CurrencyUnknown):
        found(base, quote)


def test_many_currencies_take_one_query_and_name_the_refused(django_assert_num_queries):
    for code in ("INR", "GBP", "JPY", "AED"):
        rate("USD", code, "2")
    with django_assert_num_queries(1):
        rates = find_rates(base="USD", quotes=["INR", "GBP", "JPY", "AED", "USD"], on=DAY)
    assert (list(rates.found), rates.refused) == (["INR", "GBP", "JPY", "AED", "USD"], {})
    rate("USD", "SEK", "10", days=30)
    rates = find_rates(base="INR", quotes=["GBP", "SEK", "NOK"], on=DAY)
    assert list(rates.found) == ["GBP"]
    assert {code: type(error) for code, error in rates.refused.items()} == {
        "SEK": ExchangeRateStale,
        "NOK": ExchangeRateMissing,
    }


def test_latest_has_one_row_a_pair(django_assert_num_queries):
    for days in range(5):
        rate("USD", "INR", f"8{days}", days=days)
        rate("EUR", "INR", f"9{days}", days=days)
    with django_assert_num_queries(1):
        rows = list(latest_rates())
    assert [(row.base, row.rate) for row in rows] == [("EUR", 90), ("USD", 80)]


# Entering


def test_entered_rate_says_who_and_is_told():
    person = User.objects.create(email="trader@example.com", is_staff=True)
    with change_context(actor=user_actor(person.pk)):
        row = enter_rate(base="usd", quote=" inr", rate=Decimal("84.25"), valid_on=DAY)
    assert (row.base, row.quote, row.source, row.entered_by) == ("USD", "INR", "manual", person)
    assert Event.objects.get(stream_id=str(row.pk)).type == "exchange_rate.created"


def test_same_pair_day_and_source_is_refused_whatever_its_capitals():
    row = enter_rate(base="USD", quote="INR", rate=Decimal(84), valid_on=DAY, source="Bank")
    with pytest.raises(ExchangeRateThere) as refused:
        enter_rate(base="USD", quote="INR", rate=Decimal(85), valid_on=DAY, source="BANK")
    assert refused.value.extra == {"id": row.pk}
    enter_rate(base="USD", quote="INR", rate=Decimal(85), valid_on=DAY, source="agency")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"base": "XXX"}, CurrencyUnknown),
        ({"quote": "USD"}, CurrenciesEqual),
        ({"valid_on": date(1989, 12, 31)}, ExchangeRateDayWrong),
        ({"source": " Override "}, RateSourceReserved),
        ({"rate": Decimal(0)}, ValidationError),
        ({"rate": Decimal(-1)}, ValidationError),
        ({"rate": Decimal("0.0000000000001")}, ValidationError),
    ],
)
def test_rate_that_cannot_be_is_refused(changed, error):
    given = {"base": "USD", "quote": "INR", "rate": Decimal(84), "valid_on": DAY} | changed
    with pytest.raises(error):
        enter_rate(**given)
    assert not ExchangeRate.objects.exists()


def test_rate_is_of_tomorrow_at_the_latest():
    today = timezone.localdate()
    enter_rate(base="USD", quote="INR", rate=Decimal(84), valid_on=today + timedelta(days=1))
    with pytest.raises(ExchangeRateDayWrong):
        enter_rate(base="USD", quote="INR", rate=Decimal(84), valid_on=today + timedelta(days=2))


def test_override_says_why_and_is_one_a_day():
    given = {"rate": Decimal(90), "valid_on": DAY}
    with pytest.raises(OverrideNeedsReason):
        override_rate(base="USD", quote="INR", reason=" ", **given)
    row = override_rate(base="USD", quote="INR", reason="agreed", **given)
    assert (row.source, row.is_override, row.reason) == ("override", True, "agreed")
    for base, quote in (("USD", "INR"), ("INR", "USD")):
        with pytest.raises(ExchangeRateThere):
            override_rate(base=base, quote=quote, reason="again", **given)
    with pytest.raises(OverrideNeedsReason):
        update_rate(row=row, values={"reason": ""})


def test_mended_rate_keeps_its_pair_and_its_history():
    row = rate("USD", "INR", "84")
    mended = update_rate(
        row=row, values={"rate": Decimal("84.5"), "base": "EUR", "source": "x"}, expected_version=1
    )
    assert (mended.rate, mended.base, mended.source, mended.version) == (
        Decimal("84.5"),
        "USD",
        "manual",
        2,
    )
    changes = Event.objects.get(type="exchange_rate.updated").data["changes"]
    assert list(changes) == ["rate"]


def test_removed_rate_is_told():
    row = rate("USD", "INR", "84")
    remove_record(row=row, expected_version=1)
    assert not ExchangeRate.objects.exists()
    assert Event.objects.filter(type="exchange_rate.removed").count() == 1


# What the database keeps

ROW = {
    "base": "USD",
    "quote": "INR",
    "rate": "84",
    "valid_on": "2026-04-10",
    "source": "manual",
    "is_override": False,
    "reason": "",
}


def insert(**changed):
    values = ROW | changed
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO commodities_exchangerate ({', '.join(values)}, created_at, updated_at)"
            f" VALUES ({', '.join(['%s'] * len(values))}, now(), now())",
            list(values.values()),
        )


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"rate": "0"}, "commodities_rate_positive"),
        ({"rate": "-1"}, "commodities_rate_positive"),
        ({"quote": "USD"}, "commodities_rate_of_two"),
        ({"base": "usd"}, "commodities_rate_codes"),
        ({"quote": "IN"}, "commodities_rate_codes"),
        ({"valid_on": "1989-12-31"}, "commodities_rate_day"),
        ({"is_override": True}, "commodities_rate_override_says_why"),
        (
            {"is_override": True, "source": "override"},
            "commodities_rate_override_says_why",
        ),
        ({"source": "Override"}, "commodities_rate_override_says_why"),
        ({"source": ""}, "commodities_rate_override_says_why"),
        ({"rate": "1000000000000"}, "numeric field overflow"),
    ],
)
def test_database_refuses_what_cannot_be(changed, rule):
    with pytest.raises(DatabaseError, match=rule):
        insert(**changed)


def test_database_keeps_one_rate_a_source_and_one_override_a_day():
    insert()
    with pytest.raises(DatabaseError, match="key"):
        insert(source="MANUAL")
    override = {"is_override": True, "source": "override", "reason": "r"}
    insert(**override)
    with pytest.raises(DatabaseError, match="commodities_rate_one_override"):
        insert(**override, base="INR", quote="USD")
    assert ExchangeRate.objects.get(is_override=False).key == "USD/INR 20260410 MANUAL"
