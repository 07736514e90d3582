"""The integration's part of the consumer API."""

from django.urls import re_path

from integrations.zoho.api.sync import SyncInventoryView, SyncStatusView

urlpatterns = [
    re_path(r"^sync/inventory/?$", SyncInventoryView.as_view(), name="consumer-sync-inventory"),
    re_path(r"^sync/status/?$", SyncStatusView.as_view(), name="consumer-sync-status"),
]
