"""Organizations for staff."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import (
    ORGANIZATION_FIELDS,
    create_organization,
    update_organization,
)


class OrganizationSerializer(StaffSerializer):
    logo_url = serializers.SerializerMethodField(
        help_text="Where the back office shows the logo to those signed in there; null: none."
    )

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_logo_url(self, row: Organization) -> str | None:
        return f"{settings.PUBLIC_BASE_URL}{row.logo.url}" if row.logo else None

    class Meta:
        model = Organization
        fields = ("id", "version", *ORGANIZATION_FIELDS, "logo_url")
        read_only_fields = ("id", "version")


class OrganizationCollection(Adds, StaffCollection):
    """Companies of ours."""

    queryset = Organization.objects.order_by("id")
    serializer_class = OrganizationSerializer
    filterset_fields = ("is_seller", "is_active")
    ordering_fields = ("id", "name")

    def create_row(self, values: Values) -> Organization:
        return create_organization(values=values)


class OrganizationRecord(Edits):
    """One company."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer

    def update_row(self, row: Organization, values: Values, version: int) -> Organization:
        return update_organization(organization=row, values=values, expected_version=version)
