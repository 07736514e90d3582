"""The look of the admin site, for the composition root to build on."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse
from unfold.sites import UnfoldAdminSite


class OfferedRecords(AutocompleteJsonView):
    """The records that an input offers while one types."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """The record by its `choice_text`, if it has one: what tells it from others at a glance."""
        offered: dict[str, str] = super().serialize_result(obj, to_field_name)
        text = getattr(obj, "choice_text", "")
        return {**offered, "text": text} if text else offered


class BaseAdminSite(UnfoldAdminSite):
    """Unfold's site with our own offers in inputs."""

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """The records whose names fit what was typed."""
        return OfferedRecords.as_view(admin_site=self)(request)  # type: ignore[return-value]
