"""The audit trail for staff: who changed what, when, through which door and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import audit_schema as shapes
from core.api.audit_csv import csv_lines
from core.api.audit_parameters import AuditQuery, read_audit_query
from core.api.views import ApiView
from core.context import user_actor
from core.errors import PermissionRefused
from core.history import selectors
from core.history.errors import HistoryNotFound
from core.history.selectors import AuditPage
from core.identity.models import User

Model = type[models.Model]


def _may_view(request: Request, model: Model) -> bool:
    user = request.user
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    return bool(user.is_active and user.has_perm(permission))


def _viewable_model(request: Request, label: str) -> Model:
    """The tracked model; HistoryNotFound when there is none, PermissionRefused without its view."""
    model = selectors.tracked_model(label)
    if not _may_view(request, model):
        raise PermissionRefused()
    return model


def _viewable_models(request: Request) -> list[Model]:
    """The model of the parameter `type`, else every one that the caller may view."""
    asked = request.query_params.get("type", "")
    if asked:
        return [_viewable_model(request, asked)]
    every = map(selectors.tracked_model, selectors.audited_models())
    return [model for model in every if _may_view(request, model)]


def _trail(request: Request, query: AuditQuery, page: AuditPage) -> Response:
    last = max(1, -(-page.total // query.page_size))
    return Response(
        {
            "total": page.total,
            "next": _link(request, query.page + 1) if query.page < last else None,
            "previous": _link(request, min(query.page - 1, last)) if query.page > 1 else None,
            "items": page.entries,
        }
    )


def _link(request: Request, page: int) -> str:
    """The path of another page of the same question."""
    return f"{request.path}?{urlencode({**request.query_params.dict(), 'page': page})}"


class AuditView(ApiView):
    """For staff; no copy of an answer is kept anywhere."""

    permission_classes = (IsAdminUser,)
    throttle_scope = "staff"

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "private, no-store"
        return final


class ObjectTrailView(AuditView):
    """Changes of one row, newest first."""

    @extend_schema(
        operation_id="audit_object",
        summary="What happened to one record (staff)",
        parameters=[shapes.FIELD, shapes.ACTOR, shapes.SOURCE, *shapes.SPAN, *shapes.PAGES],
        responses={200: shapes.AuditTrailSerializer, **shapes.ERRORS},
        examples=[shapes.TRAIL_EXAMPLE],
    )
    def get(self, request: Request, type: str, id: str) -> Response:  # noqa: A002  (as in the address)
        model = _viewable_model(request, type)
        query = read_audit_query(request.query_params, model, reader=request.user)
        page = selectors.object_trail(
            model, id, query.question, skip=query.skip, limit=query.page_size
        )
        return _trail(request, query, page)


class ObjectCountView(AuditView):
    """How many changes of one row are recorded."""

    @extend_schema(
        operation_id="audit_count",
        summary="How often one record was changed (staff)",
        parameters=[shapes.FIELD, shapes.ACTOR, shapes.SOURCE, *shapes.SPAN],
        responses={200: shapes.AuditCountSerializer, **shapes.ERRORS},
        examples=[shapes.COUNT_EXAMPLE],
    )
    def get(self, request: Request, type: str, id: str) -> Response:  # noqa: A002  (as in the address)
        model = _viewable_model(request, type)
        query = read_audit_query(request.query_params, model, reader=request.user)
        count = selectors.count_changes(model, id, query.question)
        return Response({"model": model._meta.label_lower, "object_id": id, "count": count})


class AnswersAsItIs(BaseContentNegotiation):
    """The address names the format: a browser's `Accept: text/csv` gets it, and errors as JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class ObjectExportView(AuditView):
    """All changes of one row as CSV, written while it is read."""

    content_negotiation_class = AnswersAsItIs

    @extend_schema(
        operation_id="audit_export",
        summary="One record's history as CSV (staff)",
        parameters=[shapes.FIELD, shapes.ACTOR, shapes.SOURCE, *shapes.SPAN],
        responses={(200, "text/csv"): OpenApiTypes.STR, **shapes.ERRORS},
        examples=[shapes.CSV_EXAMPLE],
    )
    def get(self, request: Request, type: str, id: str) -> HttpResponseBase:  # noqa: A002  (as in the address)
        model = _viewable_model(request, type)
        query = read_audit_query(request.query_params, model, reader=request.user)
        entries = selectors.whole_trail(model, id, query.question)
        name = f"{model._meta.label_lower}-{int(id)}.csv" if id.isdigit() else "history.csv"
        return StreamingHttpResponse(
            csv_lines(entries),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class RecentTrailView(AuditView):
    """The latest changes of everything that the caller may view."""

    @extend_schema(
        operation_id="audit_recent",
        summary="The latest changes (staff)",
        parameters=[shapes.TYPE, shapes.ACTOR, shapes.SOURCE, *shapes.SPAN, *shapes.PAGES],
        responses={200: shapes.AuditTrailSerializer, **shapes.ERRORS},
        examples=[shapes.TRAIL_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        query = read_audit_query(request.query_params, reader=request.user)
        page = selectors.combined_trail(
            _viewable_models(request), query.question, skip=query.skip, limit=query.page_size
        )
        return _trail(request, query, page)


class UserTrailView(AuditView):
    """What one user changed, in everything that the caller may view."""

    @extend_schema(
        operation_id="audit_user",
        summary="What one user changed (staff)",
        parameters=[shapes.TYPE, shapes.SOURCE, *shapes.SPAN, *shapes.PAGES],
        responses={200: shapes.AuditTrailSerializer, **shapes.ERRORS},
        examples=[shapes.TRAIL_EXAMPLE],
    )
    def get(self, request: Request, id: str) -> Response:  # noqa: A002  (as in the address)
        query = read_audit_query(request.query_params, reader=request.user)
        if not selectors.has_trail(User, id):
            raise HistoryNotFound()
        page = selectors.combined_trail(
            _viewable_models(request),
            replace(query.question, actor=user_actor(int(id))),
            skip=query.skip,
            limit=query.page_size,
        )
        return _trail(request, query, page)
