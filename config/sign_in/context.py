"""What the sign-in pages need to look like the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.sign_in.middleware import PAGES
from core.identity.second_factor import lacks_second_factor


def sign_in_pages(request: HttpRequest) -> dict[str, Any]:
    """The admin site's own context and, lazily, whether the person must set up a second factor."""
    if not request.path.startswith(PAGES):
        return {}
    return {
        **_site_context(request),
        "must_add_second_factor": SimpleLazyObject(lambda: lacks_second_factor(request.user)),
    }


def _site_context(request: HttpRequest) -> dict[str, Any]:
    """Made once a request: messages and mails are rendered with it too."""
    kept: dict[str, Any] | None = getattr(request, "site_context", None)
    if kept is None:
        kept = admin.site.each_context(request)
        request.site_context = kept  # type: ignore[attr-defined]
    return kept
