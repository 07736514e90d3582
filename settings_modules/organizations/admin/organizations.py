"""Organizations and their document series for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values
from core.admin.images import ServesImages
from settings_modules.organizations.admin.document_series import DocumentSeriesInline
from settings_modules.organizations.admin.memberships import PeopleInline
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import (
    create_organization,
    update_organization,
)


@admin.register(Organization)
class OrganizationAdmin(ServesImages, BaseAdmin):
    """Companies of ours."""

    list_display = ("name", "is_seller", "is_active")
    list_filter = ("is_seller", "is_active")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (DocumentSeriesInline, PeopleInline)
    served_images = ("logo",)
    fieldsets = ((None, {"fields": ("name", ("is_seller", "is_active"), "plan", "logo")}),)

    empty_text = _("Add the company that sells, and the series its orders are numbered from.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The plan is a superuser's choice."""
        return () if request.user.is_superuser else ("plan",)

    def create_row(self, obj: Organization, values: Values) -> Organization:
        return create_organization(values=values)

    def update_row(self, obj: Organization, values: Values) -> None:
        update_organization(organization=obj, values=values, expected_version=obj.version)
