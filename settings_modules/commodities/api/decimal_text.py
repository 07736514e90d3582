"""Exact figures on the wire: texts, so that no reader makes binary fractions of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from settings_modules.commodities.exchange.exact import without_trailing_zeros

#: Above zero, with at most twelve digits before the point.
POSITIVE = r"^(0\.0{0,11}[1-9][0-9]{0,11}|[1-9][0-9]{0,11}(\.[0-9]{1,12})?)$"
#: Zero or more, with at most fifteen digits before the point.
AMOUNT = r"^[0-9]{1,15}(\.[0-9]{1,12})?$"


@extend_schema_field({"type": "string", "pattern": POSITIVE, "example": "84.25"})
class RateText(serializers.DecimalField):
    """A rate with at most twelve decimals, in and out as text without trailing zeros."""

    default_error_messages = {"not_a_rate": "Send a number above zero as text, such as “84.25”."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=24, decimal_places=12, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(POSITIVE[1:-1], data):
            self.fail("not_a_rate")
        value: Decimal = super().to_internal_value(data)
        return value

    def to_representation(self, value: Any) -> str:
        return format(without_trailing_zeros(Decimal(value)), "f")


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "90.72"})
class FigureText(serializers.Field[Any, Any, Any, Any]):
    """A figure that was worked out, as text."""

    def to_representation(self, value: Decimal) -> str:
        return format(value, "f")
