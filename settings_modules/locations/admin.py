"""Locations for staff."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.admin.by_files import ByFiles
from settings_modules.locations.models import Location
from settings_modules.locations.services.locations import create_location, update_location


@admin.register(Location)
class LocationAdmin(ByFiles, BaseAdmin):
    """Places with stock."""

    import_resource = "locations"
    list_display = ("code", "shown_name", "kind", "priority", "is_sellable", "is_active")
    list_filter = ("is_sellable", "is_active", "kind")
    search_fields = ("code", "name_en", "name_ar", "name_ckb", "name_hi")
    ordering = ("priority", "code")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "kind"),
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "priority",
                    ("is_sellable", "is_active"),
                )
            },
        ),
        ("Zoho", {"fields": ("zoho_location_id",)}),
    )
    readonly_fields = ("zoho_location_id",)
    empty_text = _("Add the warehouses from which shoppers are served.")

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Location) -> str:
        return obj.name

    def create_row(self, obj: Location, values: Values) -> Location:
        return create_location(values=values)

    def update_row(self, obj: Location, values: Values) -> None:
        update_location(location=obj, values=values, expected_version=obj.version)
