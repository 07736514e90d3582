"""Place searches for staff, and what may be here already."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import ErrorSerializer
from core.api.staff import StaffView
from settings_modules.locations.api.parameters import (
    PLACE_PARAMETERS,
    PLACE_QUERY_PARAMETERS,
    SIMILAR_PARAMETERS,
    PlaceQuery,
    PlaceReference,
    SimilarQuery,
    read_parameters,
)
from settings_modules.locations.api.permissions import StaffMay
from settings_modules.locations.api.serializers import (
    PlaceDetailsSerializer,
    PlacesFoundSerializer,
    SimilarListSerializer,
)
from settings_modules.locations.models import Location
from settings_modules.locations.places.described import described_place, described_search
from settings_modules.locations.places.registry import provider_named
from settings_modules.locations.places.searching import place_details, search_places
from settings_modules.locations.selectors.locations import location_of_place
from settings_modules.locations.selectors.similar import similar_locations

MAY_SEARCH: Any = (StaffMay.of("locations.search_location"),)
_NOT_SET_UP = {409: ErrorSerializer}


class PlaceSearch(StaffView):
    """Places that may be meant. No match is an empty list; a failure is an error of its own."""

    permission_classes = MAY_SEARCH
    queryset = Location.objects.all()

    @extend_schema(
        operation_id="settings_locations_search_places",
        summary="Search a place by the beginning of its name (staff)",
        parameters=PLACE_QUERY_PARAMETERS,
        responses={200: PlacesFoundSerializer, **_NOT_SET_UP},
    )
    def get(self, request: Request) -> Response:
        asked = read_parameters(PlaceQuery, request.query_params)
        found = search_places(
            asked["query"],
            country=asked["country"].upper(),
            provider=asked["provider"],
            language=(get_language() or "en").split("-")[0],
        )
        return Response(described_search(found))


class PlaceDetailsView(StaffView):
    """A place in full, with what a location there would have."""

    permission_classes = MAY_SEARCH
    queryset = Location.objects.all()

    @extend_schema(
        operation_id="settings_locations_place_details",
        summary="One place by its id at the provider (staff)",
        parameters=PLACE_PARAMETERS,
        responses={200: PlaceDetailsSerializer, **_NOT_SET_UP},
    )
    def get(self, request: Request) -> Response:
        asked = read_parameters(PlaceReference, request.query_params)
        provider = provider_named(asked["provider"]).name
        place = place_details(asked["place_id"], provider=provider)
        there = location_of_place(provider=provider, place_id=place.place_id)
        values = described_place(provider, place) | {"location": there.pk if there else None}
        return Response(PlaceDetailsSerializer(values).data)


class SimilarLocations(StaffView):
    """Locations that may be the one described: the warning before a duplicate."""

    queryset = Location.objects.all()

    @extend_schema(
        operation_id="settings_locations_similar",
        summary="Locations alike by name or within 200 m (staff)",
        parameters=SIMILAR_PARAMETERS,
        responses={200: SimilarListSerializer},
    )
    def get(self, request: Request) -> Response:
        asked = read_parameters(SimilarQuery, request.query_params)
        names = [asked.pop("name")]
        found = similar_locations(names=names, **asked)
        return Response({"items": [each.as_dict() for each in found]})
