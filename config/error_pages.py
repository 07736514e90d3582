"""What Django itself refuses: JSON for the API, Django's pages for people."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from core.api.errors import as_domain_error, error_response
from core.errors import InternalError, MalformedRequest, NotFound, PermissionRefused


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if _is_api(request):
        return error_response(request, MalformedRequest(problem="it is not meant for this server"))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if _is_api(request):
        return error_response(request, PermissionRefused())
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if _is_api(request):
        return error_response(request, NotFound())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, and 503 on the API when a middleware could not reach what it needs."""
    if _is_api(request):
        raised = sys.exc_info()[1]
        coded = as_domain_error(raised) if isinstance(raised, Exception) else None
        return error_response(request, coded or InternalError())
    return defaults.server_error(request)
