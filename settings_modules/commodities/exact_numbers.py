"""Quotients without loss, and the one place where they become decimals and texts."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from core.money import plain_number

#: A quotient that ends within so many decimals is given whole …
WHOLE_DECIMALS = 18
#: … any other with so many significant digits, rounded half up.
SIGNIFICANT_DIGITS = 28

_DIVISION = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)


def as_decimal(value: Fraction) -> Decimal:
    """The value whole when it ends within 18 decimals, else with 28 significant digits.

    Rounded, it is off by at most 5 parts in 10^28; a conversion there and back by one in 10^27.
    """
    places = _decimals_of(value.denominator)
    if places is not None and places <= WHOLE_DECIMALS:
        return _scaled(value.numerator * 10**places // value.denominator, places)
    return _DIVISION.divide(Decimal(value.numerator), Decimal(value.denominator))


def whole(value: Fraction) -> Decimal:
    """Every digit of a value that ends, such as a product of decimals. Raises ValueError for one
    that does not."""
    places = _decimals_of(value.denominator)
    if places is None:
        raise ValueError(f"{value} has no last decimal")
    return _scaled(value.numerator * 10**places // value.denominator, places)


def rounded(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals, halves away from zero."""
    doubled = 2 * abs(value.numerator) * 10**places
    nearest = (doubled + value.denominator) // (2 * value.denominator)
    return _scaled(nearest if value >= 0 else -nearest, places)


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
    return Decimal(plain_number(value))


def with_decimals(value: Decimal, least: int = 2) -> str:
    """Every digit, with at least so many decimals: 170 is "170.00", 355.6222 stays."""
    before, _, decimals = plain_number(value).partition(".")
    return f"{before}.{decimals.ljust(least, '0')}"


def _scaled(digits: int, places: int) -> Decimal:
    """`digits` with the point before the last `places` of them."""
    return Decimal(f"{digits}e-{places}")


def _decimals_of(denominator: int) -> int | None:
    """How many decimals a quotient in lowest terms has; None when it never ends."""
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None
