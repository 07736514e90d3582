"""Locations for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.preconditions import expected_version
from core.api.schema import SHORT_TEXT
from core.api.staff import Adds, Edits, StaffCollection, StaffFilterSet, Values
from core.errors import NotFound
from settings_modules.locations.api.parameters import (
    CONFIRM_PARAMETER,
    Confirmation,
    read_parameters,
)
from settings_modules.locations.api.serializers import (
    DeletedSerializer,
    LocationSerializer,
    NewLocationSerializer,
)
from settings_modules.locations.models import Location
from settings_modules.locations.places.registry import provider_named
from settings_modules.locations.places.searching import place_details
from settings_modules.locations.selectors.locations import (
    children_of,
    location_of_place,
    matching_locations,
)
from settings_modules.locations.services.locations import (
    create_location,
    deactivate_location,
    update_location,
)
from settings_modules.locations.services.placed_locations import Outcome, create_location_at_place

LONGEST_SEARCH = 200
_PLACE_FIELDS = ("place_id", "place_provider", "reactivate", "confirm_similar")


class LocationFilter(StaffFilterSet):
    """City and state by a part of the name, codes whole; capitals do not count."""

    city = CharFilter(lookup_expr="icontains")
    state = CharFilter(lookup_expr="icontains")
    state_code = CharFilter(lookup_expr="iexact")
    country = CharFilter(lookup_expr="iexact")
    pincode = CharFilter(lookup_expr="iexact")

    class Meta:
        model = Location
        fields = (
            *("code", "kind", "is_sellable", "is_active", "parent", "region"),
            *("city", "state", "state_code", "country", "pincode"),
        )


_ADDED = OpenApiResponse(NewLocationSerializer, "Added.")
_THERE = OpenApiResponse(NewLocationSerializer, "The place was here already, or is back.")


@describe(
    get=extend_schema(
        parameters=[
            OpenApiParameter(
                "search",
                SHORT_TEXT,
                description="Words that must all occur in code, names, city, district, state or"
                " postal code.",
            )
        ]
    ),
    post=extend_schema(responses={201: _ADDED, 200: _THERE}),
)
class LocationCollection(Adds, StaffCollection):
    """Places with stock, and others of the company's."""

    queryset = Location.objects.order_by("priority", "id")
    serializer_class = NewLocationSerializer
    filterset_class = LocationFilter
    ordering_fields = ("id", "code", "priority", "name_en", "city", "state", "updated_at")
    own_parameters = ("search",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask the provider before the transaction begins: it may take seconds to answer."""
        super().initial(request, *args, **kwargs)
        data = request.data if request.method == "POST" else {}
        if isinstance(data, Mapping) and data.get("place_id"):
            values = self._read(request, partial=False)
            place_id = values["place_id"]
            provider = provider_named(values.get("place_provider", "")).name
            if location_of_place(provider=provider, place_id=place_id) is None:
                place_details(place_id, provider=provider)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = self.request.query_params.get("search", "").strip()[:LONGEST_SEARCH]
        if "\0" in words:
            raise ValidationError(
                {"search": ErrorDetail("Send no NUL.", "null_characters_not_allowed")}
            )
        if words:
            queryset = queryset.filter(pk__in=matching_locations(words).values("pk"))
        return super().filter_queryset(queryset)

    def create_row(self, values: Values) -> Location:
        own = {name: value for name, value in values.items() if name not in _PLACE_FIELDS}
        return create_location(values=own, confirm_similar=values["confirm_similar"])

    def post(self, request: Request) -> Response:
        values = self._read(request, partial=False)
        if not values.get("place_id"):
            location, status = self.create_row(values), 201
        else:
            placed = create_location_at_place(
                place_id=values["place_id"],
                provider=values.get("place_provider", ""),
                values=values,
                reactivate=values["reactivate"],
                confirm_similar=values["confirm_similar"],
            )
            location = placed.location
            status = 201 if placed.outcome is Outcome.CREATED else 200
        answer = self._answer(location, status=status)
        if status == 201:
            answer["Location"] = f"{request.path.rstrip('/')}/{location.pk}"
        return answer


class LocationRecord(Edits):
    """One place. DELETE switches it off; it stays readable."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer

    def update_row(self, row: Location, values: Values, version: int) -> Location:
        return update_location(location=row, values=values, expected_version=version)

    @extend_schema(parameters=[CONFIRM_PARAMETER], responses={200: DeletedSerializer})
    def delete(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        row = self._row(id)
        confirmed = read_parameters(Confirmation, request.query_params)["confirm_in_use"]
        seen = expected_version(request)
        with self._telling_difference(id):
            deactivate_location(location=row, expected_version=seen, confirm_in_use=bool(confirmed))
        return Response(
            {"message": "Location deleted successfully.", "message_ar": "حُذف الموقع بنجاح."}
        )


class LocationChildren(StaffCollection):
    """The locations that are directly part of one."""

    queryset = Location.objects.order_by("priority", "code")
    serializer_class = LocationSerializer
    filter_backends: Any = ()

    @extend_schema(
        operation_id="settings_locations_children", summary="The parts of a location (staff)"
    )
    def get(self, request: Request, id: int) -> Response:  # type: ignore[override]  # noqa: A002
        whole = self.get_queryset().filter(pk=id).first()
        if whole is None:
            raise NotFound()
        self.whole = whole
        return self.list(request)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=children_of(self.whole).values("pk"))
