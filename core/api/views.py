"""The base of every API view that changes something: who acts, in one transaction, once per key."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar
from urllib.parse import unquote

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.errors import as_domain_error, render_error
from core.context import Source, change_context, current_context, user_actor
from core.errors import DomainError, NotFound
from core.events.services import unit_of_work
from core.idempotency.services import Answer, Once, answer_once, checked_key, hash_of
from core.locking import retry_on_deadlock
from core.tenancy import ORGANIZATION_HEADER, organization_in_force

UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEY_HEADER = "Idempotency-Key"
REASON_HEADER = "X-Change-Reason"
LONGEST_REASON = 300
_LONGEST_ROUTE = 128

Handler = Callable[..., HttpResponseBase]


class ApiView(APIView):
    """A view whose caller is the actor of everything that follows from the request.

    Each unsafe request is one transaction, tried again after a deadlock. With an `Idempotency-Key`
    it is carried out once for its caller, organization and route: a repetition gets the first
    answer, marked `Idempotency-Replayed: true`. A handler refuses by raising, never by returning an
    error, and returns a body that is in memory.
    """

    #: What keys are unique within; by default the method and the address.
    idempotency_route: ClassVar[str] = ""
    #: Off where no answer may be kept for a repetition.
    takes_key: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with contextlib.ExitStack() as self._entered:
            return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls and for which organization: what is permitted depends on both.

        Raises NotFound for an organization that is not one of the caller's.
        """
        super().perform_authentication(request)
        if not (request.user and request.user.pk and request.user.is_staff):
            return
        try:
            organization = organization_in_force(
                request.user, request.headers.get(ORGANIZATION_HEADER, "")
            )
        except NotFound:
            # Guesses count.
            self.check_throttles(request)
            raise
        self._entered.enter_context(change_context(organization_id=organization))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in or not, then name the caller as the actor."""
        super().initial(request, *args, **kwargs)
        actor = user_actor(request.user.pk) if request.user and request.user.pk else None
        self._entered.enter_context(
            change_context(actor=actor, source=Source.API, reason=_reason(request))
        )
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if request.method in UNSAFE_METHODS and handler is not None:
            # What the framework looks up next and calls.
            setattr(self, name, partial(self._change, handler))

    def once(self, request: Request) -> Once | None:
        """What makes this request the same as an earlier one; None when nothing does.

        Raises KeyMalformed.
        """
        key = request.headers.get(KEY_HEADER)
        if key is None or not self.takes_key:
            return None
        context = current_context()
        return Once(
            caller=context.actor if request.user and request.user.pk else "anonymous",
            organization=context.organization_id or "",
            route=self.idempotency_route or _route(request),
            key=checked_key(key),
            body_hash=hash_of(request.data),
        )

    def _change(
        self, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        def act() -> HttpResponseBase:
            with _coded_refusals():
                return handler(request, *args, **kwargs)

        def act_in_one_unit() -> HttpResponseBase:
            with unit_of_work():
                return act()

        once = self.once(request)
        if once is None:
            return retry_on_deadlock(act_in_one_unit)
        answer = retry_on_deadlock(
            lambda: answer_once(
                once,
                lambda: self._as_answer(request, act()),
                lambda error: self._as_answer(request, self._refusal(request, error)),
            )
        )
        response = HttpResponse(answer.body, status=answer.status, headers=answer.headers)
        if answer.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def _as_answer(self, request: Request, response: HttpResponseBase) -> Answer:
        """The answer as it goes out, for the store."""
        final: Any = self.finalize_response(request, response)  # type: ignore[arg-type]
        if hasattr(final, "render"):
            final.render()
        return Answer(final.status_code, final.content.decode(), headers=dict(final.items()))

    def _refusal(self, request: Request, error: DomainError) -> HttpResponseBase:
        return render_error(error, {"request": request, "view": self})


@contextlib.contextmanager
def _coded_refusals() -> Any:
    """Turn what a handler may raise into coded errors, which are answers; defects pass through."""
    try:
        yield
    except (APIException, Http404, PermissionDenied, ValidationError, IntegrityError) as error:
        coded = as_domain_error(error)
        if coded is None:
            raise
        raise coded from error


def _route(request: Request) -> str:
    route = f"{request.method} {request.path.rstrip('/')}"
    if len(route) <= _LONGEST_ROUTE:
        return route
    return f"{request.method} {hashlib.sha256(route.encode()).hexdigest()}"


def _reason(request: Request) -> str | None:
    """Why the caller makes the change, as told in the header: UTF-8, percent-encoded."""
    # PostgreSQL's text has no NUL.
    sent = unquote(request.headers.get(REASON_HEADER, "")).replace("\0", "").strip()
    return sent[:LONGEST_REASON] or None
