"""What every operation has in the OpenAPI schema without saying so itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api.schema import ErrorSerializer
from core.api.staff import Edits, Removes, StaffView
from core.api.views import KEY_HEADER, REASON_HEADER, UNSAFE_METHODS, ApiView
from core.tenancy import ORGANIZATION_HEADER

_KEY = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{8,128}$"},
    OpenApiParameter.HEADER,
    description="8 to 128 characters, new for every change; a retry with the same key gets the"
    " first answer again, marked `Idempotency-Replayed: true`.",
)
_REASON = OpenApiParameter(
    REASON_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Why, for the history: at most 300 characters, UTF-8, percent-encoded.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^(W/)?"[0-9]{1,10}"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The `ETag` of the record as you read it.",
)
_ORGANIZATION = OpenApiParameter(
    ORGANIZATION_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Which of the caller's organizations, by its id; without it the only or first one."
    " Another's answers 404.",
)
_VERBS = {"POST": "Add", "PATCH": "Change", "PUT": "Replace", "DELETE": "Remove"}
#: Refusals that every address has: what the caller accepts, how often they ask, what is away.
_ANYWHERE = (400, 406, 429, 503)
#: Those of addresses that know their caller, and those of a request that changes something.
_OF_CALLERS = (401, 403, 404)
_OF_CHANGES = (409, 413, 415, 422)
_OF_VERSIONS = (412, 428)


def _refusals(view: Any, method: str) -> tuple[int, ...]:
    """The statuses that an operation may refuse with."""
    found: tuple[int, ...] = _ANYWHERE
    if isinstance(view, ApiView):
        found += _OF_CALLERS if view.get_authenticators() else ()
        found += _OF_CHANGES if method in UNSAFE_METHODS else ()
    if isinstance(view, Edits | Removes) and method in {"PATCH", "PUT", "DELETE"}:
        found += _OF_VERSIONS
    return found


class OperationSchema(AutoSchema):
    """Adds the headers that `ApiView` reads, and what staff resources answer."""

    def get_override_parameters(self) -> Any:
        found = list(super().get_override_parameters())
        if isinstance(self.view, ApiView) and self.method in UNSAFE_METHODS:
            found += [_KEY, _REASON] if self.view.takes_key else [_REASON]
        if isinstance(self.view, ApiView) and getattr(self.view, "throttle_scope", "") == "staff":
            found.append(_ORGANIZATION)
        if isinstance(self.view, Edits | Removes) and self.method in {"PATCH", "PUT", "DELETE"}:
            found.append(IF_MATCH)
        return found

    def get_summary(self) -> Any:
        if not isinstance(self.view, StaffView):
            return super().get_summary()
        noun = str(self.view.get_queryset().model._meta.verbose_name)
        if self.method != "GET":
            article = "an" if noun[0].lower() in "aeiou" else "a"
            return f"{_VERBS[self.method]} {article} {noun} (staff)"
        return f"List {noun} records (staff)" if self._is_list_view() else f"One {noun} (staff)"

    def get_response_serializers(self) -> Any:
        main = super().get_response_serializers()
        if not isinstance(self.view, StaffView):
            return main
        added = getattr(self.view, "post_status", 201)
        done = {"POST": added, "DELETE": 204}.get(self.method, 200)
        return {done: None if done == 204 else main}

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation with every refusal that it may answer."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        answers = operation["responses"]
        for status in _refusals(self.view, self.method):
            if str(status) not in answers:
                answers[str(status)] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    ErrorSerializer, str(status)
                )
        operation["responses"] = dict(sorted(answers.items()))
        return operation


class StaffSerializerSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """A body with a value that is not the record's is refused."""

    target_class = "core.api.staff.StaffSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        found = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return found | {"additionalProperties": False} if direction == "request" else found
