"""Amounts as text."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: Decimal) -> str:
    """Every digit of `value` without an exponent or trailing zeros: 250.000 is "250"."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def grouped_number(value: Decimal | int) -> str:
    """The number as 1,234.5 in every language, without trailing zeros."""
    whole, _, fraction = plain_number(Decimal(value)).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{abs(int(whole)):,}" + (f".{fraction}" if fraction else "")
