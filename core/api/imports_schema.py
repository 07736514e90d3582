"""The shapes of imports on the wire, and examples for the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema_field,
)
from rest_framework import serializers

from core.importing.csv_reading import ENCODINGS
from core.importing.findings import finding_message
from core.importing.models import ImportFinding, ImportRow, ImportRun, Level, Outcome
from core.importing.resources import resource_label
from core.importing.selectors import allowed_steps
from core.importing.xlsx_writing import MEDIA_TYPE

_FIELDS = (
    *("id", "resource", "label", "state", "file_name", "file_size", "file_format", "encoding"),
    *("headings", "mapping", "counts", "problem", "problem_ar", "job"),
    *("created_at", "checked_at", "applied_at", "undone_at", "actions"),
)
_NUMBERS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}

#: A file in the format that the address ends with.
FILES: dict[Any, Any] = {
    (200, "text/csv"): OpenApiTypes.STR,
    (200, MEDIA_TYPE): OpenApiTypes.BINARY,
}


@extend_schema_field(_NUMBERS)
class NumbersField(serializers.JSONField):
    """Names to whole numbers."""


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class TextsField(serializers.JSONField):
    """A list of texts."""


class ImportRunSerializer(serializers.ModelSerializer[ImportRun]):
    """An import. `actions` are what the caller may do with it now."""

    label = serializers.SerializerMethodField(help_text="The records, in the caller's language.")  # type: ignore[assignment]  # a name that fields have too
    headings = TextsField(read_only=True)
    mapping = NumbersField(read_only=True, help_text="Column to its place in the file, from 0.")
    counts = NumbersField(read_only=True)
    job = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    actions = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = _FIELDS
        read_only_fields = _FIELDS

    def get_label(self, run: ImportRun) -> str:
        return resource_label(run.resource)

    def get_actions(self, run: ImportRun) -> list[str]:
        return allowed_steps(self.context["request"].user, run)


class UploadSerializer(serializers.Serializer[Any]):
    """A file, and how it is to be read."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text=f"CSV or XLSX, at most {settings.IMPORT_MAX_BYTES // 1024} KiB.",
    )
    encoding = serializers.ChoiceField(
        choices=ENCODINGS, required=False, help_text="Of a CSV file; left out: found out."
    )
    legacy = serializers.BooleanField(
        required=False, help_text="Old records: what is merely doubtful is a warning."
    )


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "integer",
            "minimum": 0,
            "maximum": 10_000,
            "nullable": True,
        },
        "minProperties": 1,
    }
)
class MappingField(serializers.DictField):
    """Columns and their places."""


class MappingSerializer(serializers.Serializer[Any]):
    """Which column stands where; what is left out or null is not taken from the file."""

    mapping = MappingField(
        child=serializers.IntegerField(min_value=0, max_value=10_000, allow_null=True),
        allow_empty=False,
    )


class FindingSerializer(serializers.ModelSerializer[ImportFinding]):
    """An error or a warning; row 1 is the heading."""

    row = serializers.IntegerField(source="number", read_only=True)
    message = serializers.SerializerMethodField()
    message_ar = serializers.SerializerMethodField()

    class Meta:
        model = ImportFinding
        fields = ("row", "column", "level", "phase", "code", "message", "message_ar", "value")
        read_only_fields = fields

    def get_message(self, finding: ImportFinding) -> str:
        return finding_message(self.context["run"].resource, finding.code, finding.facts)

    def get_message_ar(self, finding: ImportFinding) -> str:
        return finding_message(self.context["run"].resource, finding.code, finding.facts, "ar")


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "object", "properties": {"old": {}, "new": {}}},
    }
)
class ChangesField(serializers.JSONField):
    """Field to its old and new value."""

    def to_representation(self, value: Any) -> Any:
        return {
            name: {"old": each.get("old"), "new": each.get("new")} for name, each in value.items()
        }


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class ValuesField(serializers.JSONField):
    """Column to its text."""


class DiffRowSerializer(serializers.ModelSerializer[ImportRow]):
    """A row: of a new one its values, of a changed one what changes."""

    row = serializers.IntegerField(source="number", read_only=True)
    record = serializers.IntegerField(source="target_id", read_only=True, allow_null=True)
    values = ValuesField(read_only=True)
    changes = ChangesField(read_only=True)

    class Meta:
        model = ImportRow
        fields = ("row", "outcome", "written", "record", "values", "changes")
        read_only_fields = fields


LEVEL = OpenApiParameter("level", OpenApiTypes.STR, enum=Level.values)
OUTCOME = OpenApiParameter("outcome", OpenApiTypes.STR, enum=Outcome.values)


_CHECKED: dict[str, Any] = {
    "id": "019a5f3e-8d20-7c3b-9a4e-5f6071829304",
    "resource": "locations",
    "label": "locations",
    "state": "checked",
    "file_name": "places.csv",
    "file_size": 2048,
    "file_format": "CSV ,",
    "encoding": "utf-8",
    "headings": ["Code", "Name", "City"],
    "mapping": {"code": 0, "name_en": 1, "city": 2},
    "counts": {"rows": 3, "new": 2, "changed": 0, "unchanged": 1, "failing": 0, "warnings": 0},
    "problem": "",
    "problem_ar": "",
    "job": "019a5f3e-8d20-7c3b-9a4e-5f6071829305",
    "created_at": "2026-01-31T09:00:00Z",
    "checked_at": "2026-01-31T09:00:02Z",
    "applied_at": None,
    "undone_at": None,
    "actions": ["check", "apply"],
}
RUN_EXAMPLE = OpenApiExample(
    "After the dry run", value=_CHECKED, response_only=True, status_codes=["200"]
)
