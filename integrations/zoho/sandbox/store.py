"""Records in memory, written through to SQLite so that a killed process loses nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import jsontext
from .jsontext import JsonObject

Table = dict[str, JsonObject]

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS record ("
    " organization TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,"
    " PRIMARY KEY (organization, kind, id))"
)
_UPSERT = (
    "INSERT INTO record (organization, kind, id, body) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (organization, kind, id) DO UPDATE SET body = excluded.body"
)


class Store:
    """Every record of every organization; one writer at a time.

    ``path`` None keeps everything in memory. All access goes through :meth:`transaction`, which
    holds the lock and writes what was saved in one SQLite transaction.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        self._tables: dict[tuple[str, str], Table] = {}
        self._pending: dict[tuple[str, str, str], JsonObject | None] = {}
        self._depth = 0
        self._database: sqlite3.Connection | None = None
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(_SCHEMA)
        rows = database.execute("SELECT organization, kind, id, body FROM record ORDER BY rowid")
        for organization, kind, record_id, body in rows:
            self.table(organization, kind)[record_id] = jsontext.decode(body)
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the store alone; on leaving, what was saved is on disk."""
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._write_pending()

    def table(self, organization: str, kind: str) -> Table:
        """Return the live records of one kind in the order they were made."""
        return self._tables.setdefault((organization, kind), {})

    def save(self, organization: str, kind: str, record_id: str, record: JsonObject) -> None:
        """Keep a record; call inside :meth:`transaction`."""
        self.table(organization, kind)[record_id] = record
        self._pending[organization, kind, record_id] = record

    def remove(self, organization: str, kind: str, record_id: str) -> None:
        """Drop a record; call inside :meth:`transaction`. Raises KeyError when absent."""
        del self.table(organization, kind)[record_id]
        self._pending[organization, kind, record_id] = None

    def clear(self) -> None:
        """Drop everything; call inside :meth:`transaction`."""
        self._tables.clear()
        self._pending.clear()
        if self._database is not None:
            self._database.execute("DELETE FROM record")

    def _write_pending(self) -> None:
        pending, self._pending = self._pending, {}
        if self._database is None or not pending:
            return
        kept: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        for key, record in pending.items():
            if record is None:
                gone.append(key)
            else:
                kept.append((*key, jsontext.encode(record)))
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany(_UPSERT, kept)
            self._database.executemany(
                "DELETE FROM record WHERE organization = ? AND kind = ? AND id = ?", gone
            )
        except sqlite3.Error:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file; the store must not be used afterwards."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None
