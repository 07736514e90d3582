"""Request id, actor and organization: the outermost and the innermost of our middleware."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from core.context import Context, Source, current_context, new_request_id, use_context, user_actor
from core.errors import NotFound
from core.history.context import history_context
from core.rate_limits import tell_rate_limit
from core.tenancy import organization_in_force
from core.uploads.services import settle_uploads

#: Where a session keeps the organization chosen in the back office.
SESSION_ORGANIZATION = "organization"
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
        is_page = request.path.startswith(("/admin/", "/accounts/"))
        source = Source.ADMIN if is_page else Source.API
        with use_context(Context(request_id=request_id, source=source)):
            response = self.get_response(request)
            settle_uploads()
        response[REQUEST_ID_HEADER] = request_id
        tell_rate_limit(request, response)
        return response


class ActorMiddleware:
    """Names the signed-in user as the actor; changes made outside services still reach history.

    On the pages of the back office the organization chosen there is in force as well.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context, is_safe = current_context(), request.method in {"GET", "HEAD", "OPTIONS"}
        is_page = context.source == Source.ADMIN
        if (is_safe and not is_page) or not request.user.is_authenticated:
            return self.get_response(request)
        if is_page and request.user.is_staff:
            context = replace(context, organization_id=_chosen_organization(request))
        if is_safe:
            with use_context(context):
                return self.get_response(request)
        with use_context(replace(context, actor=user_actor(request.user.pk))), history_context():
            return self.get_response(request)


def _chosen_organization(request: HttpRequest) -> str | None:
    """The session's choice, or the usual one once the choice is no longer the person's."""
    chosen = str(request.session.get(SESSION_ORGANIZATION, ""))
    try:
        return organization_in_force(request.user, chosen)
    except NotFound:
        return organization_in_force(request.user)
