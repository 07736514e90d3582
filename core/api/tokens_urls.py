"""The addresses of API tokens, below /api/v1/."""

from django.urls import re_path

from core.api import tokens

urlpatterns = [
    re_path(r"^tokens/?$", tokens.TokenListView.as_view(), name="api-tokens"),
    re_path(r"^tokens/(?P<id>\d{1,18})/?$", tokens.TokenRecordView.as_view(), name="api-token"),
]
