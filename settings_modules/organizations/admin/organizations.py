"""Organizations and their document series for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.admin.images import ServesImages
from settings_modules.organizations.admin.approvals import waiting_link
from settings_modules.organizations.admin.bank_accounts import BankAccountInline
from settings_modules.organizations.admin.document_series import DocumentSeriesInline
from settings_modules.organizations.admin.financial_years import FinancialYearInline
from settings_modules.organizations.admin.gst_registrations import RegistrationInline
from settings_modules.organizations.admin.memberships import PeopleInline
from settings_modules.organizations.admin.organization_form import FIELDSETS, OrganizationForm
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import (
    create_organization,
    remove_organization,
    update_organization,
)


@admin.register(Organization)
class OrganizationAdmin(ServesImages, BaseAdmin):
    """Companies of ours."""

    list_display = ("name", "organization_type", "city", "base_currency", "is_seller", "is_active")
    list_filter = ("is_seller", "is_active", "organization_type", "country")
    search_fields = ("name", "legal_name", "pan", "cin", "city")
    ordering = ("name",)
    form = OrganizationForm
    inlines = (
        *(RegistrationInline, BankAccountInline),
        *(FinancialYearInline, DocumentSeriesInline, PeopleInline),
    )
    served_images = ("logo", "digital_signature")
    fieldsets = FIELDSETS

    empty_text = _("Add the company that sells, and the series its orders are numbered from.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The plan is a superuser's choice."""
        shown = ("waiting_changes",)
        return shown if request.user.is_superuser else (*shown, "plan")

    @display(description=_("changes to be agreed"))
    def waiting_changes(self, obj: Organization) -> str:
        return waiting_link(obj) if obj.pk else "—"

    def create_row(self, obj: Organization, values: Values) -> Organization:
        return create_organization(values=values)

    def update_row(self, obj: Organization, values: Values) -> None:
        update_organization(organization=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: Organization) -> None:
        remove_organization(organization=obj)
