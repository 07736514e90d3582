"""The wire shapes of the audit trail, for the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from core.api.audit_parameters import LARGEST_PAGE
from core.api.schema import ErrorSerializer, whole_number
from core.context import Source


class FieldChangeSerializer(serializers.Serializer[Any]):
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class AuditEntrySerializer(serializers.Serializer[Any]):
    """One change of one row. A reference is the key of what it points to."""

    id = serializers.CharField()
    model = serializers.CharField()
    object_id = serializers.CharField()
    operation = serializers.ChoiceField(choices=["insert", "update", "delete"])
    changed_at = serializers.DateTimeField()
    actor = serializers.CharField(help_text="“system”, “user:<id>”, or empty when unknown.")
    source = serializers.CharField()  # type: ignore[assignment]  # a name that fields have too
    request_id = serializers.CharField()
    reason = serializers.CharField()
    changes = serializers.DictField(child=FieldChangeSerializer())


class AuditTrailSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    items = AuditEntrySerializer(many=True)


class AuditCountSerializer(serializers.Serializer[Any]):
    model = serializers.CharField()
    object_id = serializers.CharField()
    count = serializers.IntegerField()


SOURCE = OpenApiParameter(
    "source", str, enum=[str(door) for door in Source], description="The door it came through."
)
ACTOR = OpenApiParameter(
    "actor",
    {"type": "string", "pattern": "^(system|user:[0-9]{1,18})$"},
    description="“system” or “user:<id>”.",
)
FIELD = OpenApiParameter("field", str, description="Only changes of this field.")
TYPE = OpenApiParameter("type", str, description="Only this model, such as “catalog.product”.")
SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATETIME, description="From this instant on."),
    OpenApiParameter("to", OpenApiTypes.DATETIME, description="Before this instant."),
]
PAGES = [
    OpenApiParameter("page", whole_number(1, LARGEST_PAGE), description="The page from 1."),
    OpenApiParameter(
        "page_size", whole_number(1), description="Entries a page: 1 to 200, default 50."
    ),
]
ERRORS: dict[Any, Any] = {
    400: ErrorSerializer,
    401: ErrorSerializer,
    403: ErrorSerializer,
    404: ErrorSerializer,
    429: ErrorSerializer,
}
TRAIL_EXAMPLE = OpenApiExample(
    "A price that a person raised",
    value={
        "total": 1,
        "next": None,
        "previous": None,
        "items": [
            {
                "id": "catalog.price:812",
                "model": "catalog.price",
                "object_id": "44",
                "operation": "update",
                "changed_at": "2026-01-31T09:00:00Z",
                "actor": "user:7",
                "source": "admin",
                "request_id": "5d7b0c8e1f",
                "reason": "new supplier list",
                "changes": {"amount": {"old": 1500, "new": 1750}},
            }
        ],
    },
    response_only=True,
    status_codes=["200"],
)
COUNT_EXAMPLE = OpenApiExample(
    "Twelve changes",
    value={"model": "catalog.price", "object_id": "44", "count": 12},
    response_only=True,
    status_codes=["200"],
)
CSV_EXAMPLE = OpenApiExample(
    "One line for each changed field",
    value=(
        "id,model,object_id,operation,changed_at,actor,source,request_id,reason,field,old,new\r\n"
        "catalog.price:812,catalog.price,44,update,2026-01-31T09:00:00+00:00,user:7,admin,"
        "5d7b0c8e1f,new supplier list,amount,1500.000,1750.000\r\n"
    ),
    media_type="text/csv",
    response_only=True,
    status_codes=["200"],
)
