"""Filters and query parameters of commodities."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters.rest_framework import CharFilter, NumberFilter
from drf_spectacular.utils import OpenApiParameter, extend_schema_field

from core.api.filters import TruthField
from core.api.parameters import refuse_form
from core.api.schema import SHORT_TEXT
from core.api.staff import StaffFilterSet
from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.commodities import matching_commodities

Form = TypeVar("Form", bound=forms.Form)
_RATE: dict[str, Any] = {
    "field_name": "gst_rate",
    "min_value": 0,
    "max_value": 100,
    "max_digits": 6,
    "decimal_places": 3,
}


#: Tells the bounds in the schema.
_told = extend_schema_field({"type": "number", "minimum": 0, "maximum": 100})


class CommodityFilter(StaffFilterSet):
    """Words, category, tax code by its beginning, a range of the commodity's own rate."""

    search = CharFilter(
        method="holding_words",
        max_length=200,
        label="Words that must all occur in code, names, descriptions or HS code.",
    )
    code = CharFilter(lookup_expr="iexact")
    category_code = CharFilter(field_name="category__code", lookup_expr="iexact")
    tax_code_prefix = CharFilter(field_name="tax_code__code", lookup_expr="startswith")
    hs_code = CharFilter(field_name="hs_code_6digit", lookup_expr="startswith")
    gst_min = _told(NumberFilter(lookup_expr="gte", **_RATE))
    gst_max = _told(NumberFilter(lookup_expr="lte", **_RATE))

    class Meta:
        model = Commodity
        fields = ("category", "tax_code", "base_unit", "is_active", "seasonal_commodity")

    def holding_words(self, rows: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        """Those in which every word occurs."""
        return rows.filter(pk__in=matching_commodities(words).values("pk"))


def read_parameters(form_class: type[Form], given: QueryDict) -> dict[str, Any]:
    """The cleaned parameters. Raises InvalidInput with every wrong one."""
    form = form_class(given)
    if not form.is_valid():
        refuse_form(form)
    return form.cleaned_data


class Confirmation(forms.Form):
    """A yes to what follows."""

    confirm_in_use = TruthField(required=False)


class TemplateQuery(forms.Form):
    """Another template than the one suggested."""

    template = forms.CharField(max_length=40, required=False)


class NameQuery(forms.Form):
    """What goods are called."""

    name = forms.CharField(max_length=1000, required=False)


CONFIRM_PARAMETER = OpenApiParameter(
    "confirm_in_use", {"type": "boolean"}, description="Switch it off although it is in use."
)
TEMPLATE_PARAMETER = OpenApiParameter(
    "template",
    {"type": "string", "maxLength": 40},
    description="Another template than the suggested one, by its key.",
)
NAME_PARAMETER = OpenApiParameter(
    "name", {**SHORT_TEXT, "maxLength": 1000}, description="What the goods are called."
)
