"""Places and searches as the doors tell of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from settings_modules.locations.places.derivation import derived_values
from settings_modules.locations.places.port import PlaceDetails
from settings_modules.locations.places.searching import PlacesFound


def described_search(found: PlacesFound) -> dict[str, Any]:
    """{provider, state, items: [{place_id, description}]}."""
    items = [asdict(suggestion) for suggestion in found.suggestions]
    return {"provider": found.provider, "state": found.state, "items": items}


def described_place(provider: str, place: PlaceDetails) -> dict[str, Any]:
    """The place with region, time zone and state code as a location there would have them."""
    known = asdict(place)
    following = derived_values(known)
    if known["timezone"]:
        following.pop("timezone")
    return {"provider": provider, **known, **following}
