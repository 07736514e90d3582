"""Amounts as text."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: Decimal) -> str:
    """The digits of `value` without an exponent or trailing zeros: 250.000 is "250"."""
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")
