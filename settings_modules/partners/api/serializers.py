"""The shapes of business partners and of what is on record about them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from core.api.checked_numbers import CheckedNumbersSerializer
from core.api.decimals import DecimalText, DecimalTexts
from core.api.schema import FieldErrorSerializer
from core.bank_numbers.numbers import ACCOUNT_CHECKS, ACCOUNT_SECRETS
from settings_modules.partners.enums import PartnerRole
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.selectors.findings import (
    CONTACT_CHECKS,
    REGISTRATION_CHECKS,
    account_findings,
    address_checks,
    address_findings,
    contact_findings,
    partner_findings,
    registration_findings,
)
from settings_modules.partners.services.addresses import ADDRESS_FIELDS
from settings_modules.partners.services.bank_accounts import ACCOUNT_FIELDS
from settings_modules.partners.services.contacts import CONTACT_FIELDS
from settings_modules.partners.services.gst_registrations import (
    REGISTRATION_FIELDS,
)
from settings_modules.partners.services.partners import EDITABLE_FIELDS

_WRITTEN: dict[str, Any] = {"write_only": True, "help_text": "Written only; null empties it."}
_WARNINGS = "What is wrong or unusual in values that are stored already."


class PartnerSerializer(CheckedNumbersSerializer, DecimalTexts):
    checked = frozenset({"email", "pan", "currency"})

    phone = PhoneNumberField(required=False, allow_null=True, allow_blank=True)
    roles = serializers.ListField(
        child=serializers.ChoiceField(PartnerRole.choices),
        required=False,
        min_length=1,
        max_length=len(PartnerRole),
        help_text="What the partner is to us, several at once; else a customer.",
    )
    warnings = serializers.SerializerMethodField(help_text=_WARNINGS)

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: BusinessPartner) -> list[dict[str, str]]:
        return [found.as_dict() for found in partner_findings(row)]

    class Meta:
        model = BusinessPartner
        fields: tuple[str, ...] = (
            *("id", "version", *EDITABLE_FIELDS, "zoho_contact_id", "merged_into"),
            *("created_at", "updated_at", "warnings"),
        )
        read_only_fields = (
            *("id", "version", "zoho_contact_id", "merged_into", "created_at", "updated_at"),
        )


class NewPartnerSerializer(PartnerSerializer):
    """A partner that is compared with those that are here before it is added."""

    confirm_similar = serializers.BooleanField(
        write_only=True, default=False, help_text="Add it although there are similar ones."
    )
    gstin = serializers.CharField(
        write_only=True,
        default="",
        allow_blank=True,
        max_length=15,
        help_text="Only compared; `partner-gst-registrations` stores it.",
    )

    class Meta(PartnerSerializer.Meta):
        fields = (*PartnerSerializer.Meta.fields, "confirm_similar", "gstin")


class SimilarPartnerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()
    merged_into = serializers.IntegerField(allow_null=True)
    score = DecimalText(
        max_digits=3,
        decimal_places=2,
        min_value=0,
        max_value=1,
        help_text="How alike the names are; 1: the same value.",
    )
    reasons = serializers.ListField(
        child=serializers.ChoiceField(["name", "phone", "email", "gstin"])
    )


class SimilarPartnersSerializer(serializers.Serializer[Any]):
    items = SimilarPartnerSerializer(many=True)


class _RecordSerializer(CheckedNumbersSerializer):
    """A record of a partner, whom it stays with."""

    class Meta:
        read_only_fields: tuple[str, ...] = ("id", "version")
        # The service and the database keep one holder of each mark.
        validators = ()


class ContactSerializer(_RecordSerializer):
    checked = frozenset(CONTACT_CHECKS)

    warnings = serializers.SerializerMethodField(help_text=_WARNINGS)

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: PartnerContact) -> list[dict[str, str]]:
        return [found.as_dict() for found in contact_findings(row)]

    class Meta(_RecordSerializer.Meta):
        model = PartnerContact
        fields = ("id", "version", "partner", *CONTACT_FIELDS, "warnings")


class ContactRecordSerializer(ContactSerializer):
    class Meta(ContactSerializer.Meta):
        read_only_fields = ("id", "version", "partner")


class AddressSerializer(_RecordSerializer):
    checked = frozenset(address_checks(""))

    warnings = serializers.SerializerMethodField(help_text=_WARNINGS)

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: PartnerAddress) -> list[dict[str, str]]:
        return [found.as_dict() for found in address_findings(row)]

    class Meta(_RecordSerializer.Meta):
        model = PartnerAddress
        fields = ("id", "version", "partner", *ADDRESS_FIELDS, "warnings")


class AddressRecordSerializer(AddressSerializer):
    class Meta(AddressSerializer.Meta):
        read_only_fields = ("id", "version", "partner")


class PartnerRegistrationSerializer(_RecordSerializer):
    checked = frozenset(REGISTRATION_CHECKS)

    warnings = serializers.SerializerMethodField(help_text=_WARNINGS)

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: PartnerGstRegistration) -> list[dict[str, str]]:
        return [found.as_dict() for found in registration_findings(row)]

    class Meta(_RecordSerializer.Meta):
        model = PartnerGstRegistration
        fields = ("id", "version", "partner", *REGISTRATION_FIELDS, "warnings")


class PartnerRegistrationRecordSerializer(PartnerRegistrationSerializer):
    """A registration keeps its GSTIN."""

    class Meta(PartnerRegistrationSerializer.Meta):
        read_only_fields = ("id", "version", "partner", "gstin")


class PartnerAccountSerializer(_RecordSerializer):
    checked = frozenset(ACCOUNT_CHECKS)

    shown_number = serializers.CharField(
        read_only=True, help_text="The last four characters of the number: ••••6789."
    )
    warnings = serializers.SerializerMethodField(help_text=_WARNINGS)

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: PartnerBankAccount) -> list[dict[str, str]]:
        return [found.as_dict() for found in account_findings(row)]

    class Meta(_RecordSerializer.Meta):
        model = PartnerBankAccount
        fields = ("id", "version", "partner", *ACCOUNT_FIELDS, "shown_number", "warnings")
        extra_kwargs: ClassVar[Any] = {
            **dict.fromkeys(ACCOUNT_SECRETS, _WRITTEN),
            "currency": {"required": False, "help_text": "Else that of the partner."},
        }


class PartnerAccountRecordSerializer(PartnerAccountSerializer):
    class Meta(PartnerAccountSerializer.Meta):
        read_only_fields = ("id", "version", "partner")
