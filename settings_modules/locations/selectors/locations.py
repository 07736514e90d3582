"""Locations as staff look for them."""

from __future__ import annotations

from django.db.models import QuerySet

from core.text_search import holding_words
from settings_modules.locations.models import Location

_ABOVE = """
WITH RECURSIVE above(id, parent_id, height) AS (
    SELECT id, parent_id, 1 FROM locations_location WHERE id = %s
    UNION ALL
    SELECT l.id, l.parent_id, above.height + 1
    FROM locations_location l JOIN above ON l.id = above.parent_id
    WHERE above.height < 100
)
SELECT l.*, above.height FROM above JOIN locations_location l ON l.id = above.id
ORDER BY above.height DESC
"""


def matching_locations(text: str) -> QuerySet[Location]:
    """Locations in whose code, names, city, district, state or postal code every word occurs.

    However the Arabic letters and digits are spelled.
    """
    return holding_words(Location.objects.order_by(), text)


def location_of_place(*, provider: str, place_id: str) -> Location | None:
    """The location at the provider's place, switched off ones included."""
    return Location.objects.filter(place_provider=provider, place_id=place_id).first()


def path_to(location: Location) -> list[Location]:
    """The location below everything that it is part of, the outermost first."""
    return list(Location.objects.raw(_ABOVE, [location.pk]))


def children_of(location: Location) -> QuerySet[Location]:
    """The locations that are directly part of this one."""
    return Location.objects.filter(parent=location).order_by("priority", "code")
