"""The shapes of event data, as small JSON Schemas (draft 2020-12)."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Schema = dict[str, Any]

LONGEST_PROBLEM = 300


class InvalidEventDataError(ValueError):
    """An event's data is not of the shape its type declares. Names the type and the path."""

    def __init__(self, type_name: str, path: str, problem: str) -> None:
        super().__init__(f"{type_name}: {path}: {problem[:LONGEST_PROBLEM]}")
        self.type_name = type_name
        self.path = path


def object_schema(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with exactly these properties; nothing else is let in."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": False,
    }


def check_schema(schema: Schema) -> None:
    """Raise ValueError unless this is a closed object; SchemaError when it is no JSON Schema."""
    Draft202012Validator.check_schema(schema)
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        raise ValueError("event data is an object whose schema has additionalProperties: false")


def validate_data(type_name: str, schema: Schema, data: dict[str, Any]) -> None:
    """Raise InvalidEventDataError for the most telling difference between data and schema."""
    error = best_match(Draft202012Validator(schema).iter_errors(data))
    if error is not None:
        raise InvalidEventDataError(type_name, error.json_path, error.message)
