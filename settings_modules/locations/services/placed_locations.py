"""Locations at places that a provider knows: one place is one location."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from core.editing.services import editable
from core.events.services import in_unit_of_work
from settings_modules.locations.errors import LocationSwitchedOff
from settings_modules.locations.models import Location
from settings_modules.locations.places.registry import provider_named
from settings_modules.locations.places.searching import place_details
from settings_modules.locations.selectors.locations import location_of_place
from settings_modules.locations.services.locations import (
    EDITABLE_FIELDS,
    restore_location,
    store_location,
)


class Outcome(StrEnum):
    """What became of the wish for a location."""

    CREATED = "created"
    EXISTING = "existing"
    REACTIVATED = "reactivated"


@dataclass(frozen=True, slots=True)
class PlacedLocation:
    """The location at the place, and whether it is new."""

    location: Location
    outcome: Outcome


@in_unit_of_work
def create_location_at_place(
    *,
    place_id: str,
    provider: str = "",
    values: Mapping[str, Any] | None = None,
    reactivate: bool = False,
    confirm_similar: bool = False,
) -> PlacedLocation:
    """The location at the provider's place: a new one with the provider's address, or the one that
    is there, unchanged.

    `values` go before the provider's on a new location and are not looked at otherwise. One that is
    switched off is switched on with `reactivate`. Emits `location.created`, or `location.updated`
    for one switched on. Raises LocationSwitchedOff, SimilarLocation unless `confirm_similar`, what
    the provider raises, ValidationError.
    """
    source = provider_named(provider).name
    _wait_for_others(source, place_id)
    there = location_of_place(provider=source, place_id=place_id)
    if there is not None and there.is_active:
        return PlacedLocation(there, Outcome.EXISTING)
    if there is not None:
        if not reactivate:
            refusal = LocationSwitchedOff(field="reactivate", name=str(there))
            refusal.extra = {"location": there.pk}
            raise refusal
        return PlacedLocation(restore_location(location=there), Outcome.REACTIVATED)
    given = {
        name: value
        for name, value in editable(values or {}, EDITABLE_FIELDS).items()
        if value not in (None, "", {})
    }
    place = place_details(place_id, provider=source)
    location = store_location(
        row=Location(place_provider=source, place_id=place_id),
        values={**place.location_values(), **given},
        confirm_similar=confirm_similar,
    )
    return PlacedLocation(location, Outcome.CREATED)


def _wait_for_others(provider: str, place_id: str) -> None:
    """Whoever adds the same place at the same moment comes first, and is then found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"locations.place {provider} {place_id}"]
        )
