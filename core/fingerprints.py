"""Telling whether two secrets are the same without reading either.

A fingerprint is `<key id>:<digest>`: HMAC-SHA256 of the text under a key that is derived from a
field key. `rotate_keys` makes those of an older key anew under the newest one; until it is through,
the same secret may have one under each, so searches look for all of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from core.encryption import key_id

_PURPOSE = b"tradepost fingerprints"


@dataclass(frozen=True, slots=True)
class FingerprintColumn:
    """A column that holds the fingerprint of what `text_of` says of the row."""

    model: type[models.Model]
    field: str
    text_of: Callable[[Any], str]


_columns: list[FingerprintColumn] = []


def declare_fingerprints(
    model: type[models.Model], field: str, text_of: Callable[[Any], str]
) -> None:
    """Have `rotate_keys` look after the column. The application calls it in `ready()`."""
    _columns.append(FingerprintColumn(model, field, text_of))


def fingerprint_columns() -> tuple[FingerprintColumn, ...]:
    """The declared columns."""
    return tuple(_columns)


def fingerprint(text: str) -> str:
    """The fingerprint under the newest key; 52 characters."""
    return _fingerprint(text, settings.FIELD_KEYS[0])


def fingerprints(text: str) -> list[str]:
    """Every fingerprint that the text may be stored with, the newest first."""
    return [_fingerprint(text, key) for key in settings.FIELD_KEYS]


def _fingerprint(text: str, key: str) -> str:
    derived = hmac.digest(key.encode(), _PURPOSE, hashlib.sha256)
    digest = hmac.digest(derived, text.encode(), hashlib.sha256)
    return f"{key_id(key)}:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
