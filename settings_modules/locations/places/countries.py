"""Countries by their ISO letters, and the time zones of each, from the time zone database."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def _table(name: str) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def country_names() -> dict[str, str]:
    """ISO letters to the English name."""
    return {code: name for code, name, *_ in _table("iso3166.tab")}


@cache
def _zones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, _coordinates, zone, *_comment in _table("zone.tab"):
        found[code].append(zone)
    return dict(found)


@cache
def _all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def only_time_zone(country: str) -> str:
    """The country's time zone when it has just one, else ""."""
    zones = _zones().get(country, [])
    return zones[0] if len(zones) == 1 else ""


def validate_country(value: str) -> None:
    """Raise ValidationError unless these are a country's ISO letters."""
    if value.upper() not in country_names():
        raise ValidationError(
            _("“%(value)s” is no ISO code of a country."),
            code="invalid_choice",
            params={"value": value},
        )


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless the time zone database has this name."""
    if value not in _all_zones():
        raise ValidationError(
            _("“%(value)s” is no time zone such as Asia/Baghdad."),
            code="invalid_choice",
            params={"value": value},
        )
