"""Document series for staff."""

from __future__ import annotations

from rest_framework import serializers

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.organizations.models import DocumentSeries
from settings_modules.organizations.services.document_series import (
    SERIES_FIELDS,
    create_series,
    update_series,
)


class SeriesSerializer(StaffSerializer):
    next_number = serializers.IntegerField(
        read_only=True, help_text="The one after `last_number`, which the next document gets."
    )

    class Meta:
        model = DocumentSeries
        fields = ("id", "version", "organization", *SERIES_FIELDS, "first_number", "next_number")
        read_only_fields: tuple[str, ...] = ("id", "version", "first_number")
        # The service and the database keep one active series for each kind of document.
        validators = ()


class SeriesRecordSerializer(SeriesSerializer):
    """A series stays with its organization."""

    class Meta(SeriesSerializer.Meta):
        read_only_fields = (*SeriesSerializer.Meta.read_only_fields, "organization")


class SeriesCollection(Adds, StaffCollection):
    """The series that documents are numbered from, the inactive ones included."""

    queryset = DocumentSeries.objects.order_by("id")
    serializer_class = SeriesSerializer
    filterset_fields = (
        "organization",
        "document_type",
        "financial_year",
        "gst_registration",
        "is_active",
    )
    ordering_fields = ("id", "document_type")

    def create_row(self, values: Values) -> DocumentSeries:
        given = {name: value for name, value in values.items() if name != "organization"}
        return create_series(organization=values["organization"], values=given)


class SeriesRecord(Edits):
    """One series; `is_active: false` takes it out of use, `true` brings it back."""

    queryset = DocumentSeries.objects.all()
    serializer_class = SeriesRecordSerializer

    def update_row(self, row: DocumentSeries, values: Values, version: int) -> DocumentSeries:
        return update_series(series=row, values=values, expected_version=version)
