"""The addresses of the audit trail."""

from django.urls import re_path

from core.api import audit

_OBJECT = r"(?P<type>[^/\x00]{1,100})/(?P<id>[^/\x00]{1,100})"

urlpatterns = [
    re_path(r"^recent/?$", audit.RecentTrailView.as_view(), name="audit-recent"),
    re_path(r"^users/(?P<id>[^/\x00]{1,100})/?$", audit.UserTrailView.as_view(), name="audit-user"),
    re_path(rf"^count/{_OBJECT}/?$", audit.ObjectCountView.as_view(), name="audit-count"),
    re_path(rf"^{_OBJECT}/export\.csv$", audit.ObjectExportView.as_view(), name="audit-export"),
    re_path(rf"^{_OBJECT}/?$", audit.ObjectTrailView.as_view(), name="audit-object"),
]
