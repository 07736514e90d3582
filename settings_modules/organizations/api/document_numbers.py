"""Document numbers for staff: the next one, the ledger, what is missing in it, and voiding."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import re_path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.actions import RowAction
from core.api.filters import TruthFilter
from core.api.staff import StaffCollection
from core.api.views import KEY_HEADER
from core.context import current_context
from core.errors import NotFound
from core.tenancy import visible_rows
from settings_modules.organizations.api import document_numbers_schema as shapes
from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    IssuedNumber,
    Organization,
)
from settings_modules.organizations.selectors.document_numbers import (
    preview_number,
    report_numbers,
)
from settings_modules.organizations.services.document_numbers import issue_number, void_number


class SeriesPart(RowAction):
    """Something about the series of the address."""

    needed: ClassVar[Any] = {"GET": ("organizations.view_issuednumber",)}
    queryset = DocumentSeries.objects.select_related("financial_year")


class PreviewView(SeriesPart):
    """The next number, without taking it."""

    needed: ClassVar[Any] = {"GET": ("organizations.view_documentseries",)}

    @extend_schema(
        operation_id="settings_document_series_preview",
        summary="The next number of a series, which is not taken (staff)",
        responses={200: shapes.PreviewSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return Response(shapes.PreviewSerializer(preview_number(self.row(id))).data)


class GapsView(SeriesPart):
    """What the series' ledger lacks, and what was printed twice."""

    @extend_schema(
        operation_id="settings_document_series_gaps",
        summary="Missing numbers of a series, and texts printed twice (staff)",
        responses={200: shapes.ReportSerializer},
    )
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return Response(shapes.ReportSerializer(report_numbers(self.row(id))).data)


class LedgerFilter(filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By whether the number was voided, and by a part of the printed number or the purpose."""

    voided = TruthFilter(field_name="voided_at", lookup_expr="isnull", exclude=True)
    search = filters.CharFilter(method="filter_search")

    class Meta:
        model = IssuedNumber
        fields = ("voided", "search")

    def filter_search(
        self, queryset: QuerySet[IssuedNumber], name: str, value: str
    ) -> QuerySet[IssuedNumber]:
        found = queryset.filter(text__icontains=value)
        return found | queryset.filter(purpose__icontains=value)


class LedgerView(StaffCollection):
    """Every number that the series has issued, newest first; a page at a time."""

    queryset = IssuedNumber.objects.order_by("-number")
    serializer_class = shapes.IssuedNumberSerializer
    filterset_class = LedgerFilter
    ordering_fields = ("number", "issued_at", "voided_at")

    def get_queryset(self) -> QuerySet[IssuedNumber]:
        rows: QuerySet[IssuedNumber] = super().get_queryset()
        return rows.filter(series_id=self.kwargs["id"]) if "id" in self.kwargs else rows

    @extend_schema(
        operation_id="settings_document_series_ledger",
        summary="The numbers that a series has issued (staff)",
    )
    def get(self, request: Request, id: int) -> Response:  # type: ignore[override]  # noqa: A002
        if not visible_rows(DocumentSeries.objects.filter(pk=id), request.user).exists():
            raise NotFound()
        return self.list(request)


class IssuedNumberView(RowAction):
    """What both addresses of an issued number have in common."""

    needed: ClassVar[Any] = {"GET": ("organizations.view_issuednumber",)}
    queryset: Any = IssuedNumber.objects.all()
    serializer_class: Any = shapes.IssuedNumberSerializer


class IssuedNumberRecord(IssuedNumberView):
    """One number that was issued."""

    @extend_schema(operation_id="settings_issued_numbers_read", summary="One issued number (staff)")
    def get(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        return Response(self.get_serializer(self.row(id)).data)


class VoidView(IssuedNumberView):
    """Voids the number, once and for good."""

    needed: ClassVar[Any] = {"POST": ("organizations.void_documentseries",)}

    @extend_schema(
        operation_id="settings_issued_numbers_void",
        summary="Void an issued number (staff)",
        request=shapes.VoidSerializer,
        responses={200: shapes.IssuedNumberSerializer},
    )
    def post(self, request: Request, id: int) -> Response:  # noqa: A002  (as in the address)
        reason = self.given(request, shapes.VoidSerializer)["reason"]
        return Response(self.shown(void_number(issued=self.row(id), reason=reason)))


class NextNumberView(RowAction):
    """POST issues the next number of the organization's series for that document."""

    needed: ClassVar[Any] = {"POST": ("organizations.issue_documentseries",)}
    queryset = Organization.objects.all()

    @extend_schema(
        operation_id="settings_organizations_next_document_number",
        summary="Issue a document number (staff)",
        description="The `Idempotency-Key` is noted in the ledger: sent again it gives the same"
        " number, however late, marked `is_repeated`.",
        request=shapes.AskSerializer,
        responses={201: shapes.IssuedSerializer, 200: shapes.IssuedSerializer},
    )
    def post(self, request: Request, id: int, document_type: str) -> Response:  # noqa: A002
        organization: Organization = self.row(id)
        if document_type not in DocumentType:
            raise NotFound()
        asked = shapes.AskSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        issued = issue_number(
            document_type=DocumentType(document_type),
            organization=organization,
            idempotency_key=_ledger_key(request),
            **asked.validated_data,
        )
        answer = Response(
            shapes.IssuedSerializer(issued).data, status=200 if issued.is_repeated else 201
        )
        answer["Location"] = f"/api/v1/settings/issued-numbers/{issued.ledger_id}"
        return answer


def _ledger_key(request: Request) -> str | None:
    """The caller's key, told apart from the same key of another caller."""
    key = request.headers.get(KEY_HEADER)
    return None if key is None else f"{current_context().actor} {key}"


_SERIES = r"^document-series/(?P<id>\d{1,18})"
_ISSUED = r"^issued-numbers/(?P<id>\d{1,18})"
_NEXT = r"^organizations/(?P<id>\d{1,18})/next-document-number/(?P<document_type>[a-z_]{1,16})"
paths = [
    re_path(rf"{_SERIES}/preview/?$", PreviewView.as_view(), name="document-series-preview"),
    re_path(rf"{_SERIES}/ledger/?$", LedgerView.as_view(), name="document-series-ledger"),
    re_path(rf"{_SERIES}/gaps/?$", GapsView.as_view(), name="document-series-gaps"),
    re_path(rf"{_ISSUED}/?$", IssuedNumberRecord.as_view(), name="issued-numbers-record"),
    re_path(rf"{_ISSUED}/void/?$", VoidView.as_view(), name="issued-numbers-void"),
    re_path(rf"{_NEXT}/?$", NextNumberView.as_view(), name="next-document-number"),
]
