"""Decimals on the wire: answered as text, taken as text or as a number, never by way of a float."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.extensions import OpenApiSerializerFieldExtension

from core.api.staff import NumberField, StaffSerializer


class DecimalText(NumberField):
    """A decimal such as "2.5000". A bound of 1, 10, 100 … stands in the pattern of its texts."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "coerce_to_string": True})

    @property
    def whole_digits(self) -> int:
        """How many digits may stand before the point."""
        return (self.max_digits or 0) - (self.decimal_places or 0)

    @property
    def pattern(self) -> str:
        """Which texts are taken."""
        sign = "" if self.min_value is not None and self.min_value >= 0 else "-?"
        decimals = rf"(\.[0-9]{{1,{self.decimal_places}}})?"
        digits = re.fullmatch(r"1(0*)", str(self.max_value))
        if digits is None:
            return rf"^{sign}[0-9]{{1,{self.whole_digits}}}{decimals}$"
        below = rf"[0-9]{{1,{len(digits[1])}}}" if digits[1] else "0"
        return rf"^({digits[0]}(\.0{{1,{self.decimal_places}}})?|{sign}{below}{decimals})$"

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError also for what Decimal reads beyond plain digits: "1e3"."""
        if isinstance(data, str) and not re.fullmatch(self.pattern[1:-1], data):
            self.fail("invalid")
        return super().to_internal_value(data)


class DecimalTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Says both forms of a request, and the one of an answer."""

    target_class = "core.api.decimals.DecimalText"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        field: DecimalText = self.target
        text = {"type": "string", "format": "decimal", "pattern": field.pattern}
        if direction == "response":
            return text
        beyond = 10**field.whole_digits - 1
        most = beyond if field.max_value is None else int(field.max_value)
        least = -beyond if field.min_value is None else int(field.min_value)
        return {"oneOf": [text, {"type": "number", "minimum": least, "maximum": most}]}


class DecimalTexts(StaffSerializer):
    """A record whose decimals are texts."""

    serializer_field_mapping: ClassVar[Any] = {
        **StaffSerializer.serializer_field_mapping,
        models.DecimalField: DecimalText,
    }
