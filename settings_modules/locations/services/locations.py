"""Changes to locations."""

from __future__ import annotations

from django.utils.text import slugify

from core.events.services import in_unit_of_work
from settings_modules.locations.models import Location


@in_unit_of_work
def save_location(*, location: Location) -> Location:
    """Store a new or edited location."""
    location.full_clean()
    location.save()
    return location


@in_unit_of_work
def ensure_zoho_location(*, zoho_location_id: str, name: str, is_active: bool) -> Location:
    """The location mirrored from Zoho, made when it is new. A name given here is kept."""
    location = Location.objects.filter(zoho_location_id=zoho_location_id).first()
    if location is None:
        location = Location(
            zoho_location_id=zoho_location_id,
            code=slugify(name)[:20].strip("-") + f"-{zoho_location_id[-6:]}",
            name_en=name,
        )
    elif location.is_active == is_active:
        return location
    location.is_active = is_active
    return save_location(location=location)
