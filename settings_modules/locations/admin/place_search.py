"""The place search of the page: two addresses that answer its script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import get_language

from core.admin.refusals import shown_text
from core.errors import DomainError, PermissionRefused
from settings_modules.locations.places.described import described_place, described_search
from settings_modules.locations.places.offline import OFFLINE
from settings_modules.locations.places.registry import provider_named, provider_names
from settings_modules.locations.places.searching import place_details, search_places

PERMISSION = "locations.search_location"
_SEARCH, _DETAILS = "locations_location_places", "locations_location_place"


class SearchesPlaces:
    """For the page of locations: where its script asks, and what the page says of it."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        return [
            path("places/", self.admin_site.admin_view(self.places_view), name=_SEARCH),
            path("place/", self.admin_site.admin_view(self.place_view), name=_DETAILS),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def place_search(self, request: HttpRequest) -> dict[str, Any] | None:
        """What the search box needs; None for somebody who may not search."""
        if not request.user.has_perm(PERMISSION):
            return None
        providers = provider_names()
        return {
            "search": reverse(f"admin:{_SEARCH}"),
            "details": reverse(f"admin:{_DETAILS}"),
            "fallback": OFFLINE if providers and providers[0] != OFFLINE else "",
            "is_offline": bool(providers) and providers[0] == OFFLINE,
        }

    def places_view(self, request: HttpRequest) -> HttpResponse:
        """Suggestions for `query`: {provider, state, items}; a failure: {state, message}."""

        def search() -> dict[str, Any]:
            found = search_places(
                request.GET.get("query", ""),
                provider=request.GET.get("provider", ""),
                language=(get_language() or "en").split("-")[0],
            )
            return described_search(found)

        return self._answered(request, search)

    def place_view(self, request: HttpRequest) -> HttpResponse:
        """The values of a location at the place of `provider` with `place_id`."""

        def describe() -> dict[str, Any]:
            provider = provider_named(request.GET.get("provider", "")).name
            place = place_details(request.GET.get("place_id", ""), provider=provider)
            return described_place(provider, place)

        return self._answered(request, describe)

    @staticmethod
    def _answered(request: HttpRequest, answer: Callable[[], dict[str, Any]]) -> HttpResponse:
        try:
            if not request.user.has_perm(PERMISSION):
                raise PermissionRefused()
            return JsonResponse(answer())
        except DomainError as error:
            told = {"state": error.code, "message": shown_text(error)}
            return JsonResponse(told, status=error.status)
