"""No request body above the limit; those in chunks get their length in `config.chunked_bodies`."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.error_pages import refusal
from core.errors import PayloadTooLarge

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: Where files for imports are sent, in the API and in the back office.
_IMPORTS = re.compile(r"/(api/v1/imports/[a-z-]+/?|admin/core/importrun/upload/[a-z-]+/)\Z")
#: What stands around a file in a form.
_FORM_BYTES = 64 * 1024


def body_limit(request: HttpRequest) -> int:
    """How large the body may be, in bytes; larger where a file for an import is sent."""
    is_form = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    if is_form and request.method == "POST" and _IMPORTS.match(request.path):
        return int(settings.IMPORT_MAX_BYTES) + _FORM_BYTES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class BodyLimit:
    """Answers 413 to a body above the limit before anything of it is read, files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = body_limit(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > limit:
            response = refusal(request, PayloadTooLarge(limit=limit))
            response["Content-Length"] = str(len(response.content))
            return response
        return self.get_response(request)
