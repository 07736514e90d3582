"""Varieties of commodities for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework.filters import SearchFilter

from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffSerializer,
    Values,
    resource_paths,
)
from core.references.services import remove_row
from settings_modules.commodities.api.below_commodity import BelowCommodity
from settings_modules.commodities.models import Commodity, CommodityVariety
from settings_modules.commodities.services.varieties import (
    VARIETY_FIELDS,
    add_variety,
    update_variety,
)

_RESOURCE = "commodities/varieties"


class VarietySerializer(StaffSerializer):
    class Meta:
        model = CommodityVariety
        fields = ("id", "version", "commodity", *VARIETY_FIELDS, "created_at", "updated_at")
        read_only_fields: tuple[str, ...] = ("id", "version", "created_at", "updated_at")
        validators = ()


class VarietyRecordSerializer(VarietySerializer):
    """A variety stays with its commodity."""

    class Meta(VarietySerializer.Meta):
        read_only_fields = (*VarietySerializer.Meta.read_only_fields, "commodity")


_EXAMPLE = {"name": "DCH-32", "code": "DCH32", "is_standard": True}


class VarietyList(StaffCollection):
    queryset = CommodityVariety.objects.order_by("id")
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_fields: ClassVar[Any] = ("is_standard", "is_active")
    search_fields = ("name", "code", "description")
    ordering_fields = ("id", "name", "code")


@describe(
    post=extend_schema(
        examples=[OpenApiExample("DCH-32", value={"commodity": 1, **_EXAMPLE}, request_only=True)]
    )
)
class VarietyCollection(Adds, VarietyList):
    """Varieties of all commodities."""

    serializer_class = VarietySerializer
    filterset_fields: ClassVar[Any] = ("commodity", "code", "is_standard", "is_active")

    def create_row(self, values: Values) -> CommodityVariety:
        given = dict(values)
        return add_variety(commodity=given.pop("commodity"), values=given)


@describe(
    get=extend_schema(
        operation_id="settings_commodity_varieties_list", summary="Varieties of one commodity"
    ),
    post=extend_schema(
        operation_id="settings_commodity_varieties_create",
        summary="Add a variety to a commodity (staff)",
        examples=[OpenApiExample("DCH-32", value=_EXAMPLE, request_only=True)],
    ),
)
class VarietiesOfCommodity(BelowCommodity, VarietyList):
    """The varieties of one commodity, the inactive ones included."""

    resource = _RESOURCE
    serializer_class = VarietyRecordSerializer

    def create_row(self, commodity: Commodity, values: Values) -> CommodityVariety:
        return add_variety(commodity=commodity, values=values)


class VarietyRecord(Edits, Removes):
    """One variety. DELETE removes it for good, while nothing refers to it."""

    queryset = CommodityVariety.objects.all()
    serializer_class = VarietyRecordSerializer

    def update_row(self, row: CommodityVariety, values: Values, version: int) -> CommodityVariety:
        return update_variety(variety=row, values=values, expected_version=version)

    def delete_row(self, row: CommodityVariety, version: int) -> None:
        remove_row(row=row, expected_version=version)


def variety_paths() -> list[URLPattern]:
    """The addresses of varieties, each with and without a slash at its end."""
    return [
        *resource_paths(_RESOURCE, VarietyCollection, VarietyRecord),
        re_path(
            r"^commodities/(?P<id>\d{1,18})/varieties/?$",
            VarietiesOfCommodity.as_view(),
            name="commodities-varieties",
        ),
    ]
