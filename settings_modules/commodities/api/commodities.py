"""Commodities for staff."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.decimals import DecimalText, DecimalTexts
from core.api.preconditions import etag_of
from core.api.schema import FieldErrorSerializer
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffView,
    Values,
    resource_paths,
)
from core.errors import NotFound
from settings_modules.commodities.api.parameters import (
    CONFIRM_PARAMETER,
    CommodityFilter,
    Confirmation,
    read_parameters,
)
from settings_modules.commodities.api.shaped_fields import ShapedFields
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.anomalies import commodity_warnings
from settings_modules.commodities.selectors.commodities import (
    commodity_facets,
    commodity_with_code,
)
from settings_modules.commodities.services.commodities import (
    EDITABLE_FIELDS,
    create_commodity,
    deactivate_commodity,
    update_commodity,
)


class CommoditySerializer(DecimalTexts, ShapedFields):  # type: ignore[misc]  # made of shapes
    """A commodity. Decimals and amounts are texts; countries and currencies ISO codes."""

    warnings = serializers.SerializerMethodField(
        help_text="What is unusual: the chapter of the HSN code, the rate."
    )

    class Meta:
        model = Commodity
        fields = (*("id", "version", *EDITABLE_FIELDS), *("warnings", "created_at", "updated_at"))
        read_only_fields = ("id", "version", "created_at", "updated_at")
        extra_kwargs = {
            "base_unit": {"required": False, "help_text": "Without one: kilograms."},
            # The service tells of wrong currencies and codes by their names.
            "default_currency": {"max_length": 10},
            "hs_code_6digit": {"max_length": 10},
        }
        validators = ()

    @extend_schema_field(FieldErrorSerializer(many=True))
    def get_warnings(self, row: Commodity) -> list[dict[str, str]]:
        return [found.as_dict() for found in commodity_warnings(row)]


_ROWS = Commodity.objects.select_related("tax_code").defer("search_text")
ADD_EXAMPLE = OpenApiExample(
    "Cotton",
    request_only=True,
    value={
        "code": "COTTON-001",
        "name_en": "Cotton",
        "name_ar": "قطن",
        "category": 1,
        "tax_code": 5201,
        "gst_rate": "5.00",
        "base_unit": 1,
        "trade_unit": 12,
        "rate_unit": 7,
        "default_currency": "USD",
        "supported_currencies": ["USD", "INR"],
        "international_pricing_unit": "CENTS_PER_POUND",
        "hs_code_6digit": "520100",
        "country_tax_codes": {"IN": {"hsn": "5201"}, "US": {"hts": "5201.00"}},
        "harvest_season": {"IN": [10, 11, 12, 1]},
        "delivery_tolerance_pct": "5.00",
    },
)
CHANGE_EXAMPLE = OpenApiExample(
    "Another rate, and no code", request_only=True, value={"gst_rate": "0.00", "code": None}
)


@describe(post=extend_schema(examples=[ADD_EXAMPLE]))
class CommodityCollection(Adds, StaffCollection):
    """What is traded. Nothing is filled in by itself but the base unit."""

    queryset = _ROWS.order_by("id")
    serializer_class = CommoditySerializer
    filterset_class = CommodityFilter
    ordering_fields = ("id", "code", "name_en", "gst_rate", "category", "updated_at")

    def create_row(self, values: Values) -> Commodity:
        return create_commodity(values=values)


@describe(
    patch=extend_schema(examples=[CHANGE_EXAMPLE]),
    delete=extend_schema(parameters=[CONFIRM_PARAMETER]),
)
class CommodityRecord(Edits, Removes):
    """One commodity. DELETE switches it off; it stays readable with all that belongs to it."""

    queryset = _ROWS
    serializer_class = CommoditySerializer

    def update_row(self, row: Commodity, values: Values, version: int) -> Commodity:
        return update_commodity(commodity=row, values=values, expected_version=version)

    def delete_row(self, row: Commodity, version: int) -> None:
        confirmed = read_parameters(Confirmation, self.request.query_params)["confirm_in_use"]
        deactivate_commodity(
            commodity=row, expected_version=version, confirm_in_use=bool(confirmed)
        )


class CommodityByCode(StaffView):
    """The commodity with a code of the company's, in any capitals."""

    queryset = _ROWS
    serializer_class = CommoditySerializer

    @extend_schema(
        operation_id="settings_commodities_by_code", summary="One commodity by its code (staff)"
    )
    def get(self, request: Request, code: str) -> Response:
        found = commodity_with_code(code)
        if found is None:
            raise NotFound()
        return Response(self.shown(found), headers={"ETag": etag_of(found)})


class CategoryCountSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_ar = serializers.CharField()
    count = serializers.IntegerField()


class TaxCodeCountSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    count = serializers.IntegerField()


class RateRangeSerializer(serializers.Serializer[Any]):
    min = DecimalText(max_digits=5, decimal_places=2, min_value=0, max_value=100, allow_null=True)
    max = DecimalText(max_digits=5, decimal_places=2, min_value=0, max_value=100, allow_null=True)


@extend_schema_serializer(many=False)
class FacetsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    inactive = serializers.IntegerField()
    without_tax_code = serializers.IntegerField()
    gst_rate = RateRangeSerializer(help_text="Of the commodities' own rates.")
    categories = CategoryCountSerializer(many=True, help_text="With the most commodities first.")
    tax_codes = TaxCodeCountSerializer(many=True)


class CommodityFacets(StaffCollection):
    """What the commodities that the filters leave can be narrowed by further, with counts."""

    queryset = Commodity.objects.all()
    serializer_class = FacetsSerializer
    filterset_class = CommodityFilter
    pagination_class = None

    @extend_schema(
        operation_id="settings_commodities_facets",
        summary="Commodities counted by category, tax code and rate (staff)",
        responses={200: FacetsSerializer},
    )
    def get(self, request: Request) -> Response:
        facets = commodity_facets(self.filter_queryset(self.get_queryset()))
        return Response(FacetsSerializer(facets).data)


def commodity_paths() -> list[URLPattern]:
    """The addresses of commodities, each with and without a slash at its end."""
    return [
        re_path(
            r"^commodities/by-code/(?P<code>[^/\x00]{1,40})/?$",
            CommodityByCode.as_view(),
            name="commodities-by-code",
        ),
        re_path(r"^commodities/facets/?$", CommodityFacets.as_view(), name="commodities-facets"),
        *resource_paths("commodities", CommodityCollection, CommodityRecord),
    ]
