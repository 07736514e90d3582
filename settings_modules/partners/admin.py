"""Business partners for staff."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, display
from core.admin.directions import left_to_right
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services.partners import create_partner, update_partner


@admin.register(BusinessPartner)
class BusinessPartnerAdmin(BaseAdmin):
    """Customers."""

    list_display = ("name", "shown_phone", "email", "zoho_contact_id", "created_at")
    search_fields = ("name", "phone", "email")
    ordering = ("name", "id")
    fieldsets = (
        (None, {"fields": ("name", ("phone", "email"))}),
        ("Zoho", {"fields": (("zoho_contact_id", "created_at"),)}),
    )
    readonly_fields = ("zoho_contact_id", "created_at")
    empty_text = _("Customers appear with their first order, or add one here.")

    @display(description=_("phone"), ordering="phone")
    def shown_phone(self, obj: BusinessPartner) -> str:
        return left_to_right(obj.phone)

    def create_row(self, obj: BusinessPartner, values: Values) -> BusinessPartner:
        return create_partner(values=values)

    def update_row(self, obj: BusinessPartner, values: Values) -> None:
        update_partner(partner=obj, values=values, expected_version=obj.version)
