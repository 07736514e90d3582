"""Ids of 18 digits, the same in every run of one seed."""

from .store import Store

_COUNTER = "identifiers"


class Identifiers:
    """Hands out the ids of one store; the position is kept in the store itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def next(self) -> str:
        """Return an unused id; call inside the store's transaction."""
        counters = self._store.table("", "meta")
        counter = counters.get(_COUNTER, {"prefix": 460001, "last": 0})
        counter = {**counter, "last": counter["last"] + 2}
        self._store.save("", "meta", _COUNTER, counter)
        return f"{counter['prefix']:06d}{counter['last']:012d}"

    def start(self, seed: int) -> None:
        """Begin the numbers of ``seed``."""
        prefix = 460000 + seed % 500_000
        self._store.save("", "meta", _COUNTER, {"prefix": prefix, "last": 90_000})
