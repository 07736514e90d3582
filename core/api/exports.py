"""Exports for staff: the records of a resource as a file."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.audit import AnswersAsItIs
from core.api.imports import ActiveStaff, ImportView, resource_called, streamed
from core.api.imports_schema import FILES
from core.api.parameters import refuse_form
from core.api.staff import StaffFilterSet
from core.errors import FieldError, InvalidInput, PermissionRefused
from core.importing.exporting import export_chunks
from core.importing.resources import ImportResource
from core.importing.selectors import may_export
from core.tenancy import visible_rows

_filter_sets: dict[str, type[StaffFilterSet]] = {}


def export_with_filters(name: str, filter_set: type[StaffFilterSet]) -> None:
    """Narrow exports of the resource by the filters of the records' own list."""
    _filter_sets[name] = filter_set


def _filters_of(resource: ImportResource) -> Any:
    if resource.name in _filter_sets:
        return _filter_sets[resource.name]
    options: Any = type("Meta", (), {"model": resource.model, "fields": resource.filters})
    return type("ExportFilterSet", (StaffFilterSet,), {"Meta": options})


def filtered_records(resource: ImportResource, request: Request) -> Any:
    """The records that the caller may see, narrowed by the filters of their list.

    Raises InvalidInput for a parameter that is none of them, or has a value that is not one.
    """
    filters = _filters_of(resource)
    unknown = sorted(set(request.query_params) - set(filters.base_filters))
    if unknown:
        raise InvalidInput(
            details=[
                FieldError(name, "unknown", "There is no such filter.", "لا يوجد مرشح كهذا.")
                for name in unknown
            ]
        )
    records = visible_rows(resource.model._default_manager.all(), request.user)
    narrowed = filters(request.query_params, queryset=records, request=request)
    if not narrowed.is_valid():
        refuse_form(narrowed.form)
    return narrowed.qs


class ExportView(ImportView):
    """The records that the query's filters leave, in a file that an import takes back."""

    permission_classes: Any = (ActiveStaff,)
    content_negotiation_class = AnswersAsItIs

    @extend_schema(
        operation_id="exports_read",
        summary="Records as CSV or XLSX (staff)",
        description="Takes the filters of the records' own list as query parameters.",
        responses=FILES,
    )
    def get(self, request: Request, resource: str, ending: str) -> HttpResponseBase:
        declared = resource_called(resource)
        if not may_export(request.user, declared):
            raise PermissionRefused()
        records = filtered_records(declared, request)
        chunks = export_chunks(declared, records, ending)
        return streamed(chunks, name=declared.name, file_format=ending)
