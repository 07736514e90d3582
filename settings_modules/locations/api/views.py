"""Locations for staff."""

from __future__ import annotations

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.locations.models import Location
from settings_modules.locations.services.locations import (
    EDITABLE_FIELDS,
    create_location,
    update_location,
)


class LocationSerializer(StaffSerializer):
    class Meta:
        model = Location
        fields = ("id", "version", *EDITABLE_FIELDS, "zoho_location_id")
        read_only_fields = ("id", "version", "zoho_location_id")


class LocationCollection(Adds, StaffCollection):
    """Places with stock."""

    queryset = Location.objects.order_by("priority", "id")
    serializer_class = LocationSerializer
    filterset_fields = ("code", "kind", "is_sellable", "is_active")
    ordering_fields = ("id", "code", "priority")

    def create_row(self, values: Values) -> Location:
        return create_location(values=values)


class LocationRecord(Edits):
    """One place."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer

    def update_row(self, row: Location, values: Values, version: int) -> Location:
        return update_location(location=row, values=values, expected_version=version)
