"""Organizations and their document series for staff."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values
from settings_modules.organizations.models import DocumentSeries, Organization
from settings_modules.organizations.services.organizations import save_organization, save_series


class DocumentSeriesInline(BaseTabularInline):
    """The numbers an organization's documents get. A used series is switched off, not removed."""

    model = DocumentSeries
    fields = ("document_type", "prefix", "padding", "next_number", "is_active")
    tab = False

    def create_row(self, obj: DocumentSeries, values: Values) -> DocumentSeries:
        return save_series(series=obj)

    def update_row(self, obj: DocumentSeries, values: Values) -> None:
        save_series(series=obj)


@admin.register(Organization)
class OrganizationAdmin(BaseAdmin):
    """Companies of ours."""

    list_display = ("name", "is_seller", "is_active")
    list_filter = ("is_seller", "is_active")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (DocumentSeriesInline,)
    fieldsets = ((None, {"fields": ("name", ("is_seller", "is_active"))}),)
    empty_text = _("Add the company that sells, and the series its orders are numbered from.")

    def create_row(self, obj: Organization, values: Values) -> Organization:
        return save_organization(organization=obj)

    def update_row(self, obj: Organization, values: Values) -> None:
        save_organization(organization=obj)
