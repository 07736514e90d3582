"""Decimals on the wire: answered as text, taken as text or as a number, never by way of a float."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from core.api.staff import StaffSerializer


class DecimalText(serializers.DecimalField):
    """A number that is not negative, such as "2.5000"; with `max_value` 100 a percentage."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"min_value": 0, **given, "coerce_to_string": True})

    @property
    def pattern(self) -> str:
        """Which texts are taken."""
        decimals = rf"(\.[0-9]{{1,{self.decimal_places}}})?"
        whole = (self.max_digits or 0) - (self.decimal_places or 0)
        if self.max_value == 100:
            return rf"^(100(\.0{{1,{self.decimal_places}}})?|[0-9]{{1,2}}{decimals})$"
        return rf"^[0-9]{{1,{whole}}}{decimals}$"

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError also for what Decimal reads beyond plain digits: "1e3"."""
        if isinstance(data, str) and not re.fullmatch(self.pattern.strip("^$"), data):
            self.fail("invalid")
        return super().to_internal_value(data)


class DecimalTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Says both forms of a request, and the one of an answer."""

    target_class = "settings_modules.commodities.api.decimal_fields.DecimalText"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        field: DecimalText = self.target
        text = {"type": "string", "format": "decimal", "pattern": field.pattern}
        if direction == "response":
            return text
        whole = (field.max_digits or 0) - (field.decimal_places or 0)
        most = field.max_value if field.max_value is not None else 10**whole - 1
        return {"oneOf": [text, {"type": "number", "minimum": 0, "maximum": int(most)}]}


class DecimalTexts(StaffSerializer):
    """A record whose decimals are texts."""

    serializer_field_mapping: ClassVar[Any] = {
        **StaffSerializer.serializer_field_mapping,
        models.DecimalField: DecimalText,
    }
