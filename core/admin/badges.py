"""Small coloured words for states, the same in lists and on pages."""

from __future__ import annotations

from django.utils.html import format_html

TONES = ("good", "info", "warning", "danger", "plain")


def badge(text: object, tone: str = "plain") -> str:
    """The text on the colour of one of `TONES`; an unknown tone is plain."""
    return format_html(
        '<span class="tp-badge tp-badge-{}">{}</span>', tone if tone in TONES else "plain", text
    )
