"""Imports for staff: send a file, look at its dry run, correct, apply, undo."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.api import imports_schema as shapes
from core.api.audit import AnswersAsItIs
from core.api.jobs import POLL_HEADER, POLL_SECONDS
from core.api.pagination import PagePagination
from core.api.staff import StaffView
from core.errors import NotFound, PermissionRefused
from core.idempotency.services import Once, hash_of
from core.importing.corrections import failing_chunks
from core.importing.exporting import FORMATS, findings_csv
from core.importing.models import ImportRun, Level, Outcome
from core.importing.resources import ImportResource, find_import_resource
from core.importing.runs import apply_import, check_again, start_import, undo_import
from core.importing.selectors import (
    findings_of,
    may_import,
    may_see_runs,
    may_work_on,
    rows_of,
    seen_runs,
)
from core.importing.templates import template_chunks


class MaySeeImports(BasePermission):
    """Active staff who may import something, or view imports."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return may_see_runs(request.user)


class ActiveStaff(BasePermission):
    """Active staff; what they may do depends on the records and is asked about these."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


def resource_called(name: str) -> ImportResource:
    """The declared resource. Raises NotFound."""
    resource = find_import_resource(name)
    if resource is None:
        raise NotFound()
    return resource


def streamed(chunks: Any, *, name: str, file_format: str) -> HttpResponseBase:
    """A file to keep, sent while it is written."""
    return StreamingHttpResponse(
        chunks,
        content_type=FORMATS[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}.{file_format}"'},
    )


class ImportView(StaffView):
    """What the views below share: the runs that the caller may see."""

    permission_classes: Any = (MaySeeImports,)
    queryset = ImportRun.objects.all()
    serializer_class: Any = shapes.ImportRunSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return seen_runs(self.request.user)

    def run(self, key: UUID) -> ImportRun:
        """The run of the address. Raises NotFound."""
        found: ImportRun | None = self.get_queryset().filter(pk=key).first()
        if found is None:
            raise NotFound()
        return found

    def workable_run(self, key: UUID) -> ImportRun:
        """As `run`; raises PermissionRefused unless the caller may import such records."""
        found = self.run(key)
        if not may_work_on(self.request.user, found):
            raise PermissionRefused()
        return found

    def accepted(self, run: ImportRun) -> Response:
        """202 with the run, whose job was queued."""
        return Response(
            self.get_serializer(run).data,
            status=202,
            headers={
                "Location": reverse("api-import", args=[run.pk]),
                "Retry-After": str(POLL_SECONDS),
            },
        )

    def page(self, rows: Any, serializer: type[BaseSerializer[Any]], run: ImportRun) -> Response:
        """A page of parts of the run."""
        found = self.paginate_queryset(rows)
        context = {**self.get_serializer_context(), "run": run}
        return self.get_paginated_response(serializer(found, many=True, context=context).data)


def _choice(request: Request, name: str, values: list[str]) -> str:
    """The query parameter, "" without it. Raises ValidationError for none of the values."""
    given: str = request.query_params.get(name, "")
    if given and given not in values:
        raise ValidationError({name: f"Send one of: {', '.join(values)}."})
    return given


class ImportListView(ImportView):
    """A page of the imports, newest first."""

    @extend_schema(
        operation_id="imports_list",
        summary="Imports, newest first (staff)",
        responses={200: shapes.ImportRunSerializer(many=True)},
        examples=[shapes.RUN_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        found = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(found, many=True).data)


class ImportStartView(ImportView):
    """POST takes a file of such records in and queues its dry run."""

    permission_classes: Any = (ActiveStaff,)
    parser_classes = (MultiPartParser,)
    pagination_class: ClassVar[type[PagePagination] | None] = None  # type: ignore[misc]

    @extend_schema(
        operation_id="imports_start",
        summary="Send a file of records; its dry run is queued (staff)",
        request={"multipart/form-data": shapes.UploadSerializer},
        responses={202: shapes.ImportRunSerializer},
    )
    def post(self, request: Request, resource: str) -> Response:
        declared = resource_called(resource)
        if not may_import(request.user, declared):
            raise PermissionRefused()
        asked = shapes.UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        return self.accepted(
            start_import(
                resource=declared,
                file_name=str(file.name),
                chunks=file.chunks(),
                encoding=asked.validated_data.get("encoding", ""),
                takes_legacy=asked.validated_data.get("legacy", False),
            )
        )

    def once(self, request: Request) -> Once | None:
        """The file's content counts as the body does elsewhere."""
        once = super().once(request)
        if once is None:
            return None
        digests = [once.body_hash]
        for name, file in sorted(request.FILES.items()):
            digests += [name, hashlib.file_digest(file.file, "sha256").hexdigest()]
            file.seek(0)
        return replace(once, body_hash=hash_of(digests))


class TemplateView(ImportView):
    """A file to fill in, with the headings that an import takes."""

    permission_classes: Any = (ActiveStaff,)
    content_negotiation_class = AnswersAsItIs

    @extend_schema(
        operation_id="imports_template",
        summary="A file to fill in: headings, samples, what each column takes (staff)",
        responses=shapes.FILES,
    )
    def get(self, request: Request, resource: str, ending: str) -> HttpResponseBase:
        declared = resource_called(resource)
        if not may_import(request.user, declared):
            raise PermissionRefused()
        return streamed(
            template_chunks(declared, ending, user=request.user),
            name=declared.name,
            file_format=ending,
        )


class ImportRecordView(ImportView):
    """One import; while its job is not finished the answer says when to ask again."""

    @extend_schema(
        operation_id="imports_read",
        summary="One import (staff)",
        responses={200: shapes.ImportRunSerializer},
        examples=[shapes.RUN_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        run = self.run(id)
        answer = Response(self.get_serializer(run).data)
        if run.job is not None and run.job.is_unfinished:
            answer[POLL_HEADER] = str(POLL_SECONDS)
        return answer


class FindingsView(ImportView):
    """Every error and warning, by row."""

    @extend_schema(
        operation_id="imports_errors",
        summary="What was found in the rows of an import (staff)",
        parameters=[shapes.LEVEL],
        responses={200: shapes.FindingSerializer(many=True)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        run = self.run(id)
        level = _choice(request, "level", Level.values)
        return self.page(findings_of(run, level=level), shapes.FindingSerializer, run)


class FindingsFileView(ImportView):
    """The same as a file, in the caller's language."""

    content_negotiation_class = AnswersAsItIs

    @extend_schema(
        operation_id="imports_errors_file",
        summary="What was found in the rows of an import, as CSV (staff)",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002  (as in the address)
        run = self.run(id)
        return streamed(findings_csv(run), name=f"{run.resource}-errors", file_format="csv")


class FailingRowsView(ImportView):
    """The rows that were not taken, to correct and send again."""

    content_negotiation_class = AnswersAsItIs

    @extend_schema(
        operation_id="imports_failing_rows",
        summary="The failing rows of an import with what is wrong beside each cell (staff)",
        description=(
            "A file in the caller's language. Corrected, it is sent as a new import: what is said"
            " of the rows is left out."
        ),
        responses=shapes.FILES,
    )
    def get(self, request: Request, id: UUID, ending: str) -> HttpResponseBase:  # noqa: A002  (as in the address)
        run = self.run(id)
        chunks = failing_chunks(run, resource_called(run.resource), ending)
        return streamed(chunks, name=f"{run.resource}-failing-rows", file_format=ending)


class DiffView(ImportView):
    """What each row would change, or did."""

    @extend_schema(
        operation_id="imports_diff",
        summary="What the rows of an import change (staff)",
        parameters=[shapes.OUTCOME],
        responses={200: shapes.DiffRowSerializer(many=True)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        run = self.run(id)
        outcome = _choice(request, "outcome", Outcome.values)
        return self.page(rows_of(run, outcome=outcome), shapes.DiffRowSerializer, run)


class MappingView(ImportView):
    """POST says which column stands where, and queues the dry run once more."""

    permission_classes: Any = (ActiveStaff,)

    @extend_schema(
        operation_id="imports_mapping",
        summary="Say which column of the file is which, and check again (staff)",
        request=shapes.MappingSerializer,
        responses={202: shapes.ImportRunSerializer},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        run = self.workable_run(id)
        asked = shapes.MappingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.accepted(check_again(run=run, mapping=asked.validated_data["mapping"]))


class ApplyView(ImportView):
    """POST queues the writing of what the dry run found."""

    permission_classes: Any = (ActiveStaff,)

    @extend_schema(
        operation_id="imports_apply",
        summary="Write what the dry run found (staff)",
        request=None,
        responses={202: shapes.ImportRunSerializer},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        return self.accepted(apply_import(run=self.workable_run(id)))


class UndoView(ImportView):
    """POST queues taking the whole import back."""

    permission_classes: Any = (ActiveStaff,)

    @extend_schema(
        operation_id="imports_undo",
        summary="Take an import back (staff)",
        request=None,
        responses={202: shapes.ImportRunSerializer},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        return self.accepted(undo_import(run=self.workable_run(id)))
