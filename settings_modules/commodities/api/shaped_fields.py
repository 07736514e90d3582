"""JSON values of commodities in the schema of the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from settings_modules.commodities.shapes import SHAPES, Schema

#: What the schema language of the API does not know; the service checks it nevertheless.
_UNKNOWN = ("propertyNames", "dependentRequired")
#: Longer lists of codes are told by their form.
_MOST_CHOICES = 40


def _told(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_told(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if len(schema.get("enum", ())) > _MOST_CHOICES:
        return {"type": "string", "pattern": "^[A-Z]{2,3}$"}
    return {name: _told(part) for name, part in schema.items() if name not in _UNKNOWN}


def _field_of(name: str, schema: Schema) -> Any:
    told = extend_schema_field({"type": "object", **_told(schema)})
    return told(type(f"Shaped_{name}", (serializers.JSONField,), {}))(required=False)


#: A base of serializers with one field for each of the shapes.
ShapedFields: Any = type(
    "ShapedFields",
    (serializers.Serializer,),
    {name: _field_of(name, schema) for name, schema in SHAPES.items()},
)
