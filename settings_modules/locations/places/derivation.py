"""What follows from where a place is: its region, its time zone, its state's code of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tzfpy

from core.indian_states import IndianState, find_state
from settings_modules.locations.enums import Region
from settings_modules.locations.places.countries import only_time_zone

INDIA = "IN"
#: Zones of the open sea: a quay that the map leaves in the water belongs to its country.
_AT_SEA = "Etc/"


def region_of(state_code: str, *, state: str = "", country: str = "") -> str:
    """The part of India that the state is in, by its letters or else its name; UNKNOWN abroad."""
    found = _indian_state(state_code, state, country)
    return found.region if found is not None else Region.UNKNOWN.value


def time_zone_of(*, latitude: Any, longitude: Any, country: str = "") -> str:
    """The time zone at the coordinates, else the country's when it has just one, else ""."""
    zone = ""
    if _are_on_earth(latitude, longitude):
        zone = tzfpy.get_tz(float(longitude), float(latitude))
    if not zone or zone.startswith(_AT_SEA):
        zone = only_time_zone(country) or zone
    return zone


def _are_on_earth(latitude: Any, longitude: Any) -> bool:
    if latitude is None or longitude is None:
        return False
    return bool(abs(latitude) <= 90 and abs(longitude) <= 180)


def derived_values(values: Mapping[str, Any]) -> dict[str, str]:
    """`region`, `timezone` and, of an Indian state, `state_code` and `state` of these values.

    `values` has state_code, state, country, latitude and longitude. An older code or name of a
    state becomes today's; what is no state of India is left as it is.
    """
    country = str(values["country"])
    found = _indian_state(str(values["state_code"]), str(values["state"]), country)
    derived = {
        "region": found.region if found is not None else Region.UNKNOWN.value,
        "timezone": time_zone_of(
            latitude=values["latitude"], longitude=values["longitude"], country=country
        ),
    }
    if found is not None and country == INDIA:
        derived |= {"state_code": found.code, "state": found.name}
    return derived


def _indian_state(state_code: str, state: str, country: str) -> IndianState | None:
    if country not in {"", INDIA}:
        return None
    return find_state(state_code) or find_state(state)
