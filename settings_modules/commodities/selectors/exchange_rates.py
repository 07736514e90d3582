"""What one currency is worth in another on a day, and by which stored rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.errors import DomainError
from settings_modules.commodities.exact_numbers import significant, without_trailing_zeros
from settings_modules.commodities.exchange.currencies import known_currency
from settings_modules.commodities.exchange.errors import ExchangeRateMissing, ExchangeRateStale
from settings_modules.commodities.exchange.pivots import pivot_currencies
from settings_modules.commodities.models import ExchangeRate

#: A rate that was worked out is shown with so many digits; amounts are worked out exactly.
SHOWN_DIGITS = 18
Rows = dict[tuple[str, str], ExchangeRate]


@dataclass(frozen=True, slots=True)
class UsedRate:
    """A stored rate on the way; `is_inverse`: one `quote` was turned into 1/rate of `base`."""

    id: int
    base: str
    quote: str
    rate: Decimal
    valid_on: date
    source: str
    is_override: bool
    is_inverse: bool
    age_days: int


@dataclass(frozen=True, slots=True)
class FoundRate:
    """On `on` one `base` is worth exactly `factor` of `quote`; `used` are the stored rates of the
    way, none for a currency to itself; `via` is the currency between, "" without one."""

    base: str
    quote: str
    on: date
    factor: Fraction
    used: tuple[UsedRate, ...] = ()
    via: str = ""

    @property
    def rate(self) -> Decimal:
        """The factor as it is shown: a stored rate as it is stored, else 18 significant digits."""
        if len(self.used) == 1 and not self.used[0].is_inverse:
            return without_trailing_zeros(self.used[0].rate)
        return significant(self.factor, SHOWN_DIGITS)

    @property
    def valid_on(self) -> date:
        """The oldest day among the rates of the way; of a currency to itself the day asked for."""
        return min((each.valid_on for each in self.used), default=self.on)


@dataclass(frozen=True, slots=True)
class FoundRates:
    """What was found for each currency asked for, and why the others were refused."""

    found: dict[str, FoundRate]
    refused: dict[str, DomainError]


def latest_rates() -> QuerySet[ExchangeRate]:
    """The rate in force of each pair, in the direction it was entered: of the latest day the
    override, else the one that was entered last."""
    return ExchangeRate.objects.order_by(
        "base", "quote", "-valid_on", "-is_override", "-id"
    ).distinct("base", "quote")


def age_in_days(row: ExchangeRate, on: date | None = None) -> int:
    """How many days before `on`, today without it, the rate is of; negative after it."""
    return ((on or timezone.localdate()) - row.valid_on).days


def is_stale(row: ExchangeRate, on: date | None = None) -> bool:
    """Whether the rate is too old to be used on that day."""
    return age_in_days(row, on) > settings.EXCHANGE_RATE_MOST_DAYS


def find_rate(*, base: str, quote: str, on: date | None = None) -> FoundRate:
    """The rate from `base` to `quote` on a day, today without one.

    Of the pair, in either direction, the latest day counts, on that day an override, then the pair
    as asked for, then its inverse. A pair without a rate is reached through one currency between,
    tried in the order of `pivot_currencies`. Raises CurrencyUnknown; ExchangeRateMissing;
    ExchangeRateStale when the rates that there are, are too old.
    """
    known_currency(quote, field="quote")
    rates = find_rates(base=base, quotes=[quote], on=on)
    for refusal in rates.refused.values():
        raise refusal
    return next(iter(rates.found.values()))


def find_rates(*, base: str, quotes: Iterable[str], on: date | None = None) -> FoundRates:
    """As `find_rate` for many currencies at once: one query of rates, one more when some are
    refused."""
    day = on or timezone.localdate()
    source = known_currency(base, field="base")
    wanted = list(dict.fromkeys(known_currency(quote, field="quotes") for quote in quotes))
    others = [quote for quote in wanted if quote != source]
    pivots = pivot_currencies() if others else ()
    rows = _rows(source, others, pivots, day, is_fresh=True) if others else {}
    found = {}
    for quote in wanted:
        rate = _way(rows, source, quote, day, pivots)
        if rate is not None:
            found[quote] = rate
    missing = [quote for quote in others if quote not in found]
    return FoundRates(found, _refusals(source, missing, pivots, day) if missing else {})


def _rows(
    base: str, quotes: list[str], pivots: tuple[str, ...], day: date, *, is_fresh: bool
) -> Rows:
    """The rate in force on that day of every pair that a way may use, by pair as stored."""
    ends, hubs = {base, *quotes, *pivots}, {base, *pivots}
    rows = latest_rates().filter(
        Q(base__in=hubs, quote__in=ends) | Q(base__in=ends, quote__in=hubs), valid_on__lte=day
    )
    if is_fresh:
        most = settings.EXCHANGE_RATE_MOST_DAYS
        first = day - timedelta(days=most) if day.toordinal() > most else date.min
        rows = rows.filter(valid_on__gte=first)
    return {(row.base, row.quote): row for row in rows}


def _leg(rows: Rows, base: str, quote: str) -> tuple[ExchangeRate, bool] | None:
    """The rate to use between two currencies, and whether it has to be turned round."""
    known = [
        (row, is_inverse)
        for row, is_inverse in (
            (rows.get((base, quote)), False),
            (rows.get((quote, base)), True),
        )
        if row is not None
    ]
    return max(
        known,
        key=lambda leg: (leg[0].valid_on, leg[0].is_override, not leg[1]),
        default=None,
    )


def _way(rows: Rows, base: str, quote: str, day: date, pivots: tuple[str, ...]) -> FoundRate | None:
    """The pair's own rate, else the first way through one currency; None when there is none."""
    if base == quote:
        return FoundRate(base, quote, day, Fraction(1))
    direct = _leg(rows, base, quote)
    if direct is not None:
        return _found(base, quote, day, [direct])
    for pivot in pivots:
        if pivot in {base, quote}:
            continue
        first, second = _leg(rows, base, pivot), _leg(rows, pivot, quote)
        if first is not None and second is not None:
            return _found(base, quote, day, [first, second], pivot)
    return None


def _found(
    base: str, quote: str, day: date, legs: list[tuple[ExchangeRate, bool]], via: str = ""
) -> FoundRate:
    factor = Fraction(1)
    used = []
    for row, is_inverse in legs:
        factor *= 1 / Fraction(row.rate) if is_inverse else Fraction(row.rate)
        used.append(
            UsedRate(
                id=row.pk,
                base=row.base,
                quote=row.quote,
                rate=without_trailing_zeros(row.rate),
                valid_on=row.valid_on,
                source=row.source,
                is_override=row.is_override,
                is_inverse=is_inverse,
                age_days=age_in_days(row, day),
            )
        )
    return FoundRate(base, quote, day, factor, tuple(used), via)


def _refusals(
    base: str, quotes: list[str], pivots: tuple[str, ...], day: date
) -> dict[str, DomainError]:
    """Why there is no rate to each: too old, with the day of the latest way, or not there."""
    rows = _rows(base, quotes, pivots, day, is_fresh=False)
    refused: dict[str, DomainError] = {}
    for quote in quotes:
        ways = [_way(rows, base, quote, day, ())]
        ways += [_way(rows, base, quote, day, (pivot,)) for pivot in pivots]
        days = [way.valid_on for way in ways if way is not None]
        told: dict[str, Any] = {"base": base, "quote": quote, "day": day.isoformat()}
        if not days:
            refused[quote] = ExchangeRateMissing(field="quote", **told)
            continue
        most = settings.EXCHANGE_RATE_MOST_DAYS
        latest = max(days).isoformat()
        refusal = ExchangeRateStale(field="quote", latest=latest, most=most, **told)
        refusal.extra = {"valid_on": latest, "most_days": most}
        refused[quote] = refusal
    return refused
