"""Changes to locations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

from core.editing.services import create_and_tell, editable, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from settings_modules.locations.models import Location

#: What people may edit.
EDITABLE_FIELDS = (
    "code",
    *language_columns("name"),
    "kind",
    "is_sellable",
    "is_active",
    "priority",
)


@in_unit_of_work
def create_location(*, values: Mapping[str, Any]) -> Location:
    """A new location with the fields given; emits `location.created`. Raises ValidationError."""
    return create_and_tell(row=Location(**editable(values, EDITABLE_FIELDS)))


@in_unit_of_work
def update_location(
    *, location: Location, values: Mapping[str, Any], expected_version: int | None = None
) -> Location:
    """The location with the fields given; emits `location.updated` when something changed.

    Raises StaleVersion, ValidationError.
    """
    given = editable(values, EDITABLE_FIELDS)
    return update_and_tell(row=location, values=given, expected_version=expected_version)


@in_unit_of_work
def ensure_zoho_location(*, zoho_location_id: str, name: str, is_active: bool) -> Location:
    """The location mirrored from Zoho, made when it is new. A name given here is kept."""
    location = Location.objects.filter(zoho_location_id=zoho_location_id).first()
    if location is not None:
        return update_location(location=location, values={"is_active": is_active})
    return create_and_tell(
        row=Location(
            zoho_location_id=zoho_location_id,
            code=slugify(name)[:20].strip("-") + f"-{zoho_location_id[-6:]}",
            name_en=name,
            is_active=is_active,
        )
    )
