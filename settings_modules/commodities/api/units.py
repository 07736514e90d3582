"""Units of measure for staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern, re_path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.filters import TruthFilter
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffView,
    Values,
    resource_paths,
)
from settings_modules.commodities.api import unit_shapes as shapes
from settings_modules.commodities.api.unit_calculations import calculation_paths
from settings_modules.commodities.models import Unit
from settings_modules.commodities.selectors.units import unit_catalogue
from settings_modules.commodities.services.units import create_unit, remove_unit, update_unit

NAME = "commodities/units"


class UnitFilter(filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By what is measured; of a dimension that does not exist there are no units."""

    dimension = filters.CharFilter()
    code = filters.CharFilter(lookup_expr="iexact")
    is_active = TruthFilter()

    class Meta:
        model = Unit
        fields = ("dimension", "code", "is_active")


class UnitCollection(Adds, StaffCollection):
    """The units, by dimension and code."""

    queryset = Unit.objects.prefetch_related("aliases").order_by("dimension", "code")
    serializer_class = shapes.UnitSerializer
    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)
    filterset_class = UnitFilter
    search_fields = ("code", "name_en", "name_ar", "name_ckb", "name_hi", "aliases__alias")
    ordering_fields = ("id", "code", "dimension")

    @extend_schema(examples=[shapes.UNIT_EXAMPLE])
    def post(self, request: Request) -> Response:
        return super().post(request)

    def create_row(self, values: Values) -> Unit:
        given = dict(values)
        return create_unit(aliases=given.pop("aliases", ()), values=given)


@extend_schema_view(
    patch=extend_schema(examples=[shapes.UNIT_CHANGE_EXAMPLE]),
)
class UnitRecord(Edits, Removes):
    """One unit. Documents keep the factor that they used when it is changed. DELETE is for one that
    nothing refers to."""

    queryset: QuerySet[Unit] = Unit.objects.prefetch_related("aliases")
    serializer_class = shapes.UnitRecordSerializer

    def update_row(self, row: Unit, values: Values, version: int) -> Unit:
        given = dict(values)
        return update_unit(
            unit=row,
            aliases=given.pop("aliases", None),
            values=given,
            expected_version=version,
        )

    def delete_row(self, row: Unit, version: int) -> None:
        remove_unit(unit=row, expected_version=version)


class UnitCatalogue(StaffView):
    """Every unit in use by what it measures, in one answer."""

    queryset = Unit.objects.all()
    needs: ClassVar[tuple[str, ...]] = ("view",)

    @extend_schema(
        operation_id="settings_commodities_units_catalogue",
        summary="The units in use, grouped by what they measure (staff)",
        responses={200: shapes.UnitCatalogueSerializer},
    )
    def get(self, request: Request) -> Response:
        groups = unit_catalogue()
        found = {"count": sum(len(group.units) for group in groups), "dimensions": groups}
        return Response(shapes.UnitCatalogueSerializer(found).data)


def unit_paths() -> list[URLPattern]:
    """The addresses of units, each with and without a slash at its end."""
    return [
        re_path(rf"^{NAME}/catalogue/?$", UnitCatalogue.as_view(), name=f"{NAME}-catalogue"),
        *calculation_paths(),
        *resource_paths(NAME, UnitCollection, UnitRecord),
    ]
