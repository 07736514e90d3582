"""Request id and actor: the outermost and the innermost of our middleware."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from core.context import Context, Source, current_context, new_request_id, use_context, user_actor
from core.history.context import history_context
from core.rate_limits import tell_rate_limit

REQUEST_ID_HEADER = "X-Request-ID"
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
GetResponse = Callable[[HttpRequest], HttpResponse]


def is_request_id(text: str) -> bool:
    """Whether the text has the form of a request id."""
    return _ACCEPTED_ID.fullmatch(text) is not None


class ContextMiddleware:
    """Accepts a well-formed `X-Request-ID` or makes one, echoes it, and sets the context.

    The answer also says what the caller may still do in this minute, where that was counted.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = sent if is_request_id(sent) else new_request_id()
        source = Source.ADMIN if request.path.startswith("/admin/") else Source.API
        with use_context(Context(request_id=request_id, source=source)):
            response = self.get_response(request)
        response[REQUEST_ID_HEADER] = request_id
        tell_rate_limit(request, response)
        return response


class ActorMiddleware:
    """Names the signed-in user as the actor; changes made outside services still reach history.

    DRF authenticates later, inside its view: `core.api.views` repeats this for tokens.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
            return self.get_response(request)
        context = replace(current_context(), actor=user_actor(request.user.pk))
        with use_context(context), history_context():
            return self.get_response(request)
