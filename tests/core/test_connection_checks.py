"""A pooled connection is looked at without a statement while it is in use, and asked otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection as django_connection
from psycopg_pool import ConnectionPool

from core.operations import connection_checks
from core.operations.connection_checks import check_connection

LAST = "SELECT 'the last statement'"


def parameters() -> dict[str, str]:
    known = django_connection.get_connection_params()
    wanted = ("dbname", "user", "host", "port", "password")
    return {name: known[name] for name in wanted if name in known}


@pytest.fixture
def connect(db: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**parameters(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def full_pool(db: None) -> Iterator[ConnectionPool]:
    """A pool of five idle connections, each used a moment ago."""
    with ConnectionPool(
        kwargs=parameters() | {"autocommit": True},
        min_size=5,
        check=check_connection,
        timeout=3,
        open=False,
    ) as pool:
        pool.wait(timeout=10)
        for taken in [pool.getconn() for _ in range(5)]:
            pool.putconn(taken)
        yield pool


def end_sessions(pids: list[int]) -> None:
    """Returns once the database has let go of them."""
    deadline = time.monotonic() + 5
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [pids])
        left = len(pids)
        while left:
            assert time.monotonic() < deadline
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [pids])
            [left] = cursor.fetchone()


def last_statement(connection: psycopg.Connection) -> str:
    """What the database says it was asked last on this connection."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE pid = %s", [connection.info.backend_pid]
        )
        [query] = cursor.fetchone()
    return query


def test_connection_in_use_is_not_asked_and_one_unused_is(connect, monkeypatch):
    check_connection(connect)
    connect.execute(LAST)
    check_connection(connect)
    assert last_statement(connect) == LAST
    monkeypatch.setattr(connection_checks, "UNUSED_SECONDS", 0.0)
    check_connection(connect)
    assert last_statement(connect) != LAST


def test_connection_whose_session_was_ended_is_refused(connect):
    check_connection(connect)
    end_sessions([connect.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        check_connection(connect)


def test_first_request_after_all_sessions_ended_gets_a_good_connection(full_pool):
    """Without the drain three bad ones in a row use up the time for a connection."""
    end_sessions([idle.info.backend_pid for idle in full_pool._pool])
    with full_pool.connection() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert full_pool.get_stats()["connections_lost"] == 1
