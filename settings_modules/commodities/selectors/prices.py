"""Prices of a unit in other currencies and of other units, worked out exactly, rounded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q

from core.errors import DomainError
from settings_modules.commodities.exact_numbers import rounded
from settings_modules.commodities.exchange.currencies import decimals_of
from settings_modules.commodities.exchange.errors import PriceUnitsDiffer, PriceUnitUnknown
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.exchange_rates import (
    FoundRate,
    find_rate,
    find_rates,
)

DOLLAR = "USD"
POUND = "POUND"
KILOGRAM = "KG"
#: As exchanges write US cents, which are quoted with two decimals.
CENTS = "USX"
CENT_PLACES = 2


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of a currency for one `unit`, "" for a plain amount; `rate` is how it was reached,
    and `factor` how many of the unit it was given for make one of `unit`."""

    amount: Decimal
    currency: str
    unit: str
    rate: FoundRate
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Prices:
    """The price in each currency asked for, and why there is none in the others."""

    found: list[Price]
    refused: dict[str, DomainError]


@dataclass(frozen=True, slots=True)
class UnitStep:
    """The units of a price before and after, by their codes; one of the second is `factor` of the
    first."""

    before: str
    after: str
    factor: Fraction


_NO_UNITS = UnitStep("", "", Fraction(1))


def unit_step(before: str, after: str) -> UnitStep:
    """From one unit to another, each by its code or another word for it; two queries.

    Without a second unit the first stays. Raises PriceUnitUnknown, PriceUnitsDiffer.
    """
    if not before and not after:
        return _NO_UNITS
    words = [word.strip() for word in (before or after, after or before)]
    names = [word.upper() for word in words]
    spelled = Q()
    for word in names:
        spelled |= Q(code__iexact=word) | Q(aliases__alias__iexact=word)
    units = Unit.objects.filter(spelled, is_active=True).distinct().prefetch_related("aliases")
    by_word: dict[str, Unit] = {}
    for unit in units:
        for alias in unit.aliases.all():
            by_word.setdefault(alias.alias.upper(), unit)
    # A code goes before another unit's alias.
    by_word |= {unit.code.upper(): unit for unit in units}
    for word, name, field in zip(words, names, ("unit", "to_unit"), strict=True):
        if name not in by_word:
            raise PriceUnitUnknown(field=field, unit=word[:30])
    first, second = (by_word[name] for name in names)
    if (first.dimension, first.base) != (second.dimension, second.base):
        raise PriceUnitsDiffer(field="to_unit", unit=first.code, other=second.code)
    return UnitStep(first.code, second.code, Fraction(second.factor) / Fraction(first.factor))


def convert_price(
    *,
    amount: Decimal,
    base: str,
    quote: str,
    on: date | None = None,
    unit: str = "",
    to_unit: str = "",
    places: int | None = None,
) -> Price:
    """The price of `amount` in another currency, and of another unit when two are given.

    Rounded half up, once, to `places` decimals, without it to those of the currency. Raises what
    `find_rate` and `unit_step` raise.
    """
    step = unit_step(unit, to_unit)
    return _price(amount, find_rate(base=base, quote=quote, on=on), step, places)


def price_in_currencies(
    *,
    amount: Decimal,
    base: str,
    quotes: Iterable[str],
    on: date | None = None,
    unit: str = "",
    to_unit: str = "",
    places: int | None = None,
) -> Prices:
    """As `convert_price` for many currencies, whose rates are read by one query.

    A currency without a rate is among the refused; the others are answered.
    """
    step = unit_step(unit, to_unit)
    rates = find_rates(base=base, quotes=quotes, on=on)
    found = [_price(amount, rate, step, places) for rate in rates.found.values()]
    return Prices(found, rates.refused)


def cents_per_pound(
    *, price: Decimal, currency: str = DOLLAR, unit: str = KILOGRAM, on: date | None = None
) -> Price:
    """A price per `unit` as US cents per pound, with two decimals. Raises as `convert_price`."""
    step = unit_step(unit, POUND)
    rate = find_rate(base=currency, quote=DOLLAR, on=on)
    cents = Fraction(price) * rate.factor * step.factor * 100
    return Price(rounded(cents, CENT_PLACES), CENTS, step.after, rate, step.factor)


def price_of_cents_per_pound(
    *,
    cents: Decimal,
    currency: str = DOLLAR,
    unit: str = KILOGRAM,
    on: date | None = None,
    places: int | None = None,
) -> Price:
    """US cents per pound as a price per `unit`. Raises as `convert_price`."""
    step = unit_step(POUND, unit)
    rate = find_rate(base=DOLLAR, quote=currency, on=on)
    return _price(Fraction(cents) / 100, rate, step, places)


def _price(
    amount: Decimal | Fraction, rate: FoundRate, step: UnitStep, places: int | None
) -> Price:
    value = Fraction(amount) * rate.factor * step.factor
    kept = decimals_of(rate.quote) if places is None else places
    return Price(rounded(value, kept), rate.quote, step.after, rate, step.factor)
