"""Organizations and their document series for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.organizations.models import DocumentSeries, Organization
from settings_modules.organizations.services.organizations import (
    ORGANIZATION_FIELDS,
    SERIES_FIELDS,
    create_organization,
    create_series,
    update_organization,
    update_series,
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
        # That another one sells is a conflict of rows, which the service tells by its name.
        extra_kwargs: ClassVar[Any] = {"is_seller": {"validators": ()}}


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


class SeriesSerializer(StaffSerializer):
    class Meta:
        model = DocumentSeries
        fields = ("id", "version", "organization", *SERIES_FIELDS)
        read_only_fields: tuple[str, ...] = ("id", "version")
        # The service and the database keep one active series for each kind of document.
        validators = ()


class SeriesRecordSerializer(SeriesSerializer):
    """A series stays with its organization."""

    class Meta(SeriesSerializer.Meta):
        read_only_fields = (*SeriesSerializer.Meta.read_only_fields, "organization")


class SeriesCollection(Adds, StaffCollection):
    """The series that documents are numbered from."""

    queryset = DocumentSeries.objects.order_by("id")
    serializer_class = SeriesSerializer
    filterset_fields = ("organization", "document_type", "is_active")
    ordering_fields = ("id",)

    def create_row(self, values: Values) -> DocumentSeries:
        given = {name: value for name, value in values.items() if name != "organization"}
        return create_series(organization=values["organization"], values=given)


class SeriesRecord(Edits):
    """One series."""

    queryset = DocumentSeries.objects.all()
    serializer_class = SeriesRecordSerializer

    def update_row(self, row: DocumentSeries, values: Values, version: int) -> DocumentSeries:
        return update_series(series=row, values=values, expected_version=version)
