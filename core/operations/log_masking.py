"""Log lines without secrets and personal data, and without forged lines.

One structlog processor looks through every value of every line just before it is written, whoever
logged it and however deep the value lies; exception texts are values too.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import orjson

MASKED = "[secret]"
PHONE_MASKED = "[phone]"
EMAIL_MASKED = "[email]"

#: Values below these keys are replaced whole, whatever they look like.
_SECRET_KEY = re.compile(
    r"pass(?:word|wd|phrase)?$|secret|token$|cookie|authorization|api_?key|private_?key|whsec",
    re.IGNORECASE,
)
_PHONE_KEY = re.compile(r"phone|mobile|whatsapp", re.IGNORECASE)
_EMAIL_KEY = re.compile(r"e_?mail", re.IGNORECASE)
#: Set by the logging itself, or accepted at the door in a narrow form (`core.middleware`).
_PLAIN_KEYS = frozenset({"timestamp", "level", "logger", "request_id"})
#: Texts of several lines; JSON keeps each on the one line of its record.
_BLOCK_KEYS = frozenset({"exception", "stack"})
_DEEPEST = 6
_SHORT = 60

# Python's \d has every script's digits: numbers are also typed as ٠٧٧٠ and ۰۷۷۰.
_ZERO, _SEVEN, _SIX_TO_NINE = "[0٠۰]", "[7٧۷]", "[6-9٦-٩۶-۹]"
_GAP = r"[ \u00a0.\-/()]{0,2}"
_PHONE = re.compile(
    r"(?<![\w.+\-])(?:"
    rf"\(?(?:\+|{_ZERO}{_ZERO}){_GAP}[1-9١-٩۱-۹](?:{_GAP}\d){{7,14}}"  # international
    rf"|\(?{_ZERO}[1-9١-٩۱-۹](?:{_GAP}\d){{8,9}}"  # national
    rf"|(?:9[67]\d|91){_SEVEN}?\d{{9}}"  # international without its sign
    rf"|{_SIX_TO_NINE}\d{{4}}[ \-]?\d{{5}}"  # a mobile number alone
    rf"|{_SEVEN}\d{{2}}[ \-]\d{{3}}[ \-]\d{{4}}"
    r")(?![\w\-]|\.\d)"
)
_EMAIL = re.compile(r"[\w.+%\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_TELLING_NAME = (
    r"[\w\-]{0,40}(?:password|passwd|passphrase|secret|token|api[_\-]?key|session_?id|sessionid"
    r"|csrftoken|authorization)"
)
_SECRETS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"whsec_[\w+/=\-]+"), MASKED),
    (re.compile(r"\beyJ[\w\-]{5,}\.[\w\-]+\.[\w\-]*"), MASKED),
    (re.compile(r"\b1000\.[0-9a-f]{16,}\.[0-9a-f]{16,}\b"), MASKED),
    (
        re.compile(r"(?i)\b((?:set-)?cookie)([\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\r\n]+)"),
        rf"\1\2{MASKED}",
    ),
    (
        re.compile(r"(?i)\b(bearer|zoho-oauthtoken)([ \t]+)[\w.~+/=\-]+"),
        rf"\1\2{MASKED}",
    ),
    (re.compile(r"(?i)\b(basic|token)([ \t]+)[\w.~+/=\-]{16,}"), rf"\1\2{MASKED}"),
    (re.compile(r"(\b\w[\w+.\-]{0,20}://)[^\s/]{0,200}:[^\s/]{0,200}@"), rf"\1{MASKED}@"),
    (
        re.compile(
            rf"(?i)\b({_TELLING_NAME})([\"']?\s*[:=]\s*)"
            r"(?!(?:bearer|basic|token|zoho-oauthtoken)\s)"
            r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&\"'(){}\[\]]+)"
        ),
        rf"\1\2{MASKED}",
    ),
]
#: Nothing that is masked is free of all of these; most texts are, and are done with one search.
_SUSPECT = re.compile(
    r"@|\d{4}|\d[ \u00a0.\-/()]{1,2}\d|whsec_|eyJ"
    r"|(?i:bearer|basic|token|cookie|passw|passphrase|secret|key|session|authoriz)"
)
# What could end a line, move a cursor, or turn the reading direction in a viewer.
_DIRECTIONS = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f{_DIRECTIONS}]")
_CONTROL_IN_BLOCK = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}]")


def mask_text(text: str) -> str:
    """`text` without tokens, passwords, cookies, e-mail addresses and phone numbers."""
    if _SUSPECT.search(text) is None:
        return text
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return _PHONE.sub(PHONE_MASKED, _EMAIL.sub(EMAIL_MASKED, text))


def escape_controls(text: str, *, keeps_lines: bool = False) -> str:
    r"""`text` with every control character written out (`\n` as backslash and n).

    `keeps_lines` leaves line ends and tabs, for tracebacks.
    """
    if text.isprintable():
        return text
    pattern = _CONTROL_IN_BLOCK if keeps_lines else _CONTROL
    return pattern.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


@lru_cache(maxsize=1024)
def _masked_by_key(key: str) -> str:
    """What stands for any value of this key; "" when the value itself decides."""
    if _SECRET_KEY.search(key):
        return MASKED
    if _PHONE_KEY.search(key):
        return PHONE_MASKED
    return EMAIL_MASKED if _EMAIL_KEY.search(key) else ""


def _masked(value: Any, depth: int, *, keeps_lines: bool = False) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < _DEEPEST and isinstance(value, dict):
        return {
            _masked_key(str(key)): _masked_pair(str(key), inner, depth + 1)
            for key, inner in value.items()
        }
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner, depth + 1) for inner in value]
    text = value if isinstance(value, str) else repr(value)
    if len(text) <= _SHORT and not keeps_lines:
        return _shown_short(text)
    return escape_controls(mask_text(text), keeps_lines=keeps_lines)


@lru_cache(maxsize=1024)
def _shown_short(text: str) -> str:
    """Events, routes, states and names come again and again."""
    return escape_controls(mask_text(text))


@lru_cache(maxsize=1024)
def _masked_key(key: str) -> str:
    return escape_controls(mask_text(key))


def _masked_pair(key: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return _masked_by_key(key) or _masked(value, depth)


class RefusalsInOneLine(logging.Filter):
    """What Django refuses as suspicious is told without the traceback: no defect is to be found."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


def json_line(line: MutableMapping[str, Any], **_: Any) -> str:
    """The line as JSON; one with numbers beyond 64 bits goes the slow way."""
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:
        return json.dumps(line, default=str)


def mask_line(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The structlog processor: the same line with every value masked and escaped."""
    masked: dict[str, Any] = {}
    for key, value in line.items():
        if key in _PLAIN_KEYS:
            masked[key] = escape_controls(value) if isinstance(value, str) else value
        elif key in _BLOCK_KEYS:
            masked[key] = _masked(value, 0, keeps_lines=True)
        else:
            masked[_masked_key(key)] = _masked_pair(key, value, 0)
    return masked
