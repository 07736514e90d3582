"""Serializers of records whose numbers the service checks, and tells what is wrong with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from core.api.staff import StaffSerializer

#: Longer texts are no numbers at all.
LONGEST_NUMBER = 320


class CheckedNumbersSerializer(StaffSerializer):
    """`checked` names the fields that come to the service as they were written: it takes blanks out
    and says what is wrong. A text that may be empty is emptied by null as well."""

    checked: ClassVar[frozenset[str]] = frozenset()

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, Any]:
        kind, options = super().build_standard_field(field_name, model_field)
        is_text = isinstance(model_field, models.CharField | models.TextField)
        if field_name in self.checked:
            kind = serializers.CharField
            kept = {"required", "allow_blank", "help_text", "write_only"}
            options = {name: value for name, value in options.items() if name in kept}
            options["max_length"] = LONGEST_NUMBER
        if (is_text and model_field.blank) or isinstance(model_field, models.JSONField):
            options["allow_null"] = True
        return kind, options
