"""What Google Maps answers, as places.

`address_components` is a list of {long_name, short_name, types}; a component may have several
types, and any of them may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from settings_modules.locations.places.port import PlaceDetails, PlaceSuggestion, degrees

Answer = Mapping[str, Any]


def suggestions_in(answer: Answer) -> list[PlaceSuggestion]:
    """The predictions. Raises KeyError, TypeError, ValueError when the answer has another shape."""
    return [
        PlaceSuggestion(place_id=_text(each["place_id"]), description=_text(each["description"]))
        for each in _list(answer["predictions"])
    ]


def place_in(answer: Answer) -> PlaceDetails:
    """The place. Raises KeyError, TypeError, ValueError when the answer has another shape."""
    result = answer["result"]
    parts = _Components(_list(result.get("address_components", [])))
    latitude, longitude = _coordinates(result)
    name = _text(result["name"])
    return PlaceDetails(
        place_id=_text(result["place_id"]),
        name_en=name,
        address=_text(result.get("formatted_address", "")),
        address_line1=" ".join(filter(None, (parts.long("street_number"), parts.long("route")))),
        city=parts.long("locality") or parts.long("administrative_area_level_3"),
        district=parts.long("administrative_area_level_2"),
        state=parts.long("administrative_area_level_1"),
        state_code=parts.short("administrative_area_level_1")[:10],
        pincode=parts.long("postal_code"),
        country=parts.short("country")[:2].upper(),
        latitude=latitude,
        longitude=longitude,
    )


class _Components:
    """The parts of an address by their type."""

    def __init__(self, components: list[Any]) -> None:
        self._by_type: dict[str, Any] = {}
        for component in components:
            for kind in _list(component["types"]):
                self._by_type.setdefault(kind, component)

    def long(self, kind: str) -> str:
        """The part's long name; "" when the address has no such part."""
        return _text(self._by_type[kind].get("long_name", "")) if kind in self._by_type else ""

    def short(self, kind: str) -> str:
        """The part's short name; "" when the address has no such part."""
        return _text(self._by_type[kind].get("short_name", "")) if kind in self._by_type else ""


def _coordinates(result: Answer) -> tuple[Decimal | None, Decimal | None]:
    """Latitude and longitude; None and None when the answer has none: they are never made up."""
    point = (result.get("geometry") or {}).get("location")
    if point is None:
        return None, None
    return degrees(point["lat"]), degrees(point["lng"])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value
