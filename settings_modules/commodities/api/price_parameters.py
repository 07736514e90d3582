"""Query parameters about rates and prices, cleaned and bounded; unknown ones are not looked at."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from core.api.parameters import refuse_form
from core.api.schema import whole_number
from settings_modules.commodities.api.exact_fields import AMOUNT

Form = TypeVar("Form", bound=forms.Form)

_CODE = r"^[A-Z]{3}$"
_CODES = r"^[A-Z]{3}(,[A-Z]{3}){0,49}$"
MOST_PLACES = 12
LONGEST_UNIT = 30


def read_query(form_class: type[Form], given: QueryDict) -> dict[str, Any]:
    """The cleaned parameters. Raises InvalidInput with every wrong one."""
    form = form_class(given)
    if not form.is_valid():
        refuse_form(form)
    return form.cleaned_data


class AmountField(forms.RegexField):
    """Zero or more, as text: the figure is exact."""

    def __init__(self, **options: Any) -> None:
        super().__init__(AMOUNT, **options)

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return Decimal(text) if text else None


class CodesField(forms.RegexField):
    """At most fifty currencies, separated by commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(_CODES, **options)

    def clean(self, value: Any) -> Any:
        return [code for code in super().clean(value).split(",") if code]


def _unit() -> forms.CharField:
    return forms.CharField(max_length=LONGEST_UNIT, required=False)


def _places() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=MOST_PLACES, required=False)


class _OnDay(forms.Form):
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


#: "from" is a word of Python: forms with it are made of parts.
PairQuery: type[forms.Form] = type(
    "PairQuery",
    (_OnDay,),
    {"from": forms.RegexField(_CODE), "to": forms.RegexField(_CODE)},
)
ConvertQuery: type[forms.Form] = type(
    "ConvertQuery",
    (PairQuery,),
    {"amount": AmountField(), "unit": _unit(), "to_unit": _unit(), "places": _places()},
)
ManyQuery: type[forms.Form] = type("ManyQuery", (ConvertQuery,), {"to": CodesField()})


class ToCentsQuery(_OnDay):
    price = AmountField()
    currency = forms.RegexField(_CODE, required=False)
    unit = _unit()


class FromCentsQuery(_OnDay):
    cents = AmountField()
    currency = forms.RegexField(_CODE, required=False)
    unit = _unit()
    places = _places()


def _parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> Any:
    return OpenApiParameter(name, schema, description=description, **more)


def _currency(name: str, description: str, **more: Any) -> Any:
    return _parameter(name, {"type": "string", "pattern": _CODE}, description, **more)


def _amount(name: str, description: str) -> Any:
    schema = {"type": "string", "pattern": AMOUNT}
    return _parameter(name, schema, description, required=True)


def _unit_parameter(name: str, description: str) -> Any:
    return _parameter(name, {"type": "string", "maxLength": LONGEST_UNIT}, description)


_ON = _parameter(
    "on", {"type": "string", "format": "date"}, "The day of the rate; without one today."
)
_PLACES = _parameter(
    "places",
    whole_number(0, MOST_PLACES),
    "Decimals of the answer; without it those of the currency.",
)
_FROM = _currency("from", "ISO code.", required=True)
PAIR_PARAMETERS = [_FROM, _currency("to", "ISO code.", required=True), _ON]
_UNITS = [
    _unit_parameter("unit", "The unit that the amount is for, by code or another word for it."),
    _unit_parameter("to_unit", "The unit that the answer is for; without one the same."),
]
CONVERT_PARAMETERS = [_amount("amount", "The price."), *PAIR_PARAMETERS, *_UNITS, _PLACES]
MANY_PARAMETERS = [
    _amount("amount", "The price."),
    _FROM,
    _parameter(
        "to",
        {"type": "string", "pattern": _CODES},
        "At most fifty ISO codes, separated by commas.",
        required=True,
    ),
    _ON,
    *_UNITS,
    _PLACES,
]
_IN_UNIT = _unit_parameter("unit", "The unit of the price; without one `KG`.")
TO_CENTS_PARAMETERS = [
    _amount("price", "The price of one unit."),
    _currency("currency", "Of the price; without one `USD`."),
    _IN_UNIT,
    _ON,
]
FROM_CENTS_PARAMETERS = [
    _amount("cents", "US cents per pound."),
    _currency("currency", "Of the answer; without one `USD`."),
    _IN_UNIT,
    _ON,
    _PLACES,
]
