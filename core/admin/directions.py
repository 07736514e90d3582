"""Texts that run left to right on every page: phone numbers, codes, formulas."""

from __future__ import annotations

from django.utils.html import format_html


def left_to_right(text: object) -> str:
    """The text kept in its own direction; a dash when it is empty."""
    return format_html('<bdi dir="ltr">{}</bdi>', text) if text else "—"
