"""The port to providers of place searches: what they are asked and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

#: Fields of a location that a provider fills in.
PLACE_FIELDS = (
    *("name_en", "name_ar", "address", "address_line1", "city", "district"),
    *("state", "state_code", "pincode", "country", "latitude", "longitude", "timezone"),
)


@dataclass(frozen=True, slots=True)
class PlaceSuggestion:
    """A place that may be meant: its id at the provider, and a line that tells it from others."""

    place_id: str
    description: str


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """A place in full. What the provider does not know is ""; coordinates are both there or None.

    `country` is the ISO code, `latitude` and `longitude` decimal degrees of six places.
    """

    place_id: str
    name_en: str
    name_ar: str = ""
    address: str = ""
    address_line1: str = ""
    city: str = ""
    district: str = ""
    state: str = ""
    state_code: str = ""
    pincode: str = ""
    country: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    timezone: str = ""

    def location_values(self) -> dict[str, Any]:
        """The values of a location at this place."""
        return {name: getattr(self, name) for name in PLACE_FIELDS}


class PlaceProvider(Protocol):
    """A source of places.

    Both calls raise PlaceQuotaSpent, PlaceSearchUnavailable and PlaceSearchNotConfigured: no
    match is an answer, a failure never looks like one.
    """

    name: str

    def search(
        self, text: str, *, country: str, language: str, limit: int
    ) -> list[PlaceSuggestion]:
        """Places that may be meant by `text`, likeliest first; in one country when given."""

    def details(self, place_id: str) -> PlaceDetails:
        """The place. Raises PlaceUnknown."""


def degrees(value: object) -> Decimal:
    """Decimal degrees as locations keep them. Raises ValueError for what is no number."""
    try:
        found = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"{value!r} are no degrees") from error
    if not found.is_finite():
        raise ValueError(f"{value!r} are no degrees")
    return found.quantize(Decimal("0.000001"))
