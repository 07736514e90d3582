"""The reference rates of the European Central Bank: what a euro is worth, each working day.

One file, open to everybody: `Cube[@time]` is a day, the cubes in it have `currency` and `rate`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import ParseError

import structlog
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings

from core.errors import Retryable
from core.http import NoReply, NotSent, outbound_client, retry_reads
from settings_modules.commodities.exchange.errors import (
    ExchangeRatesUnavailable,
    ExchangeRatesUnreadable,
)
from settings_modules.commodities.exchange.port import DayRates

log = structlog.get_logger(__name__)

NAME = "ecb"
_BASE = "EUR"
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
_TRIES = 3
_RETRY_SECONDS = 600
#: The file of one day has some 30 currencies.
_MOST_BYTES = 1024 * 1024
_HIGHEST = Decimal(10) ** 12
_SMALLEST = Decimal(10) ** -12


class _Passing(Retryable):
    """The bank's server says that it may work the next time."""


class EcbRates:
    """The provider of the euro's reference rates."""

    name = NAME

    def __init__(self, *, url: str) -> None:
        self._url = url

    def latest(self) -> list[DayRates]:
        """The days of the file, the daily one's only day."""
        try:
            content = retry_reads(self._ask, attempts=_TRIES)
        except (NoReply, NotSent, _Passing) as error:
            log.warning("ecb_rates_failed", reason=str(error))
            raise ExchangeRatesUnavailable(provider=NAME, retry_after=_RETRY_SECONDS) from error
        return days_in(content)

    def _ask(self) -> bytes:
        client = outbound_client(
            name=NAME,
            timeout_seconds=settings.ECB_RATES_TIMEOUT_SECONDS,
            most_content=_MOST_BYTES,
        )
        reply = client.send("GET", self._url, headers={"Accept": "application/xml, text/xml"})
        if reply.status == 429 or reply.status >= 500:
            raise _Passing(f"HTTP {reply.status}")
        if reply.status != 200:
            log.error("ecb_rates_not_there", status=reply.status)
            raise ExchangeRatesUnavailable(provider=NAME, retry_after=_RETRY_SECONDS)
        return reply.content


def days_in(content: bytes) -> list[DayRates]:
    """The days of the file. Raises ExchangeRatesUnreadable for anything but a table of rates."""
    try:
        root = fromstring(content, forbid_dtd=True)
        days = [_day(cube) for cube in root.iter(_CUBE) if "time" in cube.attrib]
    except (ParseError, DefusedXmlException, KeyError, ValueError) as error:
        log.error("ecb_rates_not_understood", reason=repr(error)[:200])
        raise ExchangeRatesUnreadable(provider=NAME) from error
    if not days:
        log.error("ecb_rates_not_understood", reason="no day in the file")
        raise ExchangeRatesUnreadable(provider=NAME)
    return days


def _day(cube: Any) -> DayRates:
    rates: dict[str, Decimal] = {}
    for each in cube.iter(_CUBE):
        if "currency" not in each.attrib:
            continue
        currency = each.attrib["currency"]
        if currency in rates:
            raise ValueError(f"{currency} is there twice")
        rates[currency] = _rate(each.attrib["rate"])
    if not rates:
        raise ValueError("a day without rates")
    return DayRates(date.fromisoformat(cube.attrib["time"]), _BASE, rates)


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no rate") from error
    if not rate.is_finite() or not _SMALLEST <= rate < _HIGHEST:
        raise ValueError(f"{text!r} is no rate")
    return rate
