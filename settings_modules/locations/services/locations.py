"""Changes to locations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.utils.text import slugify

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from core.locking import lock_rows
from core.references.selectors import references_to
from settings_modules.locations.errors import LocationCircle, LocationInUse, SimilarLocation
from settings_modules.locations.models import Location
from settings_modules.locations.selectors.similar import Similar, similar_locations
from settings_modules.locations.services.codes import free_code
from settings_modules.locations.services.location_values import (
    complete_values,
    is_circle,
    require_name,
)

_NAMES = language_columns("name")
#: What people may edit.
EDITABLE_FIELDS = (
    "code",
    *_NAMES,
    "kind",
    "parent",
    *("address", "address_line1", "address_line2"),
    *("city", "district", "state", "state_code", "pincode", "country", "region"),
    *("latitude", "longitude", "timezone", "opening_hours"),
    *("contact_person", "contact_phone", "contact_email"),
    "is_sellable",
    "is_active",
    "priority",
)
#: Names told in a message; the list beside it has all of them.
_TOLD_NAMES = 3


@in_unit_of_work
def create_location(*, values: Mapping[str, Any], confirm_similar: bool = False) -> Location:
    """A new location with the fields given; emits `location.created`.

    Without a code it gets one from its name. Region, time zone and state code follow from the
    place. Raises SimilarLocation unless `confirm_similar`, OnlyStockPlacesSell, ValidationError.
    """
    return store_location(
        row=Location(), values=editable(values, EDITABLE_FIELDS), confirm_similar=confirm_similar
    )


@in_unit_of_work
def store_location(*, row: Location, values: Mapping[str, Any], confirm_similar: bool) -> Location:
    """The unsaved row with the values, stored. As `create_location`."""
    for name, value in complete_values(values, stored=row).items():
        setattr(row, name, value)
    require_name(row)
    if not confirm_similar:
        _refuse_similar(row)
    if not row.code:
        row.code = free_code(row)
    return create_and_tell(row=row)


@in_unit_of_work
def update_location(
    *, location: Location, values: Mapping[str, Any], expected_version: int | None = None
) -> Location:
    """The location with the fields given; emits `location.updated` when something changed.

    What follows from the place follows it when it moves, unless somebody chose otherwise.
    Raises LocationCircle, OnlyStockPlacesSell, StaleVersion, ValidationError.
    """
    given = editable(values, EDITABLE_FIELDS)
    if given.get("parent") is not None:
        # Opposite moves would wait for each other: a reference holds the row that it leads to.
        lock_rows(Location.objects.filter(pk__in=[location.pk, given["parent"].pk]))
    stored = lock_row(location, expected_version=expected_version)
    try:
        return update_and_tell(row=stored, values=complete_values(given, stored=stored))
    except IntegrityError as error:
        if not is_circle(error):
            raise
        # Somebody else moved the parent below this one at the same moment.
        raise LocationCircle(field="parent", parent=given["parent"], name=stored) from error


@in_unit_of_work
def deactivate_location(
    *, location: Location, expected_version: int | None = None, confirm_in_use: bool = False
) -> Location:
    """The location switched off; it stays readable, and nothing is sold from it.

    Raises LocationInUse with what refers to it unless `confirm_in_use`; StaleVersion.
    """
    if location.is_active and not confirm_in_use:
        _refuse_in_use(location)
    return update_location(
        location=location, values={"is_active": False}, expected_version=expected_version
    )


@in_unit_of_work
def restore_location(*, location: Location, expected_version: int | None = None) -> Location:
    """The location switched on again. Raises StaleVersion."""
    return update_location(
        location=location, values={"is_active": True}, expected_version=expected_version
    )


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


def similar_to(row: Location) -> list[Similar]:
    """The stored locations that the row may be one of."""
    return similar_locations(
        names=[getattr(row, name) for name in _NAMES],
        city=row.city,
        pincode=row.pincode,
        latitude=row.latitude,
        longitude=row.longitude,
        besides=row.pk,
    )


def _refuse_similar(row: Location) -> None:
    similar = similar_to(row)
    if similar:
        names = ", ".join(each.name for each in similar[:_TOLD_NAMES])
        refusal = SimilarLocation(field="confirm_similar", names=names)
        refusal.extra = {"similar": [each.as_dict() for each in similar]}
        raise refusal


def _refuse_in_use(location: Location) -> None:
    references = references_to(location)
    if references:
        refusal = LocationInUse(count=sum(each.count for each in references))
        refusal.extra = {
            "references": [
                {"model": each.model, "field": each.field, "count": each.count}
                for each in references
            ]
        }
        raise refusal
