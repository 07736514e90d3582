"""No request body above the limit; those in chunks get their length in `config.chunked_bodies`."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.error_pages import refusal
from core.errors import PayloadTooLarge

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class BodyLimit:
    """Answers 413 to a body above the limit before anything of it is read, files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > limit:
            response = refusal(request, PayloadTooLarge(limit=limit))
            response["Content-Length"] = str(len(response.content))
            return response
        return self.get_response(request)
