"""The rows that a page may show: those of the organization in force, and what all share."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import FieldListFilter, RelatedFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest

from core.tenancy import is_scoped, visible_rows


class VisibleRows:
    """For pages and inlines: lists, records and references hold only what the person may see."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return visible_rows(rows, request.user)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """What a reference may be given."""
        rows = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        target = db_field.remote_field.model
        if not is_scoped(target):
            return rows
        return visible_rows(target._default_manager.all() if rows is None else rows, request.user)

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> Any:
        """A row that is not there and one that is somebody else's get the same 404."""
        raise Http404


def require_visible(row: models.Model, user: Any) -> None:
    """Raise PermissionDenied when the person has just made a row that they may not see."""
    model = type(row)
    if not is_scoped(model) or user.is_superuser:
        return
    if not visible_rows(model._default_manager.filter(pk=row.pk), user).exists():
        raise PermissionDenied


class VisibleReferenceFilter(RelatedFieldListFilter):
    """A filter at the side of a list that names only rows the person may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        target = field.remote_field.model
        rows = visible_rows(target._default_manager.all(), request.user)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return [(str(row.pk), str(row)) for row in rows.order_by(*ordering)[:200]]


def _refers_to_scoped_rows(field: Any) -> bool:
    return bool(field.remote_field) and is_scoped(field.remote_field.model)


FieldListFilter.register(_refers_to_scoped_rows, VisibleReferenceFilter, take_priority=True)
