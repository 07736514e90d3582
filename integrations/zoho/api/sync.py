"""How fresh the catalogue is, and starting a pull."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.consumer.products import PublicView
from catalog.selectors.shelf import consumer_price_list, count_stock
from catalog.subscribers import shelf_version
from core.api.rendering import dump_json
from core.api.schema import ErrorSerializer
from core.api.views import ApiView
from core.caching import cached_answer
from integrations.zoho.models import Stream, SyncKind
from integrations.zoho.selectors.runs import last_success_by_stream, latest_run
from integrations.zoho.services.sync_runs import start_sync

#: Without a completed pull of items and stock for so long the catalogue counts as stale.
STALE_AFTER = timedelta(hours=24)


class SyncStatusSerializer(serializers.Serializer):
    status = serializers.CharField()
    total_products = serializers.IntegerField()
    in_stock_products = serializers.IntegerField()
    out_of_stock_products = serializers.IntegerField()
    last_sync = serializers.DateTimeField(allow_null=True)
    last_result = serializers.CharField(allow_null=True)
    is_stale = serializers.BooleanField()


class SyncStartedSerializer(serializers.Serializer):
    status = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()
    run_id = serializers.CharField()
    total_items = serializers.IntegerField()
    updated_items = serializers.IntegerField()


def _last_sync() -> datetime | None:
    """When items and stock had both been read to their end: the older of the two."""
    done = last_success_by_stream()
    moments = [done.get(Stream.ITEMS), done.get(Stream.STOCK)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if len(known) == len(moments) else None


def _build_status() -> HttpResponse:
    total, available = count_stock()
    last = _last_sync()
    run = latest_run()
    body = {
        "status": "success",
        "total_products": total,
        "in_stock_products": available,
        "out_of_stock_products": total - available,
        "last_sync": last.isoformat() if last else None,
        "last_result": run.job.state if run else None,
        "is_stale": last is None or timezone.now() - last > STALE_AFTER,
    }
    return HttpResponse(dump_json(body), content_type="application/json")


class SyncStatusView(PublicView):
    """Counts over the active products, and when Zoho was last read to the end."""

    @extend_schema(
        operation_id="consumer_sync_status",
        summary="How fresh the catalogue is",
        responses={200: SyncStatusSerializer},
    )
    def get(self, request: Request) -> HttpResponseBase:
        return cached_answer(
            request._request,
            seconds=settings.CACHE_SECONDS_SYNC_STATUS,
            version_names=[shelf_version(consumer_price_list())],
            parameters={},
            build=_build_status,
        )


class MayStartSync(BasePermission):
    """Staff with the permission to add sync runs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and user.has_perm("zoho.add_syncrun"))


class SyncInventoryView(ApiView):
    """Queues a pull of everything; a worker carries it out."""

    permission_classes = (MayStartSync,)
    throttle_scope = "staff"

    @extend_schema(
        operation_id="consumer_sync_inventory",
        summary="Start a pull from Zoho (staff)",
        request=None,
        responses={202: SyncStartedSerializer, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request) -> Response:
        run = start_sync(kind=SyncKind.FULL)
        return Response(
            {
                "status": "success",
                "message": "The pull has been queued.",
                "message_ar": "تمت إضافة المزامنة إلى قائمة الانتظار.",
                "run_id": str(run.job_id),
                # Nothing is counted yet; the run shows its counts as it goes.
                "total_items": 0,
                "updated_items": 0,
            },
            status=202,
        )
