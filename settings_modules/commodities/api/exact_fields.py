"""Figures on the wire that no program turns into a binary fraction: texts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import plain_number

#: Digits before and after the point of a quantity or a rate.
WHOLE, DECIMALS = 15, 9
_INVALID = "Send a figure such as 355.6222, with at most {whole} digits before the point and"
_INVALID += " {decimals} after it."


def figure_pattern(whole: int = WHOLE, decimals: int = DECIMALS) -> str:
    """What a figure looks like."""
    return rf"^-?(0|[1-9][0-9]{{0,{whole - 1}}})(\.[0-9]{{1,{decimals}}})?$"


class ExactField(serializers.Field[Decimal, Any, str, Any]):
    """A figure as text, such as "355.6222"; answered with all its digits and no zeros after them.

    A JSON number is refused: many programs write one from a binary fraction.
    """

    default_error_messages = {
        "not_a_text": "Send the figure as text, such as “355.6222”.",
        "invalid": _INVALID,
    }

    def __init__(self, *, whole: int = WHOLE, decimals: int = DECIMALS, **options: Any) -> None:
        self.whole, self.decimals = whole, decimals
        super().__init__(**options)

    @property
    def pattern(self) -> str:
        return figure_pattern(self.whole, self.decimals)

    def to_internal_value(self, data: Any) -> Decimal:
        """Raises ValidationError for what is no text of digits."""
        if not isinstance(data, str):
            self.fail("not_a_text")
        if not re.fullmatch(self.pattern, data):
            self.fail("invalid", whole=self.whole, decimals=self.decimals)
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return plain_number(Decimal(value))


class ExactFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A text of digits in the schema."""

    target_class = ExactField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": self.target.pattern}


class ExactParameter(forms.CharField):
    """A figure in a query string."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2 + WHOLE + DECIMALS, **options)

    def clean(self, value: Any) -> Decimal | None:
        """The figure; None for nothing. Raises ValidationError for what is none."""
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(figure_pattern(), text):
            raise ValidationError(_INVALID.format(whole=WHOLE, decimals=DECIMALS), code="invalid")
        return Decimal(text)


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
        return plain_number(Decimal(value))


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "90.72"})
class FigureText(serializers.Field[Any, Any, Any, Any]):
    """A figure that was worked out, as text."""

    def to_representation(self, value: Decimal) -> str:
        return format(value, "f")
