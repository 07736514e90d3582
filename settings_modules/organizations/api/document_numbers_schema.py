"""The shapes of document numbers on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.schema import FieldErrorSerializer
from core.api.staff import VisibleReference
from settings_modules.organizations.models import GstRegistration, IssuedNumber
from settings_modules.organizations.selectors.document_numbers import NumberPreview, NumberReport
from settings_modules.organizations.services.document_numbers import NumberIssued

_LISTED = (
    "id",
    "series",
    "organization",
    "document_type",
    "financial_year",
    "number",
    "text",
    "purpose",
    "einvoice_reference",
    "issued_at",
    "issued_by",
    "request_id",
    "voided_at",
    "voided_by",
    "void_reason",
)


class IssuedNumberSerializer(serializers.ModelSerializer[IssuedNumber]):
    """A row of the ledger; `text` is the number as printed."""

    class Meta:
        model = IssuedNumber
        fields = _LISTED
        read_only_fields = _LISTED


class RefusalSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()


class PreviewSerializer(serializers.Serializer[NumberPreview]):
    """`refusal` says what keeps the number from being issued now; null: nothing."""

    document_number = serializers.CharField(source="text")
    number = serializers.IntegerField()
    refusal = serializers.SerializerMethodField()

    @extend_schema_field(RefusalSerializer(allow_null=True))
    def get_refusal(self, preview: NumberPreview) -> dict[str, str] | None:
        refusal = preview.refusal
        if refusal is None:
            return None
        told = {"message": refusal.text(), "message_ar": refusal.text("ar")}
        return {"code": refusal.code, **told}


class GapSerializer(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    last = serializers.IntegerField()


class ReportSerializer(serializers.Serializer[NumberReport]):
    """`missing` and `duplicated` count; `gaps` and `duplicates` name the first 200."""

    first_number = serializers.IntegerField()
    last_number = serializers.IntegerField()
    missing = serializers.IntegerField()
    gaps = GapSerializer(many=True)
    duplicated = serializers.IntegerField()
    duplicates = serializers.ListField(child=serializers.CharField())


class AskSerializer(serializers.Serializer[Any]):
    """What the number is for. With `gst_registration` that branch's own series counts first."""

    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    einvoice_reference = serializers.CharField(max_length=64, required=False, allow_blank=True)
    gst_registration = VisibleReference(
        queryset=GstRegistration.objects.all(), required=False, allow_null=True
    )


class IssuedSerializer(serializers.Serializer[NumberIssued]):
    document_number = serializers.CharField(source="text")
    number = serializers.IntegerField()
    series_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    issued_number_id = serializers.IntegerField(source="ledger_id")
    next_number = serializers.IntegerField(help_text="The one after it.")
    is_repeated = serializers.BooleanField()
    warnings = FieldErrorSerializer(many=True)


class VoidSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)
