"""Organizations for staff."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.checked_numbers import CheckedNumbersSerializer
from core.api.schema import FieldErrorSerializer
from core.api.staff import Adds, Edits, Removes, StaffCollection, Values
from core.errors import NotFound
from core.tenancy import visible_rows
from settings_modules.organizations.models import Organization
from settings_modules.organizations.selectors.findings import (
    organization_checks,
    organization_findings,
)
from settings_modules.organizations.services.organizations import (
    ORGANIZATION_FIELDS,
    create_organization,
    remove_organization,
    update_organization,
)


class FurtherSettingsField(serializers.JSONField):
    """An object of JSON values; the service refuses fractions, which are written as texts."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(_with_plain_numbers(data))


def _with_plain_numbers(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _with_plain_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_plain_numbers(inner) for inner in value]
    return value


class OrganizationSerializer(CheckedNumbersSerializer):
    checked = frozenset(organization_checks(""))

    extra_config = FurtherSettingsField(required=False, allow_null=True)
    logo_url = serializers.SerializerMethodField(
        help_text="Where the back office shows the logo to those signed in there; null: none."
    )
    digital_signature_url = serializers.SerializerMethodField(
        help_text="Where it shows the signature that is printed below documents; null: none."
    )
    warnings = serializers.SerializerMethodField(
        help_text="What is wrong or unusual in values that are stored already."
    )

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_logo_url(self, row: Organization) -> str | None:
        return f"{settings.PUBLIC_BASE_URL}{row.logo.url}" if row.logo else None

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_digital_signature_url(self, row: Organization) -> str | None:
        signature = row.digital_signature
        return f"{settings.PUBLIC_BASE_URL}{signature.url}" if signature else None

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: Organization) -> list[dict[str, str]]:
        return [found.as_dict() for found in organization_findings(row)]

    class Meta:
        model = Organization
        fields = (
            *("id", "version", *ORGANIZATION_FIELDS),
            *("logo_url", "digital_signature_url", "warnings"),
        )
        read_only_fields = ("id", "version")
        # That another one sells is a conflict of rows, which the service tells by its name.
        extra_kwargs: ClassVar[Any] = {"is_seller": {"validators": ()}}


class OrganizationCollection(Adds, StaffCollection):
    """Companies of ours. `search` looks in names, PAN, CIN and address."""

    queryset = Organization.objects.order_by("id")
    serializer_class = OrganizationSerializer
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields = (
        *("is_seller", "is_active", "organization_type", "base_currency"),
        *("country", "state", "city", "pincode"),
    )
    search_fields = ("name", "legal_name", "pan", "cin", "city", "state", "pincode")
    ordering_fields = ("id", "name", "city", "state")

    def create_row(self, values: Values) -> Organization:
        return create_organization(values=values)


class OrganizationRecord(Edits, Removes):
    """One company; it is removed only while nothing refers to it."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer

    def update_row(self, row: Organization, values: Values, version: int) -> Organization:
        return update_organization(organization=row, values=values, expected_version=version)

    def delete_row(self, row: Organization, version: int) -> None:
        remove_organization(organization=row, expected_version=version)


class BelowOrganization(StaffCollection):
    """The records of the organization in the address, which the caller sees or gets 404 for."""

    def get(  # type: ignore[override]  # the address names the organization
        self,
        request: Request,
        id: int,  # noqa: A002
    ) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        key = self.kwargs["id"]
        seen = visible_rows(Organization.objects.filter(pk=key), self.request.user)
        if not seen.exists():
            raise NotFound()
        return rows.filter(organization_id=key)
