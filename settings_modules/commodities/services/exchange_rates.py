"""Entering exchange rates: by people, one at a time, and by providers, a day at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import structlog
from django.db import connection
from django.utils import timezone

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.errors import DomainError
from core.events.services import in_unit_of_work, queue_event
from core.identity.powers import acting_user_key
from core.iso_codes import CURRENCIES
from settings_modules.commodities.exact_numbers import rounded
from settings_modules.commodities.exchange.currencies import known_currency
from settings_modules.commodities.exchange.errors import (
    CurrenciesEqual,
    ExchangeRateDayWrong,
    ExchangeRateThere,
    OverrideNeedsReason,
    RateSourceReserved,
)
from settings_modules.commodities.exchange.port import DayRates
from settings_modules.commodities.exchange.registry import rate_providers
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.models.exchange_rates import FIRST_DAY, OVERRIDE_SOURCE

log = structlog.get_logger(__name__)

#: What people may edit later; the pair, the day and the source stay.
EDITABLE_FIELDS = ("rate", "reason")
MANUAL_SOURCE = "manual"
RATE_PLACES = 12
#: Events of a provider's days have streams of their own: a row of a provider has none.
SOURCE_STREAM = "exchange_rate_source"


@dataclass(frozen=True, slots=True)
class StoredDays:
    """How many rates of a provider are new, how many it has corrected since."""

    source: str
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of asking every provider: what was stored, and who refused with which code."""

    stored: list[StoredDays]
    refused: dict[str, str]


@in_unit_of_work
def enter_rate(
    *,
    base: str,
    quote: str,
    rate: Decimal,
    valid_on: date,
    source: str = MANUAL_SOURCE,
    reason: str = "",
) -> ExchangeRate:
    """The rate of a pair on a day, as the source has it; emits `exchange_rate.created`.

    Raises CurrencyUnknown, CurrenciesEqual, ExchangeRateDayWrong, ExchangeRateThere,
    RateSourceReserved, ValidationError.
    """
    if source.strip().lower() == OVERRIDE_SOURCE:
        raise RateSourceReserved(field="source", source=OVERRIDE_SOURCE)
    row = _new_row(base, quote, valid_on)
    row.rate, row.source, row.reason = rate, source.strip() or MANUAL_SOURCE, reason.strip()
    same = ExchangeRate.objects.filter(
        base=row.base, quote=row.quote, valid_on=valid_on, source__iexact=row.source
    )
    _refuse_second(same.first())
    return create_and_tell(row=row)


@in_unit_of_work
def override_rate(
    *, base: str, quote: str, rate: Decimal, valid_on: date, reason: str
) -> ExchangeRate:
    """The rate that goes before all others of the pair on that day, whichever way round they were
    entered; emits `exchange_rate.created`.

    Raises OverrideNeedsReason; ExchangeRateThere when the day has one already, which can be
    changed; otherwise as `enter_rate`.
    """
    if not reason.strip():
        raise OverrideNeedsReason(field="reason")
    row = _new_row(base, quote, valid_on)
    row.rate, row.reason = rate, reason.strip()
    row.source, row.is_override = OVERRIDE_SOURCE, True
    pair = [row.base, row.quote]
    same = ExchangeRate.objects.filter(
        base__in=pair, quote__in=pair, valid_on=valid_on, is_override=True
    )
    _refuse_second(same.first())
    return create_and_tell(row=row)


def add_rate(*, values: Mapping[str, Any]) -> ExchangeRate:
    """`override_rate` for values with `is_override`, else `enter_rate`."""
    given = {name: values[name] for name in ("base", "quote", "rate", "valid_on")}
    reason = values.get("reason") or ""
    if values.get("is_override"):
        return override_rate(**given, reason=reason)
    return enter_rate(**given, source=values.get("source") or "", reason=reason)


@in_unit_of_work
def update_rate(
    *, row: ExchangeRate, values: Mapping[str, Any], expected_version: int | None = None
) -> ExchangeRate:
    """The rate with another figure or reason; emits `exchange_rate.updated`.

    Raises OverrideNeedsReason, StaleVersion, ValidationError.
    """
    given = editable(values, EDITABLE_FIELDS)
    if "reason" in given:
        given["reason"] = (given["reason"] or "").strip()
    stored = lock_row(row, expected_version=expected_version)
    if stored.is_override and not given.get("reason", stored.reason):
        raise OverrideNeedsReason(field="reason")
    return update_and_tell(row=stored, values=given)


@in_unit_of_work
def store_days(*, source: str, days: Sequence[DayRates]) -> StoredDays:
    """The days as the provider has them: what is new is added, what it has corrected is changed,
    and the rest left alone; emits one `exchange_rate.fetched` when something was written.

    Currencies that are no longer, or not yet, known by ISO are left out and logged.
    """
    _wait_for_others(source)
    added: list[ExchangeRate] = []
    changed: list[ExchangeRate] = []
    for day in days:
        new, corrected = _differing(source, day)
        added += new
        changed += corrected
    ExchangeRate.objects.bulk_create(added)
    ExchangeRate.objects.bulk_update(changed, ["rate", "updated_at"])
    if added or changed:
        queue_event(
            stream_type=SOURCE_STREAM,
            stream_id=source,
            type="exchange_rate.fetched",
            data={
                "source": source,
                "days": sorted({row.valid_on.isoformat() for row in (*added, *changed)}),
                "added": len(added),
                "changed": len(changed),
            },
        )
    return StoredDays(source, len(added), len(changed))


def fetch_rates() -> Fetched:
    """Ask every registered provider, and store what it tells, each in a transaction of its own.

    One that refuses keeps no other from being asked; its code is logged and told.
    """
    stored, refused = [], {}
    for provider in rate_providers():
        try:
            days = provider.latest()
            stored.append(store_days(source=provider.name, days=days))
        except DomainError as error:
            log.warning("exchange_rates_not_fetched", provider=provider.name, code=error.code)
            refused[provider.name] = error.code
    return Fetched(stored, refused)


def _new_row(base: str, quote: str, valid_on: date) -> ExchangeRate:
    first, second = known_currency(base, field="base"), known_currency(quote, field="quote")
    if first == second:
        raise CurrenciesEqual(field="quote", currency=first)
    if not FIRST_DAY <= valid_on <= timezone.localdate() + timedelta(days=1):
        raise ExchangeRateDayWrong(field="valid_on")
    return ExchangeRate(
        base=first, quote=second, valid_on=valid_on, entered_by_id=acting_user_key()
    )


def _refuse_second(there: ExchangeRate | None) -> None:
    if there is not None:
        refusal = ExchangeRateThere(field="valid_on", rate=str(there))
        refusal.extra = {"id": there.pk}
        raise refusal


def _differing(source: str, day: DayRates) -> tuple[list[ExchangeRate], list[ExchangeRate]]:
    """The rates of the day that are not stored yet, and the stored ones with their new figure."""
    rows = ExchangeRate.objects.filter(base=day.base, valid_on=day.valid_on, source=source)
    stored = {row.quote: row for row in rows}
    added, changed = [], []
    for quote, rate in _known(source, day).items():
        row = stored.get(quote)
        if row is None:
            added.append(
                ExchangeRate(
                    base=day.base, quote=quote, rate=rate, valid_on=day.valid_on, source=source
                )
            )
        elif row.rate != rate:
            row.rate, row.updated_at = rate, timezone.now()
            changed.append(row)
    return added, changed


def _known(source: str, day: DayRates) -> dict[str, Decimal]:
    """The rates that can be stored, in the decimals that are."""
    unknown = sorted(set(day.rates) - CURRENCIES)
    if unknown:
        log.info("exchange_rates_left_out", provider=source, currencies=unknown)
    return {
        quote: rounded(Fraction(rate), RATE_PLACES)
        for quote, rate in sorted(day.rates.items())
        if quote in CURRENCIES and quote != day.base
    }


def _wait_for_others(source: str) -> None:
    """Two workers with the same day come one after the other: the second finds it stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"commodities.rates {source}"]
        )
