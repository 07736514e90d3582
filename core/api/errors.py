"""The one handler that renders every API error, and the two shapes it has on the wire."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError, connection
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django_redis.exceptions import ConnectionInterrupted
from psycopg import errors as postgres_errors
from redis.exceptions import RedisError
from rest_framework import exceptions as drf
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core import errors
from core.api.rendering import dump_json
from core.context import current_context
from core.errors import DomainError, FieldError

log = structlog.get_logger(__name__)

#: Requests below these prefixes come from apps that parse `error` as the message itself.
OLD_APP_PREFIXES = ("/api/consumer/", "/api/consumer", "/api/orders")


def is_old_app_path(path: str) -> bool:
    """Whether the address is one of the aliases kept for old apps."""
    return path.startswith(OLD_APP_PREFIXES)


def error_body(error: DomainError, *, path: str, language: str = "en") -> dict[str, Any]:
    """The wire form of `error` for a request to `path`, with `detail` in `language`."""
    described: dict[str, Any] = {
        "code": error.code,
        "message": error.text(),
        "message_ar": error.text("ar"),
        "details": [item.as_dict() for item in error.field_errors()],
        "request_id": current_context().request_id,
        **error.extra,
    }
    shown = error.text("ar" if language.startswith("ar") else "en")
    if is_old_app_path(path):
        return {"success": False, "error": shown, "error_detail": described, "detail": shown}
    return {"success": False, "error": described, "detail": shown}


#: What DRF and Django call the errors that belong to no single field.
_WHOLE_OBJECT = ("non_field_errors", NON_FIELD_ERRORS)


def _child_path(path: str, key: str | int) -> str:
    if key in _WHOLE_OBJECT:
        return path
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")


def _field_errors(detail: Any, path: str = "") -> list[FieldError]:
    """DRF's nested validation detail, flattened to paths such as `items[2].quantity`."""
    if isinstance(detail, dict):
        return [
            found
            for key, value in detail.items()
            for found in _field_errors(value, _child_path(path, key))
        ]
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        return [
            found
            for index, value in enumerate(detail)
            for found in _field_errors(value, f"{path}[{index}]")
        ]
    items = detail if isinstance(detail, list) else [detail]
    return [_field_error(path, item) for item in items]


_ARABIC_BY_CODE = {
    "required": "هذا الحقل مطلوب.",
    "blank": "لا يمكن ترك هذا الحقل فارغاً.",
    "null": "لا يمكن أن يكون هذا الحقل فارغاً.",
    "max_length": "النص أطول من المسموح.",
    "max_value": "القيمة أكبر من المسموح.",
    "min_value": "القيمة أصغر من المسموح.",
    "not_a_list": "يجب إرسال قائمة.",
    "empty": "القائمة فارغة.",
    "null_characters_not_allowed": "النص يحتوي على رمز غير مسموح.",
}


def _field_error(path: str, item: Any) -> FieldError:
    code = str(getattr(item, "code", "invalid"))
    return FieldError(path, code, str(item), _ARABIC_BY_CODE.get(code, "القيمة غير صالحة."))


_BY_CLASS: list[tuple[type[Exception], type[DomainError]]] = [
    (Http404, errors.NotFound),
    (PermissionDenied, errors.PermissionRefused),
    (drf.AuthenticationFailed, errors.NotAuthenticated),
    (drf.NotAuthenticated, errors.NotAuthenticated),
    (drf.PermissionDenied, errors.PermissionRefused),
    (drf.NotFound, errors.NotFound),
    (drf.MethodNotAllowed, errors.MethodNotAllowed),
    (drf.NotAcceptable, errors.NotAcceptable),
    (drf.UnsupportedMediaType, errors.UnsupportedMediaType),
]


#: Rules of the database that checks before the write cannot foresee when two people write at once.
_RACES = (
    postgres_errors.UniqueViolation,
    postgres_errors.ExclusionViolation,
    postgres_errors.ForeignKeyViolation,
)


#: A client is asked to come back after so many seconds when PostgreSQL or Valkey is away.
DEPENDENCY_RETRY_SECONDS = 5
#: What PostgreSQL says when it ends a session or takes none: shutting down, starting, or full.
_LOST_SESSION_STATES = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})


#: What it says when it ends a statement for time: its own, or that of waiting for a lock.
_TIMED_OUT = (postgres_errors.QueryCanceled, postgres_errors.LockNotAvailable)


def is_dependency_lost(error: BaseException) -> bool:
    """Whether the database or Valkey could not be reached, or ended the session.

    A statement that PostgreSQL itself refused, for a deadlock or a time limit say, is no such loss.
    """
    if isinstance(error, RedisError | ConnectionInterrupted):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    # Without a state the error is the client's own: there was no server to give it one.
    return state is None or state.startswith("08") or state in _LOST_SESSION_STATES


def as_domain_error(error: Exception) -> DomainError | None:
    """The coded error for what a view may raise; None for a defect."""
    if isinstance(error, DomainError):
        return error
    if is_dependency_lost(error):
        log.error("dependency_lost", reason=type(error).__name__, exc_info=error)
        return errors.DependencyDown(retry_after=DEPENDENCY_RETRY_SECONDS)
    if isinstance(error.__cause__, _TIMED_OUT):
        log.error("database_timed_out", reason=type(error.__cause__).__name__, exc_info=error)
        return errors.DatabaseBusy(retry_after=DEPENDENCY_RETRY_SECONDS)
    return _coded_for_framework(error)


def _coded_for_framework(error: Exception) -> DomainError | None:
    """The coded error for what Django and DRF raise."""
    if isinstance(error, drf.ParseError):
        return errors.MalformedRequest(problem=str(error.detail))
    if isinstance(error, DjangoValidationError | drf.ValidationError):
        detail = error.detail if isinstance(error, drf.ValidationError) else get_error_detail(error)
        return errors.InvalidInput(details=_field_errors(detail))
    if isinstance(error, drf.Throttled):
        seconds = max(1, int(getattr(error, "wait", None) or 1))
        return errors.TooManyRequests(seconds=seconds, retry_after=seconds)
    if isinstance(error, RequestDataTooBig):
        return errors.PayloadTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    known = next((coded for kind, coded in _BY_CLASS if isinstance(error, kind)), None)
    return known() if known else _database_refusal(error)


def _database_refusal(error: Exception) -> DomainError | None:
    """The coded error for what the database refuses; None for a defect."""
    if isinstance(error, ProtectedError):
        return errors.StillInUse()
    if isinstance(error.__cause__, _RACES):
        log.warning("change_met_a_race", exc_info=error)
        return errors.Conflict()
    return None


def render_error(error: Exception, view_context: dict[str, Any]) -> Response:
    """DRF's exception handler: every error in one shape, nothing internal in it."""
    request = view_context["request"]
    coded = as_domain_error(error)
    if coded is None:
        log.exception("unhandled_error", path=request.path, exc_info=error)
        coded = errors.InternalError()
    if connection.in_atomic_block:
        set_rollback()
    language = request.headers.get("Accept-Language", "en")
    response = Response(
        error_body(coded, path=request.path, language=language), status=coded.status
    )
    response["Cache-Control"] = "no-store"
    if coded.retry_after is not None:
        response["Retry-After"] = str(coded.retry_after)
    challenge: str | None = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The same body for errors that arise before or after DRF."""
    body = error_body(
        error, path=request.path, language=request.headers.get("Accept-Language", "en")
    )
    response = HttpResponse(dump_json(body), status=error.status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response
