"""The addresses of saved filters, below /api/v1/."""

from django.urls import re_path

from core.api import saved_filters

urlpatterns = [
    re_path(
        r"^saved-filters/?$",
        saved_filters.SavedFilterCollection.as_view(),
        name="api-saved-filters",
    ),
    re_path(
        r"^saved-filters/(?P<id>\d{1,18})/?$",
        saved_filters.SavedFilterRecord.as_view(),
        name="api-saved-filter",
    ),
]
