"""Addresses below a record that do one thing with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.preconditions import etag_of, expected_version
from core.api.schema import ErrorSerializer
from core.api.staff import StaffView
from core.editing.models import VersionedModel
from core.errors import NotFound

#: Beside what every address may refuse with: the record is not as the caller has read it.
VERSION_ERRORS: dict[Any, Any] = {412: ErrorSerializer, 428: ErrorSerializer}


class MayAct(BasePermission):
    """Active staff with every permission that the view's `needed` has for the method.

    `needed` is method to permissions; a method that is not in it needs those of the first.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        needed: dict[str, tuple[str, ...]] = view.needed  # type: ignore[attr-defined]
        user = request.user
        permissions = needed.get(request.method or "", next(iter(needed.values())))
        return bool(user.is_active and user.is_staff and user.has_perms(permissions))


class RowAction(StaffView):
    """Something done with the record of the address, when its state is the one in `If-Match`.

    Without `If-Match` its state does not matter: what an action does, it says by its name.
    """

    permission_classes: Any = (MayAct,)
    needed: ClassVar[dict[str, tuple[str, ...]]]

    def row(self, key: int) -> Any:
        """Raises NotFound, also for a row that the caller may not see."""
        found: models.Model | None = self.get_queryset().filter(pk=key).first()
        if found is None:
            raise NotFound()
        return found

    def given(self, request: Request, shape: Any) -> dict[str, Any]:
        """The checked body."""
        body = shape(data=request.data)
        body.is_valid(raise_exception=True)
        values: dict[str, Any] = body.validated_data
        return values

    def seen(self, request: Request) -> int | None:
        """The version in `If-Match`; None without one."""
        return expected_version(request) if "If-Match" in request.headers else None

    def answered(self, row: VersionedModel) -> Response:
        """The record as it is now."""
        return Response(self.shown(row), headers={"ETag": etag_of(row)})
