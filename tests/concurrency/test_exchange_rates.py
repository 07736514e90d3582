"""Two workers with the rates of the same day, on connections of their own."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

from django.db import IntegrityError

from core.events.models import Event
from settings_modules.commodities.exchange.port import DayRates
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.services import exchange_rates
from settings_modules.commodities.services.exchange_rates import StoredDays, store_days
from tests.concurrency.threads import run_together

DAY = DayRates(date(2026, 4, 1), "EUR", {"USD": Decimal("1.08"), "INR": Decimal("91.8")})


def store_twice():
    return run_together(lambda day: store_days(source="ecb", days=[day]), [DAY, DAY])


def test_same_day_from_two_workers_is_stored_once(committed_db, storm):
    for _ in range(20 if storm else 4):
        outcomes = store_twice()
        assert sorted(outcomes, key=lambda each: each.added) == [
            StoredDays("ecb", 0, 0),
            StoredDays("ecb", 2, 0),
        ]
        assert ExchangeRate.objects.count() == 2
        ExchangeRate.objects.all().delete()


def test_without_waiting_for_the_other_one_worker_fails(committed_db, monkeypatch):
    """What the lock spares: the index refuses the second worker's whole day."""
    reached = threading.Barrier(2)
    known = exchange_rates._known

    def know_together(source, day):
        reached.wait(timeout=10)
        return known(source, day)

    monkeypatch.setattr(exchange_rates, "_wait_for_others", lambda source: None)
    monkeypatch.setattr(exchange_rates, "_known", know_together)
    failed = [each for each in store_twice() if isinstance(each, Exception)]
    assert [type(each) for each in failed] == [IntegrityError]
    assert ExchangeRate.objects.count() == 2
    assert Event.objects.filter(type="exchange_rate.fetched").count() == 1
