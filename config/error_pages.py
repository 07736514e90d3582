"""What Django itself refuses: JSON for the API, Django's pages for people."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views import defaults

from core.api.errors import as_domain_error, error_response
from core.context import current_context
from core.errors import (
    DomainError,
    InternalError,
    MalformedRequest,
    NotFound,
    PayloadTooLarge,
    PermissionRefused,
)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/_allauth/"))


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The error as JSON to programs and as a page to people."""
    return error_response(request, error) if _is_api(request) else _page(error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for a body above the limit."""
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, PayloadTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    if _is_api(request):
        return error_response(request, MalformedRequest(problem=_problem(exception)))
    return defaults.bad_request(request, exception)


def _problem(exception: Exception) -> str:
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return "it has too many fields"
    return "it is not meant for this server"


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
    """500, and 503 when something needed could not be reached or took too long.

    People read the same message as the API gives, and the request id by which it is found.
    """
    raised = sys.exc_info()[1]
    coded = as_domain_error(raised) if isinstance(raised, Exception) else None
    error = coded if coded is not None and coded.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    if _is_api(request):
        return error_response(request, coded or InternalError())
    return _page(error or InternalError())


def _page(error: DomainError) -> HttpResponse:
    language = get_language() or "en"
    text = render_to_string(
        "error.html",
        {
            "status": error.status,
            "message": error.text("ar" if language.startswith("ar") else "en"),
            "request_id": current_context().request_id,
        },
    )
    response = HttpResponse(text, status=error.status)
    response["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response
