"""How locations leave use."""

from __future__ import annotations

from core.references.masters import declare_master, switched_by
from settings_modules.locations.models import Location
from settings_modules.locations.services.locations import update_location


def declare() -> None:
    """Tell core."""
    declare_master(
        Location,
        meaning="A location",
        switch=switched_by(update_location, "location"),
        outside_keys=("zoho_location_id",),
    )
