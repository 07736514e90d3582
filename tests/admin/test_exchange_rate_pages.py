"""The pages of exchange rates, and the page that works prices out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from config.admin_site.site import time_zone_of
from settings_modules.commodities.models import ExchangeRate
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.factories.exchange_rates import make_rate, make_weights

pytestmark = pytest.mark.django_db

PLACE = "/admin/commodities/exchangerate/"
CALCULATOR = f"{PLACE}calculator/"


@pytest.fixture(autouse=True)
def _day_of_the_pages(boss):
    """Pages count days where the person is."""
    with timezone.override(time_zone_of(boss)):
        yield


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_list_marks_what_is_old_and_what_goes_before(boss_client):
    today = timezone.localdate()
    make_rate(rate="84.250000000000")
    make_rate(rate="83", valid_on=today - timedelta(days=8))
    row = make_rate("EUR", "INR", "91.8")
    ExchangeRate.objects.filter(pk=row.pk).update(is_override=True, source="override", reason="r")
    page = text_of(boss_client, PLACE)
    for shown in ("USD/INR", "84.25<", "too old to be used today", "goes before others", "fresh"):
        assert shown in page
    assert "8 days" in page
    narrowed = text_of(boss_client, f"{PLACE}?currency=EUR")
    assert "EUR/INR" in narrowed
    assert "USD/INR" not in narrowed


def test_rate_is_entered_and_mended(boss, boss_client):
    sent = {"base": "USD", "quote": "INR", "rate": "84.25", "valid_on": "2026-04-01"}
    answer = boss_client.post(f"{PLACE}add/", sent)
    assert answer.status_code == 302
    row = ExchangeRate.objects.get()
    assert (row.rate, row.source, row.entered_by) == (Decimal("84.25"), "manual", boss)
    page = f"{PLACE}{row.pk}/change/"
    inputs = opened(boss_client, page, "exchangerate_form") | {"rate": "84.5", "base": "EUR"}
    assert boss_client.post(page, inputs).status_code == 302
    row.refresh_from_db()
    assert (row.rate, row.base) == (Decimal("84.5"), "USD")


def test_what_the_service_refuses_is_told_on_its_field(boss_client):
    sent = {
        "base": "USD",
        "quote": "INR",
        "rate": "84.25",
        "valid_on": "2026-04-01",
        "is_override": "on",
    }
    page = boss_client.post(f"{PLACE}add/", sent).content.decode()
    assert "Say why this rate goes before the others of its day." in page
    assert not ExchangeRate.objects.exists()


def test_another_rate_is_put_before_with_a_reason(boss_client):
    row = make_rate()
    page = f"{PLACE}{row.pk}/override/"
    assert "84.25" in text_of(boss_client, page)
    refused = boss_client.post(page, {"_confirm": "yes", "rate": "90", "reason": ""})
    assert refused.status_code == 200
    answer = boss_client.post(page, {"_confirm": "yes", "rate": "90", "reason": "agreed"})
    assert answer.status_code == 302
    made = ExchangeRate.objects.get(is_override=True)
    assert (made.base, made.quote, made.rate, made.valid_on, made.reason) == (
        "USD",
        "INR",
        Decimal(90),
        row.valid_on,
        "agreed",
    )
    again = boss_client.post(page, {"_confirm": "yes", "rate": "91", "reason": "again"})
    assert "is here already" in again.content.decode()
    assert f"{row.pk}/override" in text_of(boss_client, f"{PLACE}{row.pk}/change/")
    assert f"{made.pk}/override" not in text_of(boss_client, f"{PLACE}{made.pk}/change/")


def test_calculator_shows_every_currency_with_its_way(boss_client):
    make_weights()
    make_rate("USD", "INR", "80", timezone.localdate() - timedelta(days=2))
    make_rate("EUR", "USD", "1.25", source="ecb")
    page = text_of(boss_client, f"{CALCULATOR}?amount=2&base=USD&unit=KG&to_unit=MT")
    for shown in ("160,000", "1,600", "90.72", "US cents per pound", "1 / EUR/USD 1.25 (ecb"):
        assert shown in page
    assert "2 days old" in page


def test_calculator_says_why_there_is_no_price(boss_client):
    page = text_of(boss_client, f"{CALCULATOR}?amount=2&base=USD&quote=INR")
    assert "No rate from USD to INR is known" in page
    make_rate("USD", "INR", "80", timezone.localdate() - timedelta(days=9))
    page = text_of(boss_client, f"{CALCULATOR}?amount=2&base=USD&quote=INR")
    assert "more than 7 days before" in page


def test_calculator_refuses_units_that_do_not_fit(boss_client):
    page = text_of(boss_client, f"{CALCULATOR}?amount=two&base=USD")
    assert "Enter a number." in page
    page = text_of(boss_client, f"{CALCULATOR}?amount=2&base=USD&unit=STONE")
    assert "Select a valid choice." in page


def test_calculator_is_for_who_may_view_rates(boss_client):
    assert sign_in(make_staff()).get(CALCULATOR).status_code == 403
    viewer = sign_in(make_staff("commodities.view_exchangerate"))
    assert viewer.get(CALCULATOR).status_code == 200
    assert "Price calculator" in text_of(viewer, PLACE)
    assert "currency_exchange" in text_of(boss_client, "/admin/")
