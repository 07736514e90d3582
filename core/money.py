"""Amounts as text."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: Decimal) -> str:
    """The digits of `value` without an exponent or trailing zeros: 250.000 is "250"."""
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")


def grouped_number(value: Decimal | int) -> str:
    """The number as 1,234.5 in every language, without trailing zeros."""
    whole, _, fraction = plain_number(abs(Decimal(value))).partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")
