"""Document series for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from core.api.staff import Adds, Edits, Removes, StaffCollection, StaffSerializer, Values
from settings_modules.organizations.api.organizations import BelowOrganization
from settings_modules.organizations.models import DocumentSeries
from settings_modules.organizations.services.document_series import (
    SERIES_FIELDS,
    create_series,
    remove_series,
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


_FILTERS = ("document_type", "financial_year", "gst_registration", "is_active")


class SeriesList(StaffCollection):
    queryset = DocumentSeries.objects.order_by("id")
    serializer_class = SeriesSerializer
    ordering_fields = ("id", "document_type")


class SeriesOfOrganization(BelowOrganization, SeriesList):
    """The series of one organization, the inactive ones included."""

    filterset_fields: ClassVar[Any] = _FILTERS


class SeriesCollection(Adds, SeriesList):
    """The series that documents are numbered from, the inactive ones included."""

    filterset_fields: ClassVar[Any] = ("organization", *_FILTERS)

    def create_row(self, values: Values) -> DocumentSeries:
        given = {name: value for name, value in values.items() if name != "organization"}
        return create_series(organization=values["organization"], values=given)


class SeriesRecord(Edits, Removes):
    """One series; `is_active: false` takes it out of use, `true` brings it back. DELETE removes one
    that never issued a number."""

    queryset = DocumentSeries.objects.all()
    serializer_class = SeriesRecordSerializer

    def update_row(self, row: DocumentSeries, values: Values, version: int) -> DocumentSeries:
        return update_series(series=row, values=values, expected_version=version)

    def delete_row(self, row: DocumentSeries, version: int) -> None:
        remove_series(series=row, expected_version=version)
