"""The secrets of an embedded installation: made once, kept in the data folder, mode 0600."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from config.launch.data_folder import write_private
from config.launch.errors import LaunchError

FILE_NAME = "secrets.json"
# The environment variables that the settings read.
_NAMES = ("TRADEPOST_SECRET_KEY", "TRADEPOST_FIELD_KEYS", "TRADEPOST_ADMIN_PASSWORD")


def fresh_secrets() -> dict[str, str]:
    """A new set: Django's key, one Fernet key for encrypted fields, the staff password."""
    return {
        "TRADEPOST_SECRET_KEY": secrets.token_urlsafe(50),
        "TRADEPOST_FIELD_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode("ascii"),
        "TRADEPOST_ADMIN_PASSWORD": secrets.token_urlsafe(12),
    }


def load_or_make(folder: Path) -> dict[str, str]:
    """The secrets of a data folder, made on the first call.

    Raises LaunchError when the file is there but unreadable: encrypted fields could not be read
    with new keys, so none are made in its place.
    """
    path = folder / FILE_NAME
    found = read(folder)
    if found is None:
        found = fresh_secrets()
        write_private(path, json.dumps(found, indent=2) + "\n")
    return found


def read(folder: Path) -> dict[str, str] | None:
    """The secrets of a data folder; None when it has none. Raises LaunchError when damaged."""
    path = folder / FILE_NAME
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LaunchError(f"{path} cannot be read: {error}") from None
    if not isinstance(found, dict) or any(not isinstance(found.get(n), str) for n in _NAMES):
        raise LaunchError(f"{path} is damaged: {', '.join(_NAMES)} must be texts")
    return {name: found[name] for name in _NAMES}
