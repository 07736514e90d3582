"""Contacts, addresses and GST registrations: tabs of the partner, and pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.checked_numbers import CheckedNumbersForm, warning_list
from core.errors import FieldError
from settings_modules.partners.models import (
    PartnerAddress,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.selectors.findings import (
    CONTACT_CHECKS,
    REGISTRATION_CHECKS,
    address_checks,
    address_findings,
    contact_findings,
    registration_findings,
)
from settings_modules.partners.services.addresses import (
    ADDRESS_FIELDS,
    add_address,
    remove_address,
    update_address,
)
from settings_modules.partners.services.contacts import (
    CONTACT_FIELDS,
    add_contact,
    remove_contact,
    update_contact,
)
from settings_modules.partners.services.gst_registrations import (
    REGISTRATION_FIELDS,
    add_gst_registration,
    remove_gst_registration,
    update_gst_registration,
)


class RecordForm(CheckedNumbersForm):
    """A record stays with its partner; the service hands its marks over."""

    #: Written once, besides the partner.
    kept: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in {"partner", *self.kept} & set(self.fields):
                self.fields[name].disabled = True


class RecordDoor:
    """What the tab and the pages of a record share."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related("partner")

    @display(description=_("to be looked at"))
    def warnings(self, obj: Any) -> str:
        return warning_list(self.findings(obj)) if obj.pk else "—"

    def findings(self, obj: Any) -> list[FieldError]:
        """What is wrong in the stored row."""
        return []


class ContactForm(RecordForm):
    checked = frozenset(CONTACT_CHECKS)
    decided = frozenset({"is_active", "is_primary"})

    class Meta:
        model = PartnerContact
        fields = ("partner", *CONTACT_FIELDS)

    def found(self) -> list[FieldError]:
        return contact_findings(self.instance)


class ContactDoor(RecordDoor):
    """Contacts and their services."""

    form = ContactForm

    def findings(self, obj: PartnerContact) -> list[FieldError]:
        return contact_findings(obj)

    def create_row(self, obj: PartnerContact, values: Values) -> PartnerContact:
        return add_contact(partner=obj.partner, values=values)

    def update_row(self, obj: PartnerContact, values: Values) -> None:
        update_contact(contact=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: PartnerContact) -> None:
        remove_contact(contact=obj)


class ContactInline(ContactDoor, BaseTabularInline):
    """The people at a partner."""

    model = PartnerContact
    fields = (*CONTACT_FIELDS, "warnings")
    readonly_fields = ("warnings",)
    show_change_link = True


@admin.register(PartnerContact)
class PartnerContactAdmin(ContactDoor, BaseAdmin):
    """The people at all partners."""

    list_display = ("name", "partner", "job_title", "phone", "email", "is_primary", "is_active")
    list_filter = ("is_primary", "is_active")
    search_fields = ("name", "phone", "email", "partner__name")
    ordering = ("partner", "-is_primary", "name", "id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "partner",
                    ("name", "job_title"),
                    ("phone", "email"),
                    ("is_primary", "is_active"),
                    "warnings",
                )
            },
        ),
    )
    readonly_fields = ("warnings",)
    empty_text = _("Add the people at a partner here, or in the tab of the partner.")


class AddressForm(RecordForm):
    checked = frozenset(address_checks(""))
    decided = frozenset({"is_active", "is_billing_default", "is_shipping_default"})

    class Meta:
        model = PartnerAddress
        fields = ("partner", *ADDRESS_FIELDS)

    def found(self) -> list[FieldError]:
        return address_findings(self.instance)


class AddressDoor(RecordDoor):
    """Addresses and their services."""

    form = AddressForm

    def findings(self, obj: PartnerAddress) -> list[FieldError]:
        return address_findings(obj)

    def create_row(self, obj: PartnerAddress, values: Values) -> PartnerAddress:
        return add_address(partner=obj.partner, values=values)

    def update_row(self, obj: PartnerAddress, values: Values) -> None:
        update_address(address=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: PartnerAddress) -> None:
        remove_address(address=obj)


class AddressInline(AddressDoor, BaseTabularInline):
    """The addresses of a partner; the rest is on the address's own page."""

    model = PartnerAddress
    fields = (
        *("label", "line1", "city", "state", "pincode", "country"),
        *("is_billing_default", "is_shipping_default", "is_active", "warnings"),
    )
    readonly_fields = ("warnings",)
    show_change_link = True


@admin.register(PartnerAddress)
class PartnerAddressAdmin(AddressDoor, BaseAdmin):
    """The addresses of all partners."""

    list_display = (
        *("__str__", "partner", "city", "country"),
        *("is_billing_default", "is_shipping_default", "is_active"),
    )
    list_filter = ("country", "is_billing_default", "is_shipping_default", "is_active")
    search_fields = ("label", "recipient", "line1", "city", "pincode", "partner__name")
    ordering = ("partner", "-is_billing_default", "-is_shipping_default", "id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("partner", "label"),
                    ("recipient", "phone"),
                    ("line1", "line2"),
                    ("city", "state"),
                    ("pincode", "country"),
                    "instructions",
                    ("is_billing_default", "is_shipping_default"),
                    "is_active",
                    "warnings",
                )
            },
        ),
    )
    readonly_fields = ("warnings",)
    empty_text = _("Add the addresses of a partner here, or in the tab of the partner.")


class RegistrationForm(RecordForm):
    checked = frozenset(REGISTRATION_CHECKS)
    decided = frozenset({"is_active", "is_primary", "state"})
    kept = frozenset({"gstin"})

    class Meta:
        model = PartnerGstRegistration
        fields = ("partner", *REGISTRATION_FIELDS)

    def found(self) -> list[FieldError]:
        return registration_findings(self.instance)


class RegistrationDoor(RecordDoor):
    """Registrations and their services."""

    form = RegistrationForm

    def findings(self, obj: PartnerGstRegistration) -> list[FieldError]:
        return registration_findings(obj)

    def create_row(self, obj: PartnerGstRegistration, values: Values) -> PartnerGstRegistration:
        return add_gst_registration(partner=obj.partner, values=values)

    def update_row(self, obj: PartnerGstRegistration, values: Values) -> None:
        update_gst_registration(registration=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: PartnerGstRegistration) -> None:
        remove_gst_registration(registration=obj)


class RegistrationInline(RegistrationDoor, BaseTabularInline):
    """The GST registrations of a partner."""

    model = PartnerGstRegistration
    fields = (*REGISTRATION_FIELDS, "warnings")
    readonly_fields = ("warnings",)
    show_change_link = True


@admin.register(PartnerGstRegistration)
class PartnerGstRegistrationAdmin(RegistrationDoor, BaseAdmin):
    """The GST registrations of all partners."""

    list_display = ("gstin", "partner", "state", "is_primary", "is_active")
    list_filter = ("state", "is_primary", "is_active")
    search_fields = ("gstin", "legal_name", "state", "partner__name")
    ordering = ("partner", "-is_primary", "gstin", "id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("partner", "gstin"),
                    ("legal_name", "state"),
                    "address",
                    ("is_primary", "is_active"),
                    "warnings",
                )
            },
        ),
    )
    readonly_fields = ("warnings",)
    empty_text = _("Add the GSTINs of a partner here, or in the tab of the partner.")
