"""Tax codes for staff: the list, the search, and which rate a code has on a day."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import URLPattern, re_path
from django_filters.rest_framework import CharFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.parameters import refuse_form
from core.api.schema import SHORT_TEXT
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
from core.references.services import remove_row
from settings_modules.commodities.models import TaxCode
from settings_modules.commodities.selectors.tax_codes import LONGEST_SEARCH, search_tax_codes
from settings_modules.commodities.selectors.tax_rates import (
    EffectiveRate,
    effective_rate,
    effective_rates,
    today,
)
from settings_modules.commodities.services.tax_codes import (
    CODE_FIELDS,
    create_tax_code,
    update_tax_code,
)

#: Codes that autocompletion offers.
MOST_OFFERED = 20
_UNSHOWN = ("search_text", "search_words")
VIEW_RATES: dict[str, tuple[str, ...]] = {
    "GET": ("commodities.view_taxcode", "commodities.view_taxrate")
}
DATE_PARAMETER = OpenApiParameter(
    "date", {"type": "string", "format": "date"}, description="The day; without it today."
)
SEARCH_PARAMETER = OpenApiParameter(
    "query",
    SHORT_TEXT,
    required=True,
    description="The beginning of a code, or words of the description: the best fitting first.",
)


class TaxCodeSerializer(StaffSerializer):
    class Meta:
        model = TaxCode
        fields = ("id", "version", "key", *CODE_FIELDS, "created_at", "updated_at")
        read_only_fields = ("id", "version", "key", "created_at", "updated_at")


class OfferedCodeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    code = serializers.CharField()
    description = serializers.CharField()
    rate = serializers.CharField(allow_null=True, help_text="Percent today; null without one.")


class OfferedCodesSerializer(serializers.Serializer[Any]):
    items = OfferedCodeSerializer(many=True)


class EffectiveRateSerializer(serializers.Serializer[Any]):
    """`rate` is null when neither the code nor a shorter one has a rate on that day."""

    tax_code = serializers.IntegerField()
    code = serializers.CharField()
    date = serializers.DateField()
    rate = serializers.CharField(allow_null=True, help_text="Percent as text; 0 is a rate.")
    from_code = serializers.CharField(allow_null=True, help_text="The code that has the rate.")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    notification = serializers.CharField(allow_null=True)


class DayForm(forms.Form):
    """A day of a query string."""

    date = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class SearchForm(forms.Form):
    """What is searched for."""

    query = forms.CharField(max_length=LONGEST_SEARCH)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The parameters. Raises InvalidInput."""
    if not form.is_valid():
        refuse_form(form)
    return form.cleaned_data


def searched_text(given: QueryDict) -> str:
    """The `query` of an address. Raises InvalidInput without one."""
    return str(cleaned(SearchForm(given))["query"])


class TaxCodeFilter(StaffFilterSet):
    """`prefix` is the beginning of a code."""

    prefix = CharFilter(field_name="code", lookup_expr="startswith")

    class Meta:
        model = TaxCode
        fields = ("kind", "code", "is_active")


@describe(
    post=extend_schema(
        examples=[
            OpenApiExample(
                "A code of the chapter of cotton",
                value={"kind": "hsn", "code": "5201", "description": "COTTON, NOT CARDED"},
                request_only=True,
            )
        ]
    )
)
class TaxCodeCollection(Adds, StaffCollection):
    """HSN codes of goods and SACs of services."""

    queryset = TaxCode.objects.defer(*_UNSHOWN).order_by("kind", "code")
    serializer_class = TaxCodeSerializer
    filterset_class = TaxCodeFilter
    ordering_fields = ("id", "kind", "code", "updated_at")

    def create_row(self, values: Values) -> TaxCode:
        return create_tax_code(values=values)


class TaxCodeRecord(Edits, Removes):
    """One code."""

    queryset = TaxCode.objects.defer(*_UNSHOWN)
    serializer_class = TaxCodeSerializer

    def update_row(self, row: TaxCode, values: Values, version: int) -> TaxCode:
        return update_tax_code(tax_code=row, values=values, expected_version=version)

    def delete_row(self, row: TaxCode, version: int) -> None:
        remove_row(row=row, expected_version=version)


class TaxCodeSearch(StaffCollection):
    """Active codes by the beginning of the code or by words, the best fitting first."""

    queryset = TaxCode.objects.all()
    serializer_class = TaxCodeSerializer
    filter_backends: Any = ()

    @extend_schema(
        operation_id="settings_commodities_tax_codes_search",
        summary="Search tax codes, best first (staff)",
        parameters=[SEARCH_PARAMETER],
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return search_tax_codes(searched_text(self.request.query_params))


class TaxCodeAutocomplete(StaffView):
    """The first codes of the search, with the rate of today."""

    queryset = TaxCode.objects.all()

    @extend_schema(
        operation_id="settings_commodities_tax_codes_autocomplete",
        summary="Offer tax codes while somebody types (staff)",
        parameters=[SEARCH_PARAMETER],
        responses={200: OfferedCodesSerializer},
    )
    def get(self, request: Request) -> Response:
        found = list(search_tax_codes(searched_text(request.query_params))[:MOST_OFFERED])
        rates = effective_rates([code.pk for code in found])
        items = [
            {
                "id": code.pk,
                "kind": code.kind,
                "code": code.code,
                "description": code.description,
                "rate": f"{rates[code.pk].rate:f}" if code.pk in rates else None,
            }
            for code in found
        ]
        return Response({"items": items})


class CodeAction(RowAction):
    """Something asked about the code of the address."""

    queryset = TaxCode.objects.defer(*_UNSHOWN)
    serializer_class: Any = TaxCodeSerializer
    needed: ClassVar[Any] = VIEW_RATES


class EffectiveRateView(CodeAction):
    """The rate of the code on a day."""

    @extend_schema(
        operation_id="settings_commodities_tax_codes_effective_rate",
        summary="The rate of a tax code on a day (staff)",
        parameters=[DATE_PARAMETER],
        responses={200: EffectiveRateSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        code = self.row(id)
        day = day_of(request)
        return Response(
            {
                "tax_code": code.pk,
                "code": code.code,
                "date": day.isoformat(),
                **_shown(effective_rate(code.pk, day)),
            }
        )


def day_of(request: Request) -> datetime.date:
    """The `date` of the address, else today. Raises InvalidInput."""
    asked: datetime.date | None = cleaned(DayForm(request.query_params))["date"]
    return asked or today()


def _shown(found: EffectiveRate | None) -> dict[str, Any]:
    if found is not None:
        return found.as_dict()
    return dict.fromkeys(("rate", "from_code", "valid_from", "valid_until", "notification"))


def tax_code_paths() -> list[URLPattern]:
    """The addresses of tax codes, each with and without a slash at its end."""
    return [
        re_path(r"^commodities/tax-codes/search/?$", TaxCodeSearch.as_view()),
        re_path(r"^commodities/tax-codes/autocomplete/?$", TaxCodeAutocomplete.as_view()),
        re_path(
            r"^commodities/tax-codes/(?P<id>\d{1,18})/effective-rate/?$",
            EffectiveRateView.as_view(),
        ),
        *resource_paths("commodities/tax-codes", TaxCodeCollection, TaxCodeRecord),
    ]
