"""What is measured of commodities, for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
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
from settings_modules.commodities.api.below_commodity import BelowCommodity
from settings_modules.commodities.models import Commodity, QualityParameter
from settings_modules.commodities.services.quality_parameters import (
    PARAMETER_FIELDS,
    add_parameter,
    remove_parameter,
    update_parameter,
)

_RESOURCE = "commodities/parameters"


class ParameterSerializer(DecimalTexts):
    class Meta:
        model = QualityParameter
        fields = (
            *("id", "version", "commodity", *PARAMETER_FIELDS),
            *("display_order", "created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = (
            *("id", "version", "display_order"),
            *("created_at", "updated_at"),
        )
        validators = ()


class ParameterRecordSerializer(ParameterSerializer):
    """A parameter stays with its commodity; its place is changed with the others'."""

    class Meta(ParameterSerializer.Meta):
        read_only_fields = (*ParameterSerializer.Meta.read_only_fields, "commodity")


_EXAMPLE = {
    "parameter_name": "Staple Length",
    "parameter_type": "NUMERIC",
    "unit": "mm",
    "min_value": "28.0",
    "max_value": "34.0",
    "is_mandatory": True,
}


class ParameterList(StaffCollection):
    queryset = QualityParameter.objects.order_by("commodity", "display_order", "id")
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields: ClassVar[Any] = ("parameter_type", "is_mandatory", "is_active")
    search_fields = ("parameter_name", "unit")
    ordering_fields = ("id", "parameter_name", "display_order")


@describe(
    post=extend_schema(
        examples=[
            OpenApiExample("Staple length", value={"commodity": 1, **_EXAMPLE}, request_only=True)
        ]
    )
)
class ParameterCollection(Adds, ParameterList):
    """Parameters of all commodities, each commodity's in its order. A new one comes last, and
    counts as a use of the template of its name in the commodity's category."""

    serializer_class = ParameterSerializer
    filterset_fields: ClassVar[Any] = ("commodity", "parameter_type", "is_mandatory", "is_active")

    def create_row(self, values: Values) -> QualityParameter:
        given = dict(values)
        return add_parameter(commodity=given.pop("commodity"), values=given)


@describe(
    get=extend_schema(
        operation_id="settings_commodity_parameters_list",
        summary="Quality parameters of one commodity in their order (staff)",
    ),
    post=extend_schema(
        operation_id="settings_commodity_parameters_create",
        summary="Add a quality parameter to a commodity (staff)",
        examples=[OpenApiExample("Staple length", value=_EXAMPLE, request_only=True)],
    ),
)
class ParametersOfCommodity(BelowCommodity, ParameterList):
    """The parameters of one commodity in their order, the inactive ones included."""

    resource = _RESOURCE
    serializer_class = ParameterRecordSerializer

    def create_row(self, commodity: Commodity, values: Values) -> QualityParameter:
        return add_parameter(commodity=commodity, values=values)


class ParameterRecord(Edits, Removes):
    """One parameter. DELETE removes it for good."""

    queryset = QualityParameter.objects.all()
    serializer_class = ParameterRecordSerializer

    def update_row(self, row: QualityParameter, values: Values, version: int) -> QualityParameter:
        return update_parameter(parameter=row, values=values, expected_version=version)

    def delete_row(self, row: QualityParameter, version: int) -> None:
        remove_parameter(parameter=row, expected_version=version)


def parameter_paths() -> list[URLPattern]:
    """The addresses of quality parameters, each with and without a slash at its end."""
    return [
        *resource_paths(_RESOURCE, ParameterCollection, ParameterRecord),
        re_path(
            r"^commodities/(?P<id>\d{1,18})/parameters/?$",
            ParametersOfCommodity.as_view(),
            name="commodities-parameters",
        ),
    ]
