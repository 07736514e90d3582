"""Business partners for staff."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.admin.base import ActionVariant, BaseAdmin, Values, action, display
from core.admin.directions import left_to_right
from core.admin.erasure import erasure_page
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services.erasure import erase_partner
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
    actions_detail = ("erase_page",)
    empty_text = _("Customers appear with their first order, or add one here.")

    @display(description=_("phone"), ordering="phone")
    def shown_phone(self, obj: BusinessPartner) -> str:
        return left_to_right(obj.phone)

    @action(
        description=_("Erase personal data"),
        url_path="erase",
        permissions=["change"],
        icon="person_off",
        variant=ActionVariant.DANGER,
    )
    def erase_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then erase who this was."""
        partner = self.get_object(request, object_id)
        if partner is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return erasure_page(
            self,
            request,
            partner,
            explanation=str(
                _(
                    "Name, phone number, e-mail address, delivery addresses and notes are"
                    " overwritten, here and in the customer's orders. The orders stay, with their"
                    " numbers, products and amounts. What Zoho holds must be erased in Zoho"
                    " separately."
                )
            ),
            erase=lambda: erase_partner(partner=partner),
        )

    def create_row(self, obj: BusinessPartner, values: Values) -> BusinessPartner:
        return create_partner(values=values)

    def update_row(self, obj: BusinessPartner, values: Values) -> None:
        update_partner(partner=obj, values=values, expected_version=obj.version)
