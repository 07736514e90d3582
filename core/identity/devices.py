"""What a browser says of itself, in words that its owner knows it by."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS)/"),
    ("Safari", r"Version/[\d.]+.*Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)
_LONGEST = 60


def device_name(user_agent: str) -> str:
    """ "Firefox, Windows"; what is not known is cut short and shown as it is."""
    found = [
        next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or user_agent[:_LONGEST] or "?"
