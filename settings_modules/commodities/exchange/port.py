"""The port to providers of exchange rates: what they are asked and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DayRates:
    """What one unit of `base` was worth on a day: ISO code to a rate above zero."""

    valid_on: date
    base: str
    rates: Mapping[str, Decimal]


class RateProvider(Protocol):
    """A source of rates. `name` is the source that its rates are stored with."""

    name: str

    def latest(self) -> list[DayRates]:
        """The newest days that it tells of, at most a few.

        Raises ExchangeRatesUnavailable, ExchangeRatesUnreadable: a failure never looks like a day
        without rates.
        """
