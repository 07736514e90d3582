"""What every operation has in the OpenAPI schema without saying so itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api.schema import ErrorSerializer
from core.api.staff import Edits, Removes, StaffView
from core.api.views import KEY_HEADER, REASON_HEADER, UNSAFE_METHODS, ApiView
from core.tenancy import ORGANIZATION_HEADER

_KEY = OpenApiParameter(
    KEY_HEADER,
    str,
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
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
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
#: Statuses of refusals that a method of a staff resource may answer.
_REFUSALS = {
    "GET": (400, 401, 403, 404, 429),
    "POST": (400, 401, 403, 404, 409, 422, 429),
    "PATCH": (400, 401, 403, 404, 409, 412, 422, 428, 429),
    "PUT": (400, 401, 403, 404, 409, 412, 422, 428, 429),
    "DELETE": (401, 403, 404, 409, 412, 422, 428, 429),
}


class OperationSchema(AutoSchema):
    """Adds the headers that `ApiView` reads, and what staff resources answer."""

    def get_override_parameters(self) -> Any:
        found = list(super().get_override_parameters())
        if isinstance(self.view, ApiView) and self.method in UNSAFE_METHODS:
            found += [_KEY, _REASON]
        if isinstance(self.view, ApiView) and getattr(self.view, "throttle_scope", "") == "staff":
            found.append(_ORGANIZATION)
        if isinstance(self.view, Edits | Removes) and self.method in {"PATCH", "PUT", "DELETE"}:
            found.append(_IF_MATCH)
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
        done = {"POST": 201, "DELETE": 204}.get(self.method, 200)
        refusals = dict.fromkeys(_REFUSALS[self.method], ErrorSerializer)
        return {done: None if done == 204 else main, **refusals}
