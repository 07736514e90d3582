"""Rates of the European Central Bank, against a stand-in with a file of its shape."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from core.events.models import Event
from settings_modules.commodities.exchange.errors import (
    ExchangeRatesUnavailable,
    ExchangeRatesUnreadable,
)
from settings_modules.commodities.exchange.registry import rate_providers
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.selectors.exchange_rates import find_rate
from settings_modules.commodities.services.exchange_rates import (
    Fetched,
    StoredDays,
    fetch_rates,
)
from settings_modules.commodities.tasks import fetch_exchange_rates
from tests.factories.exchange_rates import make_rate
from tests.integrations.exchange_rates.stand_in import FILE

DAY = date(2024, 1, 2)


def latest():
    (provider,) = rate_providers()
    return provider.latest()


def test_day_is_read_from_the_file(ecb):
    (day,) = latest()
    assert (day.valid_on, day.base) == (DAY, "EUR")
    assert day.rates == {
        "USD": Decimal("1.0956"),
        "JPY": Decimal("155.56"),
        "GBP": Decimal("0.86645"),
        "INR": Decimal("91.2560"),
        "IDR": Decimal("16969.32"),
    }
    assert ecb.asked == ["/eurofxref-daily.xml"]


@pytest.mark.django_db
def test_rates_are_stored_once_and_what_is_corrected_is_changed(ecb):
    assert fetch_rates() == Fetched([StoredDays("ecb", 5, 0)], {})
    assert fetch_exchange_rates() == 0
    ecb.body = FILE.replace(b"91.2560", b"91.3")
    assert fetch_rates() == Fetched([StoredDays("ecb", 0, 1)], {})
    row = ExchangeRate.objects.get(quote="INR")
    assert (row.rate, row.source, row.valid_on, row.version) == (Decimal("91.3"), "ecb", DAY, 2)
    told = [event.data for event in Event.objects.filter(type="exchange_rate.fetched")]
    expected = {"source": "ecb", "days": ["2024-01-02"]}
    assert told == [
        expected | {"added": 5, "changed": 0},
        expected | {"added": 0, "changed": 1},
    ]


@pytest.mark.django_db
def test_stored_rates_answer_for_pairs_without_the_euro(ecb):
    fetch_exchange_rates()
    rate = find_rate(base="USD", quote="INR", on=DAY)
    assert (rate.via, rate.rate) == ("EUR", Decimal("83.2931726907630522"))


@pytest.mark.django_db
def test_what_iso_does_not_know_is_left_out(ecb):
    ecb.body = FILE.replace(b"'JPY'", b"'QQQ'")
    assert fetch_rates() == Fetched([StoredDays("ecb", 4, 0)], {})


@pytest.mark.django_db
def test_more_decimals_than_are_kept_are_rounded_and_no_correction(ecb):
    ecb.body = FILE.replace(b"91.2560", b"91.2560000000005")
    assert fetch_rates() == Fetched([StoredDays("ecb", 5, 0)], {})
    assert ExchangeRate.objects.get(quote="INR").rate == Decimal("91.256000000001")
    assert fetch_rates() == Fetched([StoredDays("ecb", 0, 0)], {})


@pytest.mark.django_db
def test_failure_is_told_by_its_code_and_leaves_what_is_stored(ecb):
    row = make_rate("EUR", "INR", "91", DAY)
    ecb.status = 503
    assert fetch_rates() == Fetched([], {"ecb": "exchange_rates_unavailable"})
    ecb.status, ecb.body = 200, b"<html>"
    assert fetch_rates() == Fetched([], {"ecb": "exchange_rates_unreadable"})
    assert [each.pk for each in ExchangeRate.objects.all()] == [row.pk]


@pytest.mark.django_db
def test_without_a_provider_nothing_is_asked():
    assert rate_providers() == []
    assert fetch_rates() == Fetched([], {})


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_failure_is_tried_again_and_then_told(ecb, status):
    ecb.status = status
    with pytest.raises(ExchangeRatesUnavailable):
        latest()
    assert len(ecb.asked) == 3


@pytest.mark.parametrize("status", [302, 403, 404])
def test_file_that_is_not_there_is_told_at_once(ecb, status):
    ecb.status = status
    with pytest.raises(ExchangeRatesUnavailable):
        latest()
    assert len(ecb.asked) == 1


def test_second_try_may_succeed(ecb):
    ecb.first = [(500, b"oops")]
    assert len(latest()) == 1


def test_answer_that_takes_too_long_is_a_failure(ecb, settings):
    settings.ECB_RATES_TIMEOUT_SECONDS = 0.2
    ecb.delay = 1.0
    with pytest.raises(ExchangeRatesUnavailable):
        latest()


_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<e>&b;</e>"""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"<html></html>",
        b"\xff\xfe\x00",
        _BOMB,
        FILE.replace(b"time='2024-01-02'", b""),
        FILE.replace(b"2024-01-02", b"2024-02-30"),
        FILE.replace(b"'1.0956'", b"'-1.0956'"),
        FILE.replace(b"'1.0956'", b"'0'"),
        FILE.replace(b"'1.0956'", b"'NaN'"),
        FILE.replace(b"'1.0956'", b"'1e13'"),
        FILE.replace(b"'1.0956'", b"''"),
        FILE.replace(b" rate='1.0956'", b""),
        FILE.replace(b"'JPY'", b"'USD'"),
        FILE[: len(FILE) // 2],
    ],
)
def test_file_of_another_shape_is_a_failure(ecb, body):
    ecb.body = body
    with pytest.raises(ExchangeRatesUnreadable):
        latest()


def _registered(**variables: str) -> str:
    program = (
        "import django; django.setup();"
        "from settings_modules.commodities.exchange.registry import rate_providers;"
        "print([each.name for each in rate_providers()])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | variables
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_bank_is_asked_exactly_where_it_is_switched_on():
    assert _registered() == "[]"
    assert _registered(TRADEPOST_ECB_RATES="true") == "['ecb']"
