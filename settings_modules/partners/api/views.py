"""Business partners for staff."""

from __future__ import annotations

from phonenumber_field.serializerfields import PhoneNumberField

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services.partners import (
    EDITABLE_FIELDS,
    create_partner,
    update_partner,
)


class PartnerSerializer(StaffSerializer):
    phone = PhoneNumberField(required=False, allow_null=True, allow_blank=True)

    class Meta:
        model = BusinessPartner
        fields = ("id", "version", *EDITABLE_FIELDS, "zoho_contact_id", "created_at")
        read_only_fields = ("id", "version", "zoho_contact_id", "created_at")


class PartnerCollection(Adds, StaffCollection):
    """Customers."""

    queryset = BusinessPartner.objects.order_by("id")
    serializer_class = PartnerSerializer
    filterset_fields = ("phone", "email", "zoho_contact_id")
    ordering_fields = ("id", "name", "created_at")

    def create_row(self, values: Values) -> BusinessPartner:
        return create_partner(values=values)


class PartnerRecord(Edits):
    """One customer."""

    queryset = BusinessPartner.objects.all()
    serializer_class = PartnerSerializer

    def update_row(self, row: BusinessPartner, values: Values, version: int) -> BusinessPartner:
        return update_partner(partner=row, values=values, expected_version=version)
