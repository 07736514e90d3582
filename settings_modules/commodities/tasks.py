"""What commodities do by the clock."""

from __future__ import annotations

from celery import shared_task

from settings_modules.commodities.services import exchange_rates


@shared_task(name="commodities.fetch_exchange_rates")
def fetch_exchange_rates() -> int:
    """Ask the providers of exchange rates, if any; how many rates are new or corrected."""
    fetched = exchange_rates.fetch_rates()
    return sum(each.added + each.changed for each in fetched.stored)
