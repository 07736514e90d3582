"""Secrets at rest: a model field encrypted by Fernet with rotating keys.

The stored text is `<key id>:<token>`; the key id is the first 8 hex digits of the key's SHA-256, so
that `rotate_keys` finds what an old key still holds. The first of `FIELD_KEYS` encrypts.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

from core.errors import Misconfigured

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField

_KEY_ID = re.compile(r"[0-9a-f]{8}")


def key_id(key: str) -> str:
    """The public name of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


@lru_cache
def _fernets(keys: tuple[str, ...]) -> dict[str, Fernet]:
    return {key_id(key): Fernet(key) for key in keys}


def encrypt(text: str) -> str:
    """`text` under the newest key."""
    keys: list[str] = settings.FIELD_KEYS
    newest = key_id(keys[0])
    token = _fernets(tuple(keys))[newest].encrypt(text.encode()).decode()
    return f"{newest}:{token}"


def decrypt(stored: str) -> str:
    """The text behind `stored`.

    Raises Misconfigured when it is not an encrypted value, was altered, or its key is not among
    `FIELD_KEYS`. No part of the value is in the message.
    """
    name, _, token = stored.partition(":")
    if not _KEY_ID.fullmatch(name):
        raise Misconfigured("a value that should be encrypted is not")
    fernet = _fernets(tuple(settings.FIELD_KEYS)).get(name)
    if fernet is None:
        raise Misconfigured(f"no key {name} among TRADEPOST_FIELD_KEYS")
    try:
        return fernet.decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Misconfigured(f"a value under key {name} was altered") from error


class EncryptedTextField(_TextField):
    """Text that is readable in Python and encrypted in the database. Empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text) if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value) if value else value
