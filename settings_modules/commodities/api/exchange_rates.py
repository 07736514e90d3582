"""Exchange rates for staff: what is stored, what is in force, and the rate between two."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, re_path
from django_filters.rest_framework import CharFilter, DateFilter
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import ErrorSerializer
from core.api.staff import (
    Adds,
    Edits,
    Removes,
    StaffCollection,
    StaffFilterSet,
    StaffSerializer,
    StaffView,
    Values,
    resource_paths,
)
from core.references.services import remove_record
from settings_modules.commodities.api.exact_fields import FigureText, RateText
from settings_modules.commodities.api.price_parameters import (
    PAIR_PARAMETERS,
    PairQuery,
    read_query,
)
from settings_modules.commodities.exchange.currencies import (
    MAJOR_CURRENCIES,
    all_currencies,
    decimals_of,
)
from settings_modules.commodities.models import ExchangeRate
from settings_modules.commodities.selectors.exchange_rates import (
    FoundRate,
    age_in_days,
    find_rate,
    is_stale,
    latest_rates,
)
from settings_modules.commodities.services.exchange_rates import (
    EDITABLE_FIELDS,
    add_rate,
    update_rate,
)

NAME = "commodities/exchange-rates"
#: What a way to a rate may be refused with, beside what every address may.
RATE_ERRORS: dict[Any, Any] = {409: ErrorSerializer, 422: ErrorSerializer}


class CurrencyCode(serializers.RegexField):
    """Three capital letters; the service knows which are a currency."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Z]{3}$", **options)


class ExchangeRateSerializer(StaffSerializer):
    base = CurrencyCode(help_text="ISO code: one unit of this …")
    quote = CurrencyCode(help_text="… is worth `rate` of this.")
    rate = RateText()
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        max_length=40, required=False, help_text="Without one: `manual`; of an override `override`."
    )
    age_days = serializers.SerializerMethodField(help_text="How many days ago its day is.")
    is_stale = serializers.SerializerMethodField(help_text="Too old to be used for today.")

    def get_age_days(self, row: ExchangeRate) -> int:
        return age_in_days(row)

    def get_is_stale(self, row: ExchangeRate) -> bool:
        return is_stale(row)

    class Meta:
        model = ExchangeRate
        fields = (
            *("id", "version", "base", "quote", "rate", "valid_on", "source"),
            *("is_override", "reason", "entered_by", "age_days", "is_stale"),
            *("created_at", "updated_at"),
        )
        read_only_fields: tuple[str, ...] = (
            *("id", "version", "entered_by", "created_at", "updated_at"),
        )
        # The service says which rate is there already.
        validators = ()


class ExchangeRateRecordSerializer(ExchangeRateSerializer):
    """A rate keeps its pair, its day and its source."""

    base = CurrencyCode(read_only=True)
    quote = CurrencyCode(read_only=True)
    source = serializers.CharField(read_only=True)

    class Meta(ExchangeRateSerializer.Meta):
        read_only_fields = tuple(
            name for name in ExchangeRateSerializer.Meta.fields if name not in EDITABLE_FIELDS
        )


class ExchangeRateFilter(StaffFilterSet):
    """Currencies by their codes; `since` and `until` are days, both included."""

    base = CharFilter(lookup_expr="iexact")
    quote = CharFilter(lookup_expr="iexact")
    source = CharFilter(lookup_expr="iexact")
    since = DateFilter(field_name="valid_on", lookup_expr="gte")
    until = DateFilter(field_name="valid_on", lookup_expr="lte")

    class Meta:
        model = ExchangeRate
        fields = ("base", "quote", "valid_on", "source", "is_override")


_ENTERED = OpenApiExample(
    "A rate by hand",
    value={"base": "USD", "quote": "INR", "rate": "84.25", "valid_on": "2026-04-01"},
    request_only=True,
)
_OVERRIDE = OpenApiExample(
    "An override of that day",
    value={
        "base": "USD",
        "quote": "INR",
        "rate": "84.5",
        "valid_on": "2026-04-01",
        "is_override": True,
        "reason": "Rate agreed with the bank",
    },
    request_only=True,
)
_MENDED = OpenApiExample(
    "Another figure",
    value={"rate": "84.52", "reason": "Typed wrongly"},
    request_only=True,
)


@extend_schema_view(post=extend_schema(examples=[_ENTERED, _OVERRIDE]))
class ExchangeRateCollection(Adds, StaffCollection):
    """What currencies were worth, by day and source, the newest first."""

    queryset = ExchangeRate.objects.order_by("-valid_on", "base", "quote", "id")
    serializer_class = ExchangeRateSerializer
    filterset_class = ExchangeRateFilter
    ordering_fields: ClassVar[Any] = ("id", "valid_on", "base", "quote", "source")

    def create_row(self, values: Values) -> ExchangeRate:
        return add_rate(values=values)


@extend_schema_view(patch=extend_schema(examples=[_MENDED]), put=extend_schema(examples=[_MENDED]))
class ExchangeRateRecord(Edits, Removes):
    """One rate of a day. Its figure can be mended; conversions read it from the next one on."""

    queryset = ExchangeRate.objects.all()
    serializer_class = ExchangeRateRecordSerializer

    def update_row(self, row: ExchangeRate, values: Values, version: int) -> ExchangeRate:
        return update_rate(row=row, values=values, expected_version=version)

    def delete_row(self, row: ExchangeRate, version: int) -> None:
        remove_record(row=row, expected_version=version)


class LatestRates(StaffCollection):
    """The rate in force of each pair as it was entered, and how old it is."""

    queryset = ExchangeRate.objects.all()
    serializer_class = ExchangeRateSerializer
    filter_backends: Any = ()

    def get_queryset(self) -> Any:
        return latest_rates()

    @extend_schema(
        operation_id="settings_exchange_rates_latest",
        summary="The newest rate of each pair, with its age (staff)",
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class UsedRateSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="The stored rate.")
    base = serializers.CharField()
    quote = serializers.CharField()
    rate = FigureText()
    valid_on = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_override = serializers.BooleanField()
    is_inverse = serializers.BooleanField(help_text="It was turned round: 1/rate was used.")
    age_days = serializers.IntegerField(help_text="Days before the day asked for.")


class FoundRateSerializer(serializers.Serializer[Any]):
    base = serializers.CharField()
    quote = serializers.CharField()
    on = serializers.DateField(help_text="The day asked for.")
    rate = FigureText(help_text="At most 18 significant digits; amounts are worked out exactly.")
    valid_on = serializers.DateField(help_text="The oldest day of the rates used.")
    via = serializers.CharField(help_text="The currency between; empty without one.")
    used = UsedRateSerializer(many=True, help_text="None for a currency to itself.")


def rate_on_the_wire(rate: FoundRate) -> dict[str, Any]:
    """The wire form of a rate."""
    found: dict[str, Any] = FoundRateSerializer(rate).data
    return found


class RateBetween(StaffView):
    """The rate between two currencies on a day, and the stored rates that it was made of."""

    queryset = ExchangeRate.objects.all()

    @extend_schema(
        operation_id="settings_exchange_rates_between",
        summary="The rate between two currencies on a day (staff)",
        parameters=PAIR_PARAMETERS,
        responses={200: FoundRateSerializer, **RATE_ERRORS},
    )
    def get(self, request: Request) -> Response:
        asked = read_query(PairQuery, request.query_params)
        rate = find_rate(base=asked["from"], quote=asked["to"], on=asked["on"])
        return Response(rate_on_the_wire(rate))


class CurrencySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    decimals = serializers.IntegerField(help_text="How many decimals an amount has.")
    is_major = serializers.BooleanField(help_text="Among those that traders meet most.")


class CurrenciesSerializer(serializers.Serializer[Any]):
    items = CurrencySerializer(many=True)


class Currencies(StaffView):
    """The ISO currencies in use, the major ones first."""

    queryset = ExchangeRate.objects.all()

    @extend_schema(
        operation_id="settings_currencies",
        summary="The currencies that prices may be in (staff)",
        responses={200: CurrenciesSerializer},
    )
    def get(self, request: Request) -> Response:
        items = [
            {"code": code, "decimals": decimals_of(code), "is_major": code in MAJOR_CURRENCIES}
            for code in all_currencies()
        ]
        return Response({"items": items})


def exchange_rate_paths() -> list[URLPattern]:
    """The addresses of rates and currencies, each with and without a slash at its end."""
    return [
        re_path(rf"^{NAME}/latest/?$", LatestRates.as_view()),
        re_path(rf"^{NAME}/between/?$", RateBetween.as_view()),
        re_path(r"^commodities/currencies/?$", Currencies.as_view()),
        *resource_paths(NAME, ExchangeRateCollection, ExchangeRateRecord),
    ]
