"""The throw-away services: a database of the benchmark's own, an empty Valkey, their processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

from bench import process_cpu
from bench.baseline import REDIS_DATABASE

#: Databases of the cache, the queue and the baseline.
_REDIS_DATABASES = (1, 2, REDIS_DATABASE)


class ServicesUnfitError(RuntimeError):
    """The services given are no throw-away ones, or refuse what the benchmark needs."""


@dataclass(frozen=True)
class Services:
    """A database of our own and a Valkey; `pids` are their processes, where they can be seen."""

    database_url: str
    redis_url: str
    postmaster: int | None
    valkey: int | None

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of our own to the benchmark's database, in autocommit."""
        return psycopg.connect(self.database_url, autocommit=True)

    def cpu_seconds(self) -> dict[int, float] | None:
        """CPU so far of PostgreSQL's processes and of Valkey; None when they cannot be seen."""
        if self.postmaster is None or self.valkey is None:
            return None
        return process_cpu.cpu_seconds(process_cpu.tree_of([self.postmaster, self.valkey]))


@contextmanager
def benchmark_services() -> Iterator[Services]:
    """A new database on the server of DATABASE_URL, dropped afterwards, and REDIS_URL's Valkey.

    Raises ServicesUnfitError when one is missing, or Valkey holds anything: it is emptied at the
    end.
    """
    try:
        server_url, redis_url = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    except KeyError as error:
        raise ServicesUnfitError(f"{error} is not set: run `python3 manage.py bench`") from None
    _require_empty(redis_url)
    name = f"bench_{os.getpid()}"
    database = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(database))
        url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
        postmaster = _postmaster_of(server.info.backend_pid)
        try:
            yield Services(url, redis_url, postmaster, _valkey_pid(redis_url))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            for number in _REDIS_DATABASES:
                with _valkey(redis_url, number) as client:
                    client.flushdb()


def _valkey(url: str, number: int) -> redis.Redis:
    return redis.Redis.from_url(url.split("?", maxsplit=1)[0], db=number)


def _require_empty(redis_url: str) -> None:
    for number in _REDIS_DATABASES:
        with _valkey(redis_url, number) as client:
            if client.dbsize():
                raise ServicesUnfitError(f"database {number} of {redis_url} is not empty")


def _postmaster_of(backend_pid: int) -> int | None:
    """PostgreSQL's first process, when the server runs on this machine."""
    if not process_cpu.is_available() or process_cpu.name_of(backend_pid) != "postgres":
        return None
    return process_cpu.parent_of(backend_pid)


def _valkey_pid(redis_url: str) -> int | None:
    with _valkey(redis_url, 0) as client:
        pid = int(client.info("server")["process_id"])
    is_here = process_cpu.name_of(pid).startswith(("valkey", "redis"))
    return pid if process_cpu.is_available() and is_here else None
