"""How locations leave use."""

from __future__ import annotations

from core.references.masters import declare_master
from settings_modules.locations.models import Location
from settings_modules.locations.services.locations import update_location


def switch_location(row: Location, *, is_active: bool, expected_version: int | None) -> Location:
    """The location switched off or on."""
    return update_location(
        location=row, values={"is_active": is_active}, expected_version=expected_version
    )


def declare() -> None:
    """Tell core."""
    declare_master(
        Location, meaning="A location", switch=switch_location, outside_keys=("zoho_location_id",)
    )
