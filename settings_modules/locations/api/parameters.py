"""Query parameters about places, cleaned and bounded; unknown ones are not looked at."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from core.api.filters import TruthField
from core.api.parameters import refuse_form
from core.api.schema import whole_number
from core.i18n import language_columns
from settings_modules.locations.places.countries import validate_country
from settings_modules.locations.places.searching import LEAST_LETTERS, LONGEST_QUERY

Form = TypeVar("Form", bound=forms.Form)
NAMES = language_columns("name")


def text_parameter(name: str, description: str, *, most: int = 200, **more: Any) -> Any:
    """A text of a query string for the schema."""
    return OpenApiParameter(
        name, {"type": "string", "maxLength": most, **more}, description=description
    )


def read_parameters(form_class: type[Form], given: QueryDict) -> dict[str, Any]:
    """The cleaned parameters. Raises InvalidInput with every wrong one."""
    form = form_class(given)
    if not form.is_valid():
        refuse_form(form)
    return form.cleaned_data


class PlaceQuery(forms.Form):
    """What to search, where and with whom."""

    query = forms.CharField(max_length=LONGEST_QUERY, required=False)
    country = forms.CharField(max_length=2, required=False, validators=[validate_country])
    provider = forms.CharField(max_length=16, required=False)


class PlaceReference(forms.Form):
    """A place by its id at a provider."""

    place_id = forms.CharField(max_length=255)
    provider = forms.CharField(max_length=16, required=False)


class SimilarQuery(forms.Form):
    """What is known of a location that may be here already."""

    name = forms.CharField(max_length=200, required=False)
    city = forms.CharField(max_length=100, required=False)
    pincode = forms.CharField(max_length=20, required=False)
    latitude = forms.FloatField(min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)
    besides = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class Confirmation(forms.Form):
    """A yes to what follows."""

    confirm_in_use = TruthField(required=False)


_PROVIDER = text_parameter(
    "provider", "`google` or `offline`; without it the one in force.", most=16
)
PLACE_QUERY_PARAMETERS = [
    OpenApiParameter(
        "query",
        {"type": "string", "minLength": LEAST_LETTERS, "maxLength": LONGEST_QUERY},
        required=True,
        description="The beginning of the place's name, at least two letters.",
    ),
    text_parameter("country", "ISO code: this country alone.", most=2),
    _PROVIDER,
]
PLACE_PARAMETERS = [
    OpenApiParameter(
        "place_id",
        {"type": "string", "minLength": 1, "maxLength": 255},
        required=True,
        description="As the search gave it.",
    ),
    _PROVIDER,
]
_DEGREES = {"type": "number", "minimum": -180, "maximum": 180}
SIMILAR_PARAMETERS = [
    text_parameter("name", "What it is called, in any language."),
    text_parameter("city", "Names are compared within the same city …", most=100),
    text_parameter("pincode", "… or the same postal code.", most=20),
    OpenApiParameter("latitude", {**_DEGREES, "minimum": -90, "maximum": 90}),
    OpenApiParameter("longitude", _DEGREES),
    OpenApiParameter("besides", whole_number(1, 2**63 - 1), description="A location to leave out."),
]
CONFIRM_PARAMETER = OpenApiParameter(
    "confirm_in_use", {"type": "boolean"}, description="Switch it off although it is in use."
)
