"""Asking for places: one door to all providers, which remembers what was found."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from django.core.cache import cache

from settings_modules.locations.errors import PlaceQueryTooShort
from settings_modules.locations.places.port import PlaceDetails, PlaceSuggestion
from settings_modules.locations.places.registry import provider_named

LEAST_LETTERS = 2
LONGEST_QUERY = 200
MOST_SUGGESTIONS = 8
SUGGESTIONS_KEPT_SECONDS = 24 * 3600
DETAILS_KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """Who was asked and what they know; no suggestions: nothing matches."""

    provider: str
    suggestions: list[PlaceSuggestion]

    @property
    def state(self) -> str:
        """ "found" or "no_match"; every failure is an error of its own."""
        return "found" if self.suggestions else "no_match"


def search_places(
    text: str, *, country: str = "", provider: str = "", language: str = "en"
) -> PlacesFound:
    """At most eight places that may be meant by the beginning of a name.

    `country` is an ISO code, "" for any. Raises PlaceQueryTooShort below two letters,
    PlaceQuotaSpent, PlaceSearchUnavailable, PlaceSearchNotConfigured.
    """
    asked = " ".join(text.split())[:LONGEST_QUERY]
    if len(asked) < LEAST_LETTERS:
        raise PlaceQueryTooShort(field="query", least=LEAST_LETTERS)
    source = provider_named(provider)
    key = _key("search", source.name, country, language, asked.casefold())
    kept = cache.get(key)
    if kept is None:
        found = source.search(asked, country=country, language=language, limit=MOST_SUGGESTIONS)
        kept = [asdict(suggestion) for suggestion in found]
        cache.set(key, kept, SUGGESTIONS_KEPT_SECONDS)
    return PlacesFound(source.name, [PlaceSuggestion(**each) for each in kept])


def place_details(place_id: str, *, provider: str = "") -> PlaceDetails:
    """The place in full.

    Raises PlaceUnknown, PlaceQuotaSpent, PlaceSearchUnavailable, PlaceSearchNotConfigured.
    """
    source = provider_named(provider)
    key = _key("details", source.name, place_id)
    kept = cache.get(key)
    if kept is None:
        kept = asdict(source.details(place_id))
        cache.set(key, kept, DETAILS_KEPT_SECONDS)
    return PlaceDetails(**kept)


def _key(*parts: str) -> str:
    return "places:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
