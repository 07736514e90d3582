"""Exact figures: products and quotients as fractions, rounded half up once, at the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals; halves away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((int(value < 0 and whole > 0), digits, -places))


def significant(value: Fraction, digits: int) -> Decimal:
    """The value with so many significant digits, without trailing zeros."""
    if value == 0:
        return Decimal(0)
    places = digits
    while abs(value) * 10**places >= 10**digits:
        places -= 1
    while abs(value) * 10 ** (places + 1) < 10**digits:
        places += 1
    return without_trailing_zeros(rounded(value, max(places, 0)))


def without_trailing_zeros(value: Decimal) -> Decimal:
    """The same number in as few digits as can be, without an exponent."""
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0")
    return Decimal(f"{whole}.{fraction}" if fraction else whole)
