"""What was asked of the sandbox: the last calls and the counts over all of them."""

import hashlib
import re
import threading
from collections import Counter, deque
from typing import Any

from .jsontext import JsonObject

CAPACITY = 20_000
_SECRETS = frozenset({"client_secret", "refresh_token", "code", "token", "access_token"})
_IDS = re.compile(r"[0-9]{6,}")


def fingerprint(secret: str) -> str:
    """Return a short name for a secret that does not give it away."""
    return hashlib.sha256(secret.encode()).hexdigest()[:12] if secret else ""


def without_secrets(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with OAuth secrets replaced by their fingerprints."""
    return {
        name: fingerprint(str(value)) if name in _SECRETS else value
        for name, value in fields.items()
    }


class Journal:
    """The last 20,000 calls, the calls in process, and counts per path."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[JsonObject] = deque(maxlen=CAPACITY)
        self._paths: Counter[str] = Counter()
        self._number = 0
        self._in_flight = 0
        self._max_in_flight = 0

    def enter(self) -> int:
        """Note that a call came in; return how many are in process with it."""
        with self._lock:
            self._in_flight += 1
            self._max_in_flight = max(self._max_in_flight, self._in_flight)
            return self._in_flight

    def leave(self, entry: JsonObject) -> None:
        """Note the end of a call and keep its entry."""
        with self._lock:
            self._in_flight -= 1
            self._number += 1
            self._entries.append({"number": self._number, **entry})
            self._paths[f"{entry['method']} {_IDS.sub('{id}', entry['path'])}"] += 1

    def entries(self, path_regex: str = "", method: str = "") -> list[JsonObject]:
        """Return the kept calls, oldest first. Raises re.error on a malformed pattern."""
        pattern = re.compile(path_regex)
        with self._lock:
            return [
                entry
                for entry in self._entries
                if pattern.search(entry["path"]) and method in ("", entry["method"])
            ]

    def counts(self) -> JsonObject:
        """Return the calls per path (ids replaced by ``{id}``) and the most calls at once."""
        with self._lock:
            return {
                "requests": self._number,
                "in_flight": self._in_flight,
                "max_in_flight": self._max_in_flight,
                "paths": dict(self._paths.most_common(500)),
            }

    def clear(self) -> None:
        """Forget the calls and the counts; those in process stay counted."""
        with self._lock:
            self._entries.clear()
            self._paths.clear()
            self._number = 0
            self._max_in_flight = self._in_flight
