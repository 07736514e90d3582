"""A pooled connection is looked at without a statement while it is in use, and asked otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection as django_connection

from core.operations import connection_checks
from core.operations.connection_checks import check_connection

LAST = "SELECT 'the last statement'"


@pytest.fixture
def connect(db: None) -> Iterator[psycopg.Connection]:
    parameters = django_connection.get_connection_params()
    wanted = {
        name: parameters[name]
        for name in ("dbname", "user", "host", "port", "password")
        if name in parameters
    }
    with psycopg.connect(**wanted, autocommit=True) as connection:
        yield connection


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
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connect.info.backend_pid])
    deadline = time.monotonic() + 5
    while not connection_checks._has_news(connect):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    with pytest.raises(psycopg.OperationalError):
        check_connection(connect)
