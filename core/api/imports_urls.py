"""The addresses of imports and exports, below /api/v1/."""

from django.urls import re_path

from core.api import exports, imports

_RUN = r"^imports/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_RESOURCE = r"(?P<resource>[a-z][a-z-]{0,62})"
_ENDING = r"(?P<ending>csv|xlsx)"

urlpatterns = [
    re_path(r"^imports/?$", imports.ImportListView.as_view(), name="api-imports"),
    re_path(rf"{_RUN}/?$", imports.ImportRecordView.as_view(), name="api-import"),
    re_path(rf"{_RUN}/errors/?$", imports.FindingsView.as_view(), name="api-import-errors"),
    re_path(
        rf"{_RUN}/errors\.csv$", imports.FindingsFileView.as_view(), name="api-import-errors-file"
    ),
    re_path(
        rf"{_RUN}/failing-rows\.{_ENDING}$",
        imports.FailingRowsView.as_view(),
        name="api-import-failing-rows",
    ),
    re_path(rf"{_RUN}/diff/?$", imports.DiffView.as_view(), name="api-import-diff"),
    re_path(rf"{_RUN}/mapping/?$", imports.MappingView.as_view(), name="api-import-mapping"),
    re_path(rf"{_RUN}/apply/?$", imports.ApplyView.as_view(), name="api-import-apply"),
    re_path(rf"{_RUN}/undo/?$", imports.UndoView.as_view(), name="api-import-undo"),
    re_path(
        rf"^imports/{_RESOURCE}/?$", imports.ImportStartView.as_view(), name="api-import-start"
    ),
    re_path(
        rf"^imports/{_RESOURCE}/template\.{_ENDING}$",
        imports.TemplateView.as_view(),
        name="api-import-template",
    ),
    re_path(rf"^exports/{_RESOURCE}\.{_ENDING}$", exports.ExportView.as_view(), name="api-export"),
]
