"""What is usually measured of a category's commodities, for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework.filters import SearchFilter

from core.api.decimals import DecimalTexts
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    Values,
    resource_paths,
)
from core.references.services import remove_row
from settings_modules.commodities.models import ParameterTemplate
from settings_modules.commodities.services.parameter_templates import (
    TEMPLATE_FIELDS,
    create_template,
    update_template,
)


class ParameterTemplateSerializer(DecimalTexts):
    class Meta:
        model = ParameterTemplate
        fields = ("id", "version", *TEMPLATE_FIELDS, "usage_count", "created_at", "updated_at")
        read_only_fields = ("id", "version", "usage_count", "created_at", "updated_at")
        validators = ()


@describe(
    post=extend_schema(
        examples=[
            OpenApiExample(
                "Moisture of pulses",
                request_only=True,
                value={
                    "category": 12,
                    "parameter_name": "Moisture Content",
                    "parameter_type": "RANGE",
                    "unit": "%",
                    "min_value": "10",
                    "max_value": "12",
                    "is_mandatory": True,
                    "source": "CCI",
                },
            )
        ]
    )
)
class TemplateCollection(Adds, StaffCollection):
    """Templates of all categories."""

    queryset = ParameterTemplate.objects.order_by("id")
    serializer_class = ParameterTemplateSerializer
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields: ClassVar[Any] = (
        *("category", "parameter_type", "is_mandatory"),
        *("is_active", "source"),
    )
    search_fields = ("parameter_name", "description", "unit")
    ordering_fields = ("id", "parameter_name", "usage_count")

    def create_row(self, values: Values) -> ParameterTemplate:
        return create_template(values=values)


class TemplateRecord(Edits, Removes):
    """One template. DELETE removes it for good; parameters made after it stay."""

    queryset = ParameterTemplate.objects.all()
    serializer_class = ParameterTemplateSerializer

    def update_row(self, row: ParameterTemplate, values: Values, version: int) -> ParameterTemplate:
        return update_template(template=row, values=values, expected_version=version)

    def delete_row(self, row: ParameterTemplate, version: int) -> None:
        remove_row(row=row, expected_version=version)


def parameter_template_paths() -> list[URLPattern]:
    """The addresses of parameter templates, each with and without a slash at its end."""
    return resource_paths("commodities/parameter-templates", TemplateCollection, TemplateRecord)
