"""Pulling places: they are made here when new, and never removed."""

from __future__ import annotations

from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import RecordGone
from integrations.zoho.mapping import BadRow, flag, optional_id, record_id, text
from integrations.zoho.pull.report import RunReport
from settings_modules.locations.models import Location
from settings_modules.locations.services.locations import ensure_zoho_location


def pull_locations(*, client: ZohoClient, report: RunReport) -> None:
    """Take over the locations, by their older name `warehouses` where the new one is unknown."""
    try:
        rows, singular = client.get("/locations").rows("locations"), "location"
    except RecordGone:
        try:
            rows, singular = client.get("/settings/warehouses").rows("warehouses"), "warehouse"
        except RecordGone:
            report.remark("locations", "", "Zoho lists no places; they come with the stock")
            return
    report.add("locations", seen=len(rows))
    for row in rows:
        try:
            active = flag(row, "is_location_active")
            if active is None:
                active = text(row, "status", 50) != "inactive"
            zoho_id = record_id(row, f"{singular}_id")
            name = text(row, f"{singular}_name", 200) or zoho_id
        except BadRow as error:
            report.bad_row("locations", optional_id(row, f"{singular}_id"), str(error))
            continue
        ensure_zoho_location(zoho_location_id=zoho_id, name=name, is_active=active)


class Places:
    """Our ids of Zoho's places, each made when stock is first seen there."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {
            zoho_id: pk
            for pk, zoho_id in Location.objects.filter(zoho_location_id__isnull=False).values_list(
                "pk", "zoho_location_id"
            )
            if zoho_id
        }

    def id_of(self, zoho_location_id: str, name: str) -> int:
        """Our id of the place."""
        if zoho_location_id not in self._ids:
            place = ensure_zoho_location(
                zoho_location_id=zoho_location_id, name=name or zoho_location_id, is_active=True
            )
            self._ids[zoho_location_id] = place.pk
        return self._ids[zoho_location_id]
