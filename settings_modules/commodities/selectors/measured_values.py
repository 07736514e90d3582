"""Reading what was measured: a number, or for a range both of its ends."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from settings_modules.commodities.enums import ParameterType

_NUMBER = r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?"
_ONE = re.compile(rf"\s*({_NUMBER})\s*")
_SPAN = re.compile(rf"\s*({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})\s*", re.IGNORECASE)


def read_measured(value: Any, parameter_type: str) -> tuple[Decimal, Decimal] | None:
    """The least and the most of what was measured; None for what is no number.

    A range may be given as one number or as a text such as "28-30".
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    one = _ONE.fullmatch(text)
    if one is not None:
        return Decimal(one[1]), Decimal(one[1])
    span = _SPAN.fullmatch(text) if parameter_type == ParameterType.RANGE else None
    if span is None:
        return None
    first, second = Decimal(span[1]), Decimal(span[2])
    return min(first, second), max(first, second)
