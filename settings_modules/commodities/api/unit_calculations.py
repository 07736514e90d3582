"""What is calculated with units: conversions, what fits together, and amounts."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.parameters import refuse_form
from core.api.schema import ErrorSerializer, whole_number
from core.errors import InvalidInput, NotFound, PermissionRefused
from settings_modules.commodities.api import unit_shapes as shapes
from settings_modules.commodities.api.exact_fields import ExactParameter, figure_pattern
from settings_modules.commodities.models import Commodity, Unit
from settings_modules.commodities.selectors.billing import (
    USUAL_CURRENCY,
    billing_units,
    calculate_billing,
)
from settings_modules.commodities.selectors.conversion import Scale, distinct_factors
from settings_modules.commodities.selectors.units import find_units, resolve_unit

_UNITS = r"^commodities/units"
_MAY_SEE = ("commodities.view_unit",)
_MAY_SEE_COMMODITY = ("commodities.view_unit", "commodities.view_commodity")
#: Units whose fitting together is asked at once.
MOST_COMPARED = 20


class OfCommodity(forms.Form):
    """Whose packagings count, and those of which day."""

    commodity = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class ConversionQuery(OfCommodity):
    """How much of which unit, and in which other."""

    quantity = ExactParameter()
    unit = forms.CharField(max_length=30)
    to = forms.CharField(max_length=30)


class CompatibleQuery(OfCommodity):
    """Words for units, separated by commas."""

    units = forms.CharField(max_length=30 * MOST_COMPARED)


def _word(name: str, description: str, *, most: int = 30) -> OpenApiParameter:
    shape = {"type": "string", "minLength": 1, "maxLength": most}
    return OpenApiParameter(name, shape, required=True, description=description)


_OF_COMMODITY = [
    OpenApiParameter(
        "commodity",
        whole_number(1, 2**63 - 1),
        description="Whose packagings go before the default weights.",
    ),
    OpenApiParameter(
        "on",
        {"type": "string", "format": "date"},
        description="The day whose packagings count; today by default.",
    ),
]
_CONVERSION = [
    OpenApiParameter(
        "quantity",
        {"type": "string", "pattern": figure_pattern()},
        required=True,
        description="Above zero, such as 600 or 0.5.",
    ),
    _word("unit", "Its code or another word for it, in any case."),
    _word("to", "The unit wanted."),
    *_OF_COMMODITY,
]


def _read(form_class: type[forms.Form], given: QueryDict) -> dict[str, Any]:
    """The cleaned parameters. Raises InvalidInput with every wrong one."""
    form = form_class(given)
    if not form.is_valid():
        refuse_form(form)
    return form.cleaned_data


class UnitCalculation(RowAction):
    """Something calculated with units that are named by their codes or other words."""

    queryset = Unit.objects.all()
    needed: ClassVar[dict[str, tuple[str, ...]]] = {"GET": _MAY_SEE, "POST": _MAY_SEE}

    def scale(self, key: int | None, on: date | None) -> Scale:
        """How units measure that commodity. Raises NotFound, PermissionRefused."""
        if key is None:
            return Scale(on=on)
        if not self.request.user.has_perms(_MAY_SEE_COMMODITY):
            raise PermissionRefused()
        commodity = Commodity.objects.filter(pk=key).first()
        if commodity is None:
            raise NotFound()
        return Scale(commodity, on=on)


class Convert(UnitCalculation):
    """A quantity in another unit, without loss."""

    @extend_schema(
        operation_id="settings_commodities_units_convert",
        summary="Convert a quantity into another unit (staff)",
        parameters=_CONVERSION,
        responses={200: shapes.ConversionSerializer, 422: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        asked = _read(ConversionQuery, request.query_params)
        source = resolve_unit(asked["unit"], field="unit")
        target = resolve_unit(asked["to"], field="to")
        scale = self.scale(asked["commodity"], asked["on"])
        found = scale.convert(asked["quantity"], source, target)
        return Response(found.snapshot())


class Compatible(UnitCalculation):
    """Whether units convert into each other; 422 names two that do not."""

    @extend_schema(
        operation_id="settings_commodities_units_compatible",
        summary="Whether units convert into each other (staff)",
        parameters=[
            _word(
                "units",
                f"Codes or other words, at most {MOST_COMPARED}, separated by commas.",
                most=30 * MOST_COMPARED,
            ),
            *_OF_COMMODITY,
        ],
        responses={200: shapes.CompatibleSerializer, 422: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        asked = _read(CompatibleQuery, request.query_params)
        words = [word.strip() for word in asked["units"].split(",") if word.strip()] or [""]
        if len(words) > MOST_COMPARED:
            raise InvalidInput(field="units")
        known = find_units(words)
        units = [known.get(word) or resolve_unit(word, field="units") for word in words]
        measures = self.scale(asked["commodity"], asked["on"]).in_one_base(units)
        return Response(
            {
                "compatible": True,
                "base": measures[0].base,
                "factors": distinct_factors(measures),
            }
        )


class CalculateBilling(UnitCalculation):
    """What a quantity costs that is priced in another unit; nothing is stored."""

    @extend_schema(
        operation_id="settings_commodities_units_calculate_billing",
        summary="Calculate an amount (staff)",
        request=shapes.BillingRequestSerializer,
        responses={200: shapes.BillingSerializer},
        examples=[shapes.BILLING_EXAMPLE, shapes.BILLED_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        given = self.given(request, shapes.BillingRequestSerializer)
        unit = resolve_unit(given["unit"], field="unit")
        billed = calculate_billing(
            quantity=given["quantity"],
            unit=unit,
            rate=given["rate"],
            rate_unit=resolve_unit(given["rate_unit"], field="rate_unit"),
            base_unit=resolve_unit(given.get("base_unit", unit.base), field="base_unit"),
            currency=given.get("currency", USUAL_CURRENCY).upper(),
        )
        return Response(billed.snapshot())


class CalculateCommodityBilling(RowAction):
    """What a quantity of the commodity costs, by its packagings of the day; nothing is stored."""

    queryset = Commodity.objects.select_related("base_unit", "trade_unit", "rate_unit")
    needed: ClassVar[dict[str, tuple[str, ...]]] = {"POST": _MAY_SEE_COMMODITY}

    @extend_schema(
        operation_id="settings_commodities_calculate_billing",
        summary="Calculate the amount of a quantity of a commodity (staff)",
        request=shapes.CommodityBillingRequestSerializer,
        responses={200: shapes.BillingSerializer},
        examples=[shapes.BILLING_EXAMPLE, shapes.BILLED_EXAMPLE],
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        commodity: Commodity = self.row(id)
        given = self.given(request, shapes.CommodityBillingRequestSerializer)
        usual = billing_units(commodity)

        def unit(name: str, otherwise: Unit) -> Unit:
            return resolve_unit(given[name], field=name) if name in given else otherwise

        billed = calculate_billing(
            quantity=given["quantity"],
            unit=unit("unit", usual.unit),
            rate=given["rate"],
            rate_unit=unit("rate_unit", usual.rate_unit),
            base_unit=usual.base_unit,
            currency=given.get("currency", usual.currency).upper(),
            scale=Scale(commodity, on=given.get("on")),
        )
        return Response(billed.snapshot())


def calculation_paths() -> list[URLPattern]:
    """The addresses of calculations, each with and without a slash at its end."""
    views: dict[str, Any] = {
        rf"{_UNITS}/convert": Convert,
        rf"{_UNITS}/compatible": Compatible,
        rf"{_UNITS}/calculate-billing": CalculateBilling,
        r"^commodities/(?P<id>\d{1,18})/calculate-billing": CalculateCommodityBilling,
    }
    return [
        re_path(f"{address}/?$", view.as_view(), name=f"commodities-{view.__name__}")
        for address, view in views.items()
    ]
