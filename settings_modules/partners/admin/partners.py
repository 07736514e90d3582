"""Business partners for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, Values, action, display
from core.admin.checked_numbers import warning_list
from core.admin.directions import left_to_right
from core.admin.erasure import erasure_page
from settings_modules.partners.admin.bank_accounts import AccountInline
from settings_modules.partners.admin.documents import shown_documents
from settings_modules.partners.admin.partner_form import PartnerForm
from settings_modules.partners.admin.records import (
    AddressInline,
    ContactInline,
    RegistrationInline,
)
from settings_modules.partners.enums import PartnerRole, PartnerStatus
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.findings import partner_findings
from settings_modules.partners.selectors.partners import matching_partners
from settings_modules.partners.services.erasure import erase_partner
from settings_modules.partners.services.partners import create_partner, update_partner

_TAB = {"classes": ["tab"]}
_TONES: dict[str, str] = {
    PartnerStatus.LEAD: "info",
    PartnerStatus.ACTIVE: "good",
    PartnerStatus.BLOCKED: "danger",
}


class RoleFilter(admin.SimpleListFilter):
    """Partners that have a role, whatever else they are."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return PartnerRole.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        role = self.value()
        return queryset.filter(roles__contains=[role]) if role else queryset


@admin.register(BusinessPartner)
class BusinessPartnerAdmin(BaseAdmin):
    """Customers, suppliers, transporters and brokers, with all that is on record about each."""

    form = PartnerForm
    list_display = (
        *("name", "shown_roles", "shown_status", "shown_phone", "email"),
        *("code", "is_active", "created_at"),
    )
    list_filter = (RoleFilter, "status", "is_active", "language", "currency")
    search_fields = ("search_text",)
    search_help_text = _("Search name, phone, e-mail, code, PAN, GSTIN, contact, city")
    ordering = ("name", "id")
    change_form_before_template = "admin/similar_partners.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "name_ar"),
                    ("legal_name", "code"),
                    "roles",
                    ("phone", "email"),
                    ("language", "status"),
                    "is_active",
                    "warnings",
                )
            },
        ),
        (
            _("Terms"),
            {
                "fields": (
                    ("currency", "credit_limit"),
                    ("payment_days", "salesperson"),
                    "pan",
                ),
                **_TAB,
            },
        ),
        (_("Orders"), {"fields": ("documents",), **_TAB}),
        (
            _("Elsewhere"),
            {
                "fields": (
                    ("zoho_contact_id", "merged_into"),
                    ("created_at", "updated_at"),
                ),
                **_TAB,
            },
        ),
    )
    readonly_fields = (
        *("documents", "warnings", "zoho_contact_id", "merged_into"),
        *("created_at", "updated_at"),
    )
    inlines = (ContactInline, AddressInline, RegistrationInline, AccountInline)
    actions_detail = ("erase_page",)
    empty_text = _("Customers appear with their first order, or add one here.")

    @display(description=_("phone"), ordering="phone")
    def shown_phone(self, obj: BusinessPartner) -> str:
        return left_to_right(obj.phone)

    @display(description=_("roles"))
    def shown_roles(self, obj: BusinessPartner) -> str:
        labels = ((PartnerRole(role).label,) for role in obj.roles)
        return format_html_join(", ", "{}", labels)

    @display(description=_("status"), ordering="status")
    def shown_status(self, obj: BusinessPartner) -> str:
        return badge(PartnerStatus(obj.status).label, _TONES[obj.status])

    @display(description=_("to be looked at"))
    def warnings(self, obj: BusinessPartner) -> str:
        return warning_list(partner_findings(obj)) if obj.pk else "—"

    @display(description=_("orders"))
    def documents(self, obj: BusinessPartner) -> str:
        reader = getattr(obj, "reader", None)
        return shown_documents(obj, reader) if obj.pk and reader is not None else "—"

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The partner, with who looks at it: documents are shown to those who may see them."""
        partner = super().get_object(request, object_id, from_field)
        if partner is not None:
            partner.reader = request.user
        return partner

    def get_queryset(self, request: HttpRequest) -> QuerySet[BusinessPartner]:
        rows: QuerySet[BusinessPartner] = super().get_queryset(request)
        return rows.defer("search_text").select_related("merged_into")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[BusinessPartner], search_term: str
    ) -> tuple[QuerySet[BusinessPartner], bool]:
        """Search blind to spelling variants, in what is on record about a partner as well."""
        if search_term.strip():
            found = matching_partners(search_term.replace("\0", "")).values("pk")
            queryset = queryset.filter(pk__in=found)
        return queryset, False

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "roles":
            # The form's own input stands for it.
            return PartnerForm.base_fields["roles"]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

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
                    "Names, phone number, e-mail address and PAN are overwritten; contacts,"
                    " addresses, GST registrations and bank accounts are removed; in the"
                    " customer's orders delivery addresses and notes are overwritten. The orders"
                    " stay, with their numbers, products and amounts. What Zoho holds must be"
                    " erased in Zoho separately."
                )
            ),
            erase=lambda: erase_partner(partner=partner),
        )

    def create_row(self, obj: BusinessPartner, values: Values) -> BusinessPartner:
        return create_partner(values=values, confirm_similar=bool(values.get("confirm_similar")))

    def update_row(self, obj: BusinessPartner, values: Values) -> None:
        update_partner(partner=obj, values=values, expected_version=obj.version)
