"""Script, run by the environment's Python: can DATABASE_URL and REDIS_URL be reached?

Prints one line for each that cannot, and exits 1 then. Never prints a password. Looks only at the
names given as arguments.
"""

from __future__ import annotations

import os
import sys
from typing import Any

TIMEOUT_SECONDS = 5
OLDEST_SERVER_VERSION = 150000


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def database_problem(url: str) -> str:
    """Why the database at `url` cannot be used; empty when it can."""
    import dj_database_url  # noqa: PLC0415  (a missing driver is not the other probe's matter)
    import psycopg  # noqa: PLC0415

    try:
        told: dict[str, object] = {**dj_database_url.parse(url)}
    except (ValueError, KeyError) as error:
        return f"DATABASE_URL cannot be read: {_first_line(error)}"
    if "postgresql" not in str(told.get("ENGINE", "")):
        return "DATABASE_URL names no PostgreSQL database; only PostgreSQL is supported"
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    names["PORT"] = "port"
    parts: dict[str, Any] = {libpq: told[ours] for ours, libpq in names.items() if told.get(ours)}
    options = told.get("OPTIONS")
    if isinstance(options, dict):
        parts |= {name: value for name, value in options.items() if isinstance(value, str)}
    try:
        with psycopg.connect(**parts, connect_timeout=TIMEOUT_SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        return f"DATABASE_URL: no connection to PostgreSQL: {_first_line(error)}"
    if version < OLDEST_SERVER_VERSION:
        return f"DATABASE_URL: PostgreSQL 15 or newer is needed, this is {version // 10000}"
    return ""


def redis_problem(url: str) -> str:
    """Why the Redis or Valkey at `url` cannot be used; empty when it can."""
    import redis  # noqa: PLC0415  (a missing client is not the other probe's matter)

    try:
        client = redis.Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS
        )
    except ValueError as error:
        return f"REDIS_URL cannot be read: {_first_line(error)}"
    try:
        client.ping()
    except redis.RedisError as error:
        return f"REDIS_URL: no connection to Redis: {_first_line(error)}"
    finally:
        client.close()
    return ""


def main(names: list[str]) -> int:
    """Look at each named variable; returns the exit code."""
    probes = {"DATABASE_URL": database_problem, "REDIS_URL": redis_problem}
    problems = [problem for name in names if (problem := probes[name](os.environ[name]))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
