"""Quality parameters of one commodity: suggested, added by choice, put in order, checked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.schema import FieldErrorSerializer
from core.money import plain_number
from settings_modules.commodities.api.quality_parameters import ParameterRecordSerializer
from settings_modules.commodities.models import Commodity, ParameterTemplate
from settings_modules.commodities.selectors.quality import quality_findings
from settings_modules.commodities.selectors.suggested_parameters import (
    SuggestedParameter,
    suggested_templates,
)
from settings_modules.commodities.services.quality_parameters import (
    add_suggested,
    reorder_parameters,
)

_MOST = 200
_TOLD = (
    *("parameter_name", "parameter_type", "unit", "default_value"),
    *("is_mandatory", "usage_count", "source"),
)


class SuggestedSerializer(serializers.Serializer[Any]):
    template = serializers.IntegerField(help_text="The id of the template.")
    parameter_name = serializers.CharField()
    parameter_type = serializers.CharField()
    unit = serializers.CharField()
    min_value = serializers.CharField(allow_null=True)
    max_value = serializers.CharField(allow_null=True)
    default_value = serializers.CharField()
    is_mandatory = serializers.BooleanField()
    usage_count = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # as the template calls it
    category = serializers.CharField(help_text="The code of the template's category.")
    is_there = serializers.BooleanField(help_text="The commodity has one of this name.")


class SuggestionsSerializer(serializers.Serializer[Any]):
    items = SuggestedSerializer(many=True)


def _keys(**more: Any) -> serializers.ListField:
    key = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    return serializers.ListField(child=key, max_length=_MOST, **more)


class ChosenTemplatesSerializer(serializers.Serializer[Any]):
    templates = _keys(min_length=1, help_text="Ids of suggested templates.")


class ParameterOrderSerializer(serializers.Serializer[Any]):
    order = _keys(help_text="The ids of all parameters of the commodity, the first one first.")


class ParametersSerializer(serializers.Serializer[Any]):
    items = ParameterRecordSerializer(many=True)


class MeasuredSerializer(serializers.Serializer[Any]):
    values = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        help_text="What was measured, as texts by the parameters' names.",
    )


class QualitySerializer(serializers.Serializer[Any]):
    is_accepted = serializers.BooleanField()
    findings = FieldErrorSerializer(many=True)


def _told(each: SuggestedParameter) -> dict[str, Any]:
    template = each.template
    bounds = {name: getattr(template, name) for name in ("min_value", "max_value")}
    return {
        "template": template.pk,
        **{name: getattr(template, name) for name in _TOLD},
        **{name: None if one is None else plain_number(one) for name, one in bounds.items()},
        "category": template.category.code,
        "is_there": each.is_there,
    }


class CommodityAction(RowAction):
    """Something done with one commodity."""

    queryset = Commodity.objects.select_related("category", "tax_code")
    serializer_class: Any = SuggestionsSerializer


class SuggestParameters(CommodityAction):
    needed: ClassVar[Any] = {"GET": ("commodities.view_qualityparameter",)}

    @extend_schema(
        operation_id="settings_commodities_suggest_parameters",
        summary="What is usually measured of such a commodity, the most used first (staff)",
        responses={200: SuggestionsSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002
        return Response({"items": [_told(each) for each in suggested_templates(self.row(id))]})


class AddSuggestedParameters(CommodityAction):
    """All of the chosen ones or none; those that are there already are passed over."""

    needed: ClassVar[Any] = {"POST": ("commodities.add_qualityparameter",)}

    @extend_schema(
        operation_id="settings_commodities_add_suggested_parameters",
        summary="Add suggested quality parameters to a commodity (staff)",
        request=ChosenTemplatesSerializer,
        responses={200: ParametersSerializer},
        examples=[OpenApiExample("Two", value={"templates": [4, 7]}, request_only=True)],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        keys = self.given(request, ChosenTemplatesSerializer)["templates"]
        commodity = self.row(id)
        found = ParameterTemplate.objects.filter(pk__in=keys).order_by("pk")
        added = add_suggested(commodity=commodity, templates=list(found))
        return Response({"items": ParameterRecordSerializer(added, many=True).data})


class ReorderParameters(CommodityAction):
    """The places of all parameters in one statement. No record's version steps."""

    needed: ClassVar[Any] = {"POST": ("commodities.change_qualityparameter",)}

    @extend_schema(
        operation_id="settings_commodities_reorder_parameters",
        summary="Put the quality parameters of a commodity in order (staff)",
        request=ParameterOrderSerializer,
        responses={200: ParametersSerializer},
        examples=[OpenApiExample("The third first", value={"order": [9, 7, 8]}, request_only=True)],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        order = self.given(request, ParameterOrderSerializer)["order"]
        rows = reorder_parameters(commodity=self.row(id), order=order)
        return Response({"items": ParameterRecordSerializer(rows, many=True).data})


class CheckQuality(CommodityAction):
    """Nothing is stored."""

    needed: ClassVar[Any] = {"POST": ("commodities.view_qualityparameter",)}

    @extend_schema(
        operation_id="settings_commodities_check_quality",
        summary="Whether measured values keep to a commodity's quality parameters (staff)",
        request=MeasuredSerializer,
        responses={200: QualitySerializer},
        examples=[
            OpenApiExample("Short", value={"values": {"Staple Length": "26"}}, request_only=True)
        ],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        values = self.given(request, MeasuredSerializer)["values"]
        found = [each.as_dict() for each in quality_findings(self.row(id), values)]
        return Response({"is_accepted": not found, "findings": found})


def suggested_parameter_paths() -> list[URLPattern]:
    """What is done with the parameters of one commodity."""
    actions = {
        "suggest-parameters": SuggestParameters,
        "add-suggested-parameters": AddSuggestedParameters,
        "reorder-parameters": ReorderParameters,
        "check-quality": CheckQuality,
    }
    return [
        re_path(
            rf"^commodities/(?P<id>\d{{1,18}})/{name}/?$",
            view.as_view(),
            name=f"commodities-{name}",
        )
        for name, view in actions.items()
    ]
