"""Amounts and pictures as the lists show them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html

from core.money import plain_number


def shown_number(value: Decimal | int | None) -> str:
    """The number as 1,234.5 in every language, no trailing zeros; a dash when there is none."""
    if value is None:
        return "—"
    whole, _, fraction = plain_number(abs(Decimal(value))).partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")


def shown_money(amount: Decimal | None, currency: str | None) -> str:
    """The amount with its currency, kept in one direction; a dash when there is none."""
    if amount is None:
        return "—"
    return format_html(
        '<bdi dir="ltr" class="tp-money">{} {}</bdi>', shown_number(amount), currency
    )


def picture(address: str) -> str:
    """A thumbnail that does not hold up the list; a dash when there is no picture."""
    if not address:
        return "—"
    return format_html(
        '<img src="{}" alt="" class="tp-thumbnail" loading="lazy" referrerpolicy="no-referrer">',
        address,
    )
