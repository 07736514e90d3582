"""What packages of commodities hold, for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.staff import Adds, Edits, Removes, StaffCollection, Values, resource_paths
from settings_modules.commodities.api import unit_shapes as shapes
from settings_modules.commodities.models import CommodityPackaging
from settings_modules.commodities.services.packagings import (
    add_packaging,
    remove_packaging,
    update_packaging,
)


class PackagingCollection(Adds, StaffCollection):
    """The packagings of commodities, the latest of each first."""

    queryset = CommodityPackaging.objects.order_by("commodity", "unit", "-valid_from")
    serializer_class = shapes.PackagingSerializer
    filterset_fields: ClassVar[Any] = ("commodity", "unit")
    ordering_fields = ("id", "valid_from", "valid_until")

    @extend_schema(examples=[shapes.PACKAGING_EXAMPLE])
    def post(self, request: Request) -> Response:
        return super().post(request)

    def create_row(self, values: Values) -> CommodityPackaging:
        given = dict(values)
        return add_packaging(commodity=given.pop("commodity"), unit=given.pop("unit"), values=given)


class PackagingRecord(Edits, Removes):
    """One packaging. DELETE is for one that was never agreed; give another its last day."""

    queryset = CommodityPackaging.objects.all()
    serializer_class = shapes.PackagingRecordSerializer

    def update_row(
        self, row: CommodityPackaging, values: Values, version: int
    ) -> CommodityPackaging:
        return update_packaging(packaging=row, values=values, expected_version=version)

    def delete_row(self, row: CommodityPackaging, version: int) -> None:
        remove_packaging(packaging=row, expected_version=version)


def packaging_paths() -> list[URLPattern]:
    """The addresses of packagings, each with and without a slash at its end."""
    return resource_paths("commodities/packaging", PackagingCollection, PackagingRecord)
