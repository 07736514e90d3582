"""At the doors where people sign in: rates, refusals in words, and the second factor of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from core.api.errors import as_domain_error, error_response, is_dependency_lost
from core.api.rendering import read_json
from core.errors import DomainError, MalformedRequest
from core.identity.errors import SecondFactorRequired
from core.identity.second_factor import lacks_second_factor
from core.identity.sessions import note_session
from core.throttling import exact_limit, scope_limit

GetResponse = Callable[[HttpRequest], HttpResponse]

PAGES = "/accounts/"
HEADLESS = "/_allauth/"
#: What somebody may open who has yet to set up a second factor.
_BEFORE_SECOND_FACTOR = (PAGES, "/admin/language/", "/admin/logout/", "/static/", "/health/")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_RESETS = frozenset({"account_reset_password", "request_password_reset"})


class SignInGuard:
    """Counts every post to a sign-in address exactly, puts refusals into words or JSON, and lets
    nobody keep what these pages tell of a person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_sign_in(request):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answers 429 above the rate, 503 when the counters cannot be reached, 400 and 413 to apps
        whose JSON is not taken."""
        if not _is_sign_in(request):
            return None
        try:
            _count(request)
            if request.path.startswith(HEADLESS) and request.method not in _SAFE:
                _require_readable(request)
        except DomainError as error:
            return _refusal(request, error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a service refuses, and what could not be reached, in the shape the caller reads."""
        if not _is_sign_in(request):
            return None
        is_told = isinstance(exception, DomainError) or is_dependency_lost(exception)
        coded = as_domain_error(exception) if is_told else None
        return _refusal(request, coded) if coded is not None else None


def _count(request: HttpRequest) -> None:
    """Raises TooManyRequests, and DependencyDown for a post that cannot be counted."""
    if request.method in _SAFE:
        scope_limit(request, "sign-in-read")
        return
    match = request.resolver_match
    if match is not None and match.url_name in _RESETS:
        group, per_minute = "password-reset", settings.PASSWORD_RESETS_PER_MINUTE
    else:
        group, per_minute = "sign-in", settings.SIGN_IN_POSTS_PER_MINUTE
    exact_limit(request, group=group, rate=f"{per_minute}/m")


def _require_readable(request: HttpRequest) -> None:
    """Raise MalformedRequest for JSON that the API would not take either."""
    try:
        read_json(request.body or b"{}")
    except ValueError as error:
        raise MalformedRequest(problem=str(error)[:200]) from error


def _is_sign_in(request: HttpRequest) -> bool:
    return request.path.startswith((PAGES, HEADLESS))


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.path.startswith(HEADLESS):
        return error_response(request, error)
    language = "ar" if (get_language() or "").startswith("ar") else "en"
    response = render(
        request, "account/refused.html", {"refusal": error.text(language)}, status=error.status
    )
    response["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


class SecondFactorGate:
    """Sends staff without a second factor to the page where they set one up, where it is demanded.

    On the API they get the coded 403. Callers with a token or a session token pass here unseen:
    `core.api` asks the same of them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path.startswith(_BEFORE_SECOND_FACTOR)
        # Nobody is signed in here without the session's cookie.
        is_known = settings.STAFF_MFA_REQUIRED and settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_open or not is_known or not lacks_second_factor(request.user):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return error_response(request, SecondFactorRequired())
        return HttpResponseRedirect(reverse("mfa_index"))


class SessionNotes:
    """Keeps from where each session was used last, of requests that looked at who was calling.

    Only of sessions that began with a sign-in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_known = hasattr(request, "_cached_user") and request.user.is_authenticated
        if is_known and request.session.get(AUTHENTICATION_METHODS_SESSION_KEY):
            note_session(request=request)
        return response
