"""What is written of an organization, and in which order the page asks for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.admin.checked_numbers import CheckedNumbersForm
from core.errors import FieldError
from settings_modules.organizations.models import Organization
from settings_modules.organizations.selectors.findings import (
    organization_checks,
    organization_findings,
)
from settings_modules.organizations.services.organizations import (
    ORGANIZATION_FIELDS,
    ORGANIZATION_FILES,
)

FIELDSETS: Any = (
    (
        None,
        {
            "fields": (
                ("name", "legal_name"),
                ("organization_type", "plan"),
                ("pan", "cin"),
                ("base_currency", "fx_enabled"),
                ("is_seller", "is_active"),
            )
        },
    ),
    (
        _("Address and contact"),
        {
            "fields": (
                ("address_line1", "address_line2"),
                ("city", "state"),
                ("pincode", "country"),
                ("contact_email", "contact_phone"),
            )
        },
    ),
    (
        _("Tax"),
        {
            "fields": (
                ("tds_rate", "tcs_rate"),
                ("einvoice_required", "threshold_limit"),
                ("auto_block_if_einvoice_required", "gst_audit_required"),
                "audit_firm_name",
                ("audit_firm_email", "audit_firm_phone"),
            )
        },
    ),
    (
        _("Documents and branding"),
        {
            "fields": (
                ("auto_invoice", "auto_contract_number"),
                ("logo", "digital_signature"),
                ("theme_color", "invoice_footer"),
            )
        },
    ),
    (_("Banking rules"), {"fields": (("bank_changes_need_approval", "waiting_changes"),)}),
    (_("Further settings"), {"fields": ("extra_config",), "classes": ("collapse",)}),
)


class OrganizationForm(CheckedNumbersForm):
    """Every detail; the service checks the numbers."""

    checked = frozenset(organization_checks(""))

    class Meta:
        model = Organization
        fields = (*ORGANIZATION_FIELDS, *ORGANIZATION_FILES)

    def found(self) -> list[FieldError]:
        return organization_findings(self.instance)
