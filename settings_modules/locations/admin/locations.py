"""Locations for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.admin.by_files import ByFiles
from settings_modules.locations.admin.location_forms import LocationForm
from settings_modules.locations.admin.place_search import SearchesPlaces
from settings_modules.locations.models import Location
from settings_modules.locations.selectors.locations import children_of, matching_locations, path_to
from settings_modules.locations.services.locations import create_location, update_location
from settings_modules.locations.services.placed_locations import create_location_at_place

#: Parts that the page names; the list has all of them.
MOST_PARTS = 20
_TAB = {"classes": ["tab"]}


@admin.register(Location)
class LocationAdmin(ByFiles, SearchesPlaces, BaseAdmin):
    """Places with stock, and others of the company's."""

    import_resource = "locations"
    form = LocationForm
    list_display = ("code", "shown_name", "kind", "city", "region", "is_sellable", "is_active")
    list_filter = ("is_active", "kind", "is_sellable", "region", "country", "state")
    search_fields = ("search_text",)
    search_help_text = _("Search name, code, city, district, state, postal code")
    ordering = ("priority", "code")
    change_form_before_template = "admin/location_places.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "kind"),
                    ("name_en", "name_ar"),
                    ("name_ckb", "name_hi"),
                    "parent",
                    "whole_and_parts",
                )
            },
        ),
        (
            _("Address"),
            {
                "fields": (
                    "address",
                    ("address_line1", "address_line2"),
                    ("city", "district"),
                    ("state", "state_code"),
                    ("pincode", "country"),
                    "region",
                ),
                **_TAB,
            },
        ),
        (_("Position"), {"fields": (("latitude", "longitude"), "map_link", "timezone"), **_TAB}),
        (_("Opening hours"), {"fields": ("opening_hours",), **_TAB}),
        (
            _("Contact"),
            {"fields": ("contact_person", ("contact_phone", "contact_email")), **_TAB},
        ),
        (
            _("Selling"),
            {
                "fields": (("is_sellable", "is_active"), "priority"),
                "description": _("Only warehouses and stores sell; other kinds hold no goods."),
                **_TAB,
            },
        ),
        (
            _("Elsewhere"),
            {"fields": ("zoho_location_id", "found_with", ("created_at", "updated_at")), **_TAB},
        ),
    )
    readonly_fields = (
        "whole_and_parts",
        "map_link",
        "found_with",
        "zoho_location_id",
        "created_at",
        "updated_at",
    )
    empty_text = _("Add the warehouses from which shoppers are served.")

    class Media:
        js = ("admin_theme/places.js",)
        css = {"all": ("admin_theme/places.css",)}

    @display(description=_("name"), ordering="name_en")
    def shown_name(self, obj: Location) -> str:
        return obj.name

    @display(description=_("hierarchy"))
    def whole_and_parts(self, obj: Location) -> str:
        """Everything that it is part of, and its own parts, with links."""
        if obj.pk is None:
            return "—"
        above = [self._link(each) for each in path_to(obj)[:-1]]
        line = format_html_join(" › ", "{}", ((each,) for each in [*above, _bold(obj)]))
        parts = list(children_of(obj)[: MOST_PARTS + 1])
        items = format_html_join("", "<li>{}</li>", ((self._link(each),) for each in parts))
        more = "…" if len(parts) > MOST_PARTS else ""
        return format_html("{}<ul class='tp-parts'>{}</ul>{}", line, items, more)

    @display(description=_("map"))
    def map_link(self, obj: Location) -> str:
        if not obj.map_url:
            return "—"
        return format_html(
            '<a class="tp-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
            obj.map_url,
            _text("Show on the map"),
        )

    @display(description=_("found with"))
    def found_with(self, obj: Location) -> str:
        if not obj.place_id:
            return "—"
        return format_html("<bdi>{}: {}</bdi>", obj.place_provider, obj.place_id)

    def _link(self, location: Location) -> str:
        return format_html(
            '<a class="tp-link" href="{}"><bdi>{}</bdi></a>',
            self.page_url("change", location.pk),
            location,
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Location]:
        rows: QuerySet[Location] = super().get_queryset(request)
        return rows.defer("search_text")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Location], search_term: str
    ) -> tuple[QuerySet[Location], bool]:
        """Search blind to spelling variants, digits and diacritics."""
        if search_term.strip():
            found = matching_locations(search_term.replace("\0", "")).values("pk")
            queryset = queryset.filter(pk__in=found)
        return queryset, False

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "opening_hours":
            # The form's own input stands for it.
            return LocationForm.base_fields["opening_hours"]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; one that adds has the search box."""
        box = self.place_search(request) if object_id is None else None
        context = {"place_search": box, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def create_row(self, obj: Location, values: Values) -> Location:
        confirmed = bool(values.get("confirm_similar"))
        if not values.get("place_id"):
            return create_location(values=values, confirm_similar=confirmed)
        placed = create_location_at_place(
            place_id=values["place_id"],
            provider=values["place_provider"],
            values=values,
            reactivate=bool(values.get("reactivate")),
            confirm_similar=confirmed,
        )
        return placed.location

    def update_row(self, obj: Location, values: Values) -> None:
        update_location(location=obj, values=values, expected_version=obj.version)


def _bold(location: Location) -> str:
    return format_html("<strong><bdi>{}</bdi></strong>", location)
