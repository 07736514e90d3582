"""Amounts and pictures as the lists show them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.money import grouped_number


def shown_number(value: Decimal | int | None) -> str:
    """The number as 1,234.5 in every language, no trailing zeros; a dash when there is none."""
    if value is None:
        return "—"
    return grouped_number(value)


def shown_money(amount: Decimal | None, currency: str | None) -> str:
    """The amount with its currency, kept in one direction; a dash when there is none."""
    if amount is None:
        return "—"
    return format_html(
        '<bdi dir="ltr" class="tp-money">{} {}</bdi>', shown_number(amount), currency
    )


def picture(address: str) -> str:
    """A thumbnail that does not hold up the list; an empty frame when there is no picture."""
    if not address:
        return format_html(
            '<span class="tp-thumbnail tp-no-picture" title="{}">'
            '<span class="material-symbols-outlined" aria-hidden="true">image</span></span>',
            _("no picture"),
        )
    return format_html(
        '<img src="{}" alt="" class="tp-thumbnail" loading="lazy" referrerpolicy="no-referrer">',
        address,
    )
