"""International templates for staff: suggested, compared, taken over field by field; and what is
unusual in a commodity that is not stored yet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import VERSION_ERRORS, MayAct
from core.api.decimals import DecimalText
from core.api.openapi import IF_MATCH
from core.api.preconditions import expected_version
from core.api.schema import ErrorSerializer, FieldErrorSerializer
from core.api.staff import StaffView
from core.i18n import language_columns
from core.money import plain_number
from settings_modules.commodities.api.commodities import CommoditySerializer
from settings_modules.commodities.api.parameters import (
    NAME_PARAMETER,
    TEMPLATE_PARAMETER,
    NameQuery,
    TemplateQuery,
    read_parameters,
)
from settings_modules.commodities.api.suggested_parameters import CommodityAction
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.anomalies import parameter_warnings, unusual_values
from settings_modules.commodities.selectors.international import (
    InternationalSuggestion,
    compared,
    suggest_international,
    suggestion_for,
)
from settings_modules.commodities.services.international import apply_international


class SuggestionSerializer(serializers.Serializer[Any]):
    template = serializers.CharField(help_text="Its key.")
    confidence = serializers.CharField(help_text="0 to 1, as a text.")
    reason = serializers.CharField()
    reason_ar = serializers.CharField()
    values = serializers.DictField(help_text="What the template proposes, by field.")


class ProposedFieldSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    now = serializers.JSONField(allow_null=True, help_text="As the commodity has it.")
    proposed = serializers.JSONField(allow_null=True, help_text="As the template has it.")
    is_changed = serializers.BooleanField(help_text="Whether the two differ.")
    is_set = serializers.BooleanField(help_text="False: nobody has touched the field yet.")


class ComparisonSerializer(serializers.Serializer[Any]):
    template = serializers.CharField()
    confidence = serializers.CharField()
    reason = serializers.CharField()
    reason_ar = serializers.CharField()
    fields = ProposedFieldSerializer(many=True)  # type: ignore[assignment]  # as it is called


class ApplySerializer(serializers.Serializer[Any]):
    template = serializers.CharField(max_length=40)
    fields = serializers.ListField(  # type: ignore[assignment]  # as above
        child=serializers.CharField(max_length=60), min_length=1, max_length=40
    )


def _plain(value: Any) -> Any:
    return plain_number(value) if isinstance(value, Decimal) else value


def _told(suggestion: InternationalSuggestion) -> dict[str, Any]:
    return {
        "template": suggestion.template,
        "confidence": str(suggestion.confidence),
        "reason": suggestion.reason,
        "reason_ar": suggestion.reason_ar,
    }


class SuggestInternational(StaffView):
    """For goods that are not stored yet: nothing is kept."""

    permission_classes: Any = (MayAct,)
    needed: ClassVar[Any] = {"GET": ("commodities.view_commodity",)}
    queryset = Commodity.objects.all()
    serializer_class = SuggestionSerializer

    @extend_schema(
        operation_id="settings_commodities_suggest_international_by_name",
        summary="The international template for goods of a name (staff)",
        parameters=[NAME_PARAMETER],
        responses={200: SuggestionSerializer},
    )
    def get(self, request: Request) -> Response:
        name = read_parameters(NameQuery, request.query_params)["name"]
        found = suggest_international([name])
        values: Mapping[str, Any] = {key: _plain(each) for key, each in found.values.items()}
        return Response({**_told(found), "values": values})


class CompareInternational(CommodityAction):
    """The commodity beside its template, field by field; nothing is changed."""

    needed: ClassVar[Any] = {"GET": ("commodities.view_commodity",)}
    serializer_class: Any = ComparisonSerializer

    @extend_schema(
        operation_id="settings_commodities_suggest_international",
        summary="A commodity compared with its international template (staff)",
        parameters=[TEMPLATE_PARAMETER],
        responses={200: ComparisonSerializer, 422: ErrorSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        commodity = self.row(id)
        template = read_parameters(TemplateQuery, request.query_params)["template"]
        found = suggestion_for(commodity, template)
        fields = [
            {
                "name": each.name,
                "now": _plain(each.now),
                "proposed": _plain(each.proposed),
                "is_changed": each.is_changed,
                "is_set": each.is_set,
            }
            for each in compared(commodity, found.values)
        ]
        return Response({**_told(found), "fields": fields})


class ApplyInternational(CommodityAction):
    """The chosen fields, all or none. It wants the `ETag` of the commodity that was compared."""

    needed: ClassVar[Any] = {"POST": ("commodities.change_commodity",)}
    serializer_class: Any = CommoditySerializer

    @extend_schema(
        operation_id="settings_commodities_apply_international",
        summary="Take over fields of an international template (staff)",
        parameters=[IF_MATCH],
        request=ApplySerializer,
        responses={200: CommoditySerializer, **VERSION_ERRORS},
        examples=[
            OpenApiExample(
                "Two fields",
                request_only=True,
                value={
                    "template": "cotton",
                    "fields": ["hs_code_6digit", "traded_on_exchanges"],
                },
            )
        ],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        given = self.given(request, ApplySerializer)
        row = apply_international(
            commodity=self.row(id),
            template=given["template"],
            fields=given["fields"],
            expected_version=expected_version(request),
        )
        return self.answered(row)


class UncheckedParameterSerializer(serializers.Serializer[Any]):
    parameter_name = serializers.CharField(max_length=100)
    min_value = DecimalText(max_digits=14, decimal_places=4, required=False, allow_null=True)
    max_value = DecimalText(max_digits=14, decimal_places=4, required=False, allow_null=True)


class UncheckedCommoditySerializer(serializers.Serializer[Any]):
    """What is known of a commodity that is not stored yet."""

    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name_ar = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name_ckb = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name_hi = serializers.CharField(max_length=200, required=False, allow_blank=True)
    tax_code = serializers.RegexField(
        "^[0-9]{2,8}$", required=False, allow_blank=True, help_text="The digits, not the id."
    )
    gst_rate = DecimalText(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True
    )
    parameters = UncheckedParameterSerializer(many=True, required=False)


class WarningsSerializer(serializers.Serializer[Any]):
    warnings = FieldErrorSerializer(many=True)


class ValidateCommodity(StaffView):
    """What is unusual in the values; warnings keep nobody from storing them."""

    permission_classes: Any = (MayAct,)
    needed: ClassVar[Any] = {"POST": ("commodities.view_commodity",)}
    queryset = Commodity.objects.all()
    serializer_class = WarningsSerializer
    post_status = 200

    @extend_schema(
        operation_id="settings_commodities_validate",
        summary="What is unusual in the values of a commodity (staff)",
        request=UncheckedCommoditySerializer,
        responses={200: WarningsSerializer},
        examples=[
            OpenApiExample(
                "Another chapter",
                value={"name_en": "Cotton", "tax_code": "1001", "gst_rate": "7"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        body = UncheckedCommoditySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        found = unusual_values(
            names={name: given.get(name, "") for name in language_columns("name")},
            tax_code=given.get("tax_code", ""),
            gst_rate=given.get("gst_rate"),
        )
        found += parameter_warnings(given.get("parameters", []))
        return Response({"warnings": [each.as_dict() for each in found]})


def international_paths() -> list[URLPattern]:
    """The addresses of international templates, and that of warnings."""
    record = r"^commodities/(?P<id>\d{1,18})"
    return [
        re_path(r"^commodities/suggest-international/?$", SuggestInternational.as_view()),
        re_path(r"^commodities/validate/?$", ValidateCommodity.as_view()),
        re_path(rf"{record}/suggest-international/?$", CompareInternational.as_view()),
        re_path(rf"{record}/apply-international/?$", ApplyInternational.as_view()),
    ]
