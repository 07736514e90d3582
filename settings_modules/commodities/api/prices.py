"""Price tools for staff: other currencies, other units, cents per pound. Nothing is stored."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.staff import StaffView
from core.errors import DomainError
from settings_modules.commodities.api.exact_fields import FigureText
from settings_modules.commodities.api.exchange_rates import (
    RATE_ERRORS,
    FoundRateSerializer,
    rate_on_the_wire,
)
from settings_modules.commodities.api.price_parameters import (
    CONVERT_PARAMETERS,
    FROM_CENTS_PARAMETERS,
    MANY_PARAMETERS,
    TO_CENTS_PARAMETERS,
    ConvertQuery,
    FromCentsQuery,
    ManyQuery,
    ToCentsQuery,
    read_query,
)
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.selectors.prices import (
    DOLLAR,
    KILOGRAM,
    Price,
    cents_per_pound,
    convert_price,
    price_in_currencies,
    price_of_cents_per_pound,
)

_NAME = "commodities/prices"


class PriceAnswerSerializer(serializers.Serializer[Any]):
    amount = FigureText(help_text="Rounded half up, once.")
    currency = serializers.CharField(help_text="ISO code; `USX` are US cents.")
    unit = serializers.CharField(help_text="What the price is of; empty for a plain amount.")
    rate = FoundRateSerializer()


class RefusedCurrencySerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()


class PricesAnswerSerializer(serializers.Serializer[Any]):
    items = PriceAnswerSerializer(many=True)
    refused = RefusedCurrencySerializer(
        many=True, help_text="Currencies for which there is no rate, or none that is fresh."
    )


def _answered(price: Price) -> dict[str, Any]:
    return {
        "amount": format(price.amount, "f"),
        "currency": price.currency,
        "unit": price.unit,
        "rate": rate_on_the_wire(price.rate),
    }


def _refused(currency: str, error: DomainError) -> dict[str, str]:
    return {
        "currency": currency,
        "code": error.code,
        "message": error.text(),
        "message_ar": error.text("ar"),
    }


def _example(amount: str, currency: str, unit: str, rate: str, used: list[Any]) -> OpenApiExample:
    return OpenApiExample(
        "A price",
        value={
            "amount": amount,
            "currency": currency,
            "unit": unit,
            "rate": {
                "base": "USD",
                "quote": "USD" if currency == "USX" else currency,
                "on": "2026-04-02",
                "rate": rate,
                "valid_on": "2026-04-01" if used else "2026-04-02",
                "via": "",
                "used": used,
            },
        },
        response_only=True,
        status_codes=["200"],
    )


_USED = {
    "id": 7,
    "base": "USD",
    "quote": "INR",
    "rate": "84.25",
    "valid_on": "2026-04-01",
    "source": "manual",
    "is_override": False,
    "is_inverse": False,
    "age_days": 1,
}


class _PriceTool(StaffView):
    """Works out; for whoever may view exchange rates."""

    queryset = ExchangeRate.objects.all()


class ConvertPrice(_PriceTool):
    """A price in another currency, and of another unit when two are given."""

    @extend_schema(
        operation_id="settings_prices_convert",
        summary="A price in another currency or of another unit (staff)",
        parameters=CONVERT_PARAMETERS,
        responses={200: PriceAnswerSerializer, **RATE_ERRORS},
        examples=[_example("8425.00", "INR", "", "84.25", [_USED])],
    )
    def get(self, request: Request) -> Response:
        asked = read_query(ConvertQuery, request.query_params)
        price = convert_price(
            amount=asked["amount"],
            base=asked["from"],
            quote=asked["to"],
            on=asked["on"],
            unit=asked["unit"],
            to_unit=asked["to_unit"],
            places=asked["places"],
        )
        return Response(_answered(price))


class PriceInCurrencies(_PriceTool):
    """A price in several currencies at once; those without a fresh rate are named."""

    @extend_schema(
        operation_id="settings_prices_multi_currency",
        summary="A price in several currencies (staff)",
        parameters=MANY_PARAMETERS,
        responses={200: PricesAnswerSerializer, **RATE_ERRORS},
    )
    def get(self, request: Request) -> Response:
        asked = read_query(ManyQuery, request.query_params)
        prices = price_in_currencies(
            amount=asked["amount"],
            base=asked["from"],
            quotes=asked["to"],
            on=asked["on"],
            unit=asked["unit"],
            to_unit=asked["to_unit"],
            places=asked["places"],
        )
        return Response(
            {
                "items": [_answered(price) for price in prices.found],
                "refused": [_refused(code, error) for code, error in prices.refused.items()],
            }
        )


class ToCentsPerPound(_PriceTool):
    """A price per kilogram, metric ton, troy ounce or any weight as US cents per pound."""

    @extend_schema(
        operation_id="settings_prices_to_cents_per_pound",
        summary="A price as US cents per pound (staff)",
        parameters=TO_CENTS_PARAMETERS,
        responses={200: PriceAnswerSerializer, **RATE_ERRORS},
        examples=[_example("90.72", "USX", "POUND", "1", [])],
    )
    def get(self, request: Request) -> Response:
        asked = read_query(ToCentsQuery, request.query_params)
        price = cents_per_pound(
            price=asked["price"],
            currency=asked["currency"] or DOLLAR,
            unit=asked["unit"] or KILOGRAM,
            on=asked["on"],
        )
        return Response(_answered(price))


class FromCentsPerPound(_PriceTool):
    """US cents per pound as a price per kilogram, metric ton, troy ounce or any weight."""

    @extend_schema(
        operation_id="settings_prices_from_cents_per_pound",
        summary="US cents per pound as a price (staff)",
        parameters=FROM_CENTS_PARAMETERS,
        responses={200: PriceAnswerSerializer, **RATE_ERRORS},
        examples=[_example("2.00", "USD", "KG", "1", [])],
    )
    def get(self, request: Request) -> Response:
        asked = read_query(FromCentsQuery, request.query_params)
        price = price_of_cents_per_pound(
            cents=asked["cents"],
            currency=asked["currency"] or DOLLAR,
            unit=asked["unit"] or KILOGRAM,
            on=asked["on"],
            places=asked["places"],
        )
        return Response(_answered(price))


def price_paths() -> list[URLPattern]:
    """The addresses of the price tools, each with and without a slash at its end."""
    tools = {
        "convert": ConvertPrice,
        "multi-currency": PriceInCurrencies,
        "to-cents-per-pound": ToCentsPerPound,
        "from-cents-per-pound": FromCentsPerPound,
    }
    return [re_path(rf"^{_NAME}/{name}/?$", view.as_view()) for name, view in tools.items()]
