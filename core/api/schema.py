"""The wire shape of an error, for the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

#: A search word or a name in a query string.
SHORT_TEXT: dict[str, Any] = {"type": "string", "maxLength": 200}


def whole_number(least: int, most: int | None = None) -> dict[str, Any]:
    """A whole number of a query string, both ends included."""
    found: dict[str, Any] = {"type": "integer", "minimum": least}
    return found if most is None else found | {"maximum": most}


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()


class ErrorDetailSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    message_ar = serializers.CharField()
    details = FieldErrorSerializer(many=True)
    request_id = serializers.CharField()


class ErrorSerializer(serializers.Serializer[Any]):
    """On the addresses of old apps `error` is the message and `error_detail` this object."""

    success = serializers.BooleanField()
    error = ErrorDetailSerializer()
    detail = serializers.CharField()
