"""Import and export on the list of the records themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin.base import action
from core.admin.imports import file_answer
from core.importing.exporting import export_chunks
from core.importing.resources import ImportResource, find_import_resource
from core.importing.selectors import may_import


class ByFiles:
    """For pages: a button to import a file, and actions to export the rows that are chosen.

    A page with actions or list buttons of its own adds these to them.
    """

    import_resource: ClassVar[str]
    actions: Any = ("export_csv", "export_xlsx")
    actions_list: Any = ("import_page",)

    def _resource(self) -> ImportResource:
        resource = find_import_resource(self.import_resource)
        assert resource is not None, self.import_resource
        return resource

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add and change such records."""
        return may_import(request.user, self._resource())

    @action(
        description=_("Import a file"),
        url_path="import",
        permissions=["import"],
        icon="upload_file",
    )
    def import_page(self, request: HttpRequest) -> HttpResponse:
        """To the page on which a file of these records is sent."""
        return HttpResponseRedirect(
            reverse("admin:core_importrun_upload", args=[self.import_resource])
        )

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self._export(queryset, "csv")

    @admin.action(description=_("Export as XLSX"), permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self._export(queryset, "xlsx")

    def _export(self, records: QuerySet[Any], ending: str) -> HttpResponseBase:
        resource = self._resource()
        chunks = export_chunks(resource, records, ending)
        return file_answer(chunks, name=resource.name, ending=ending)
