from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from core.text_search import tells_arabic_letters

BARE = "bare_letters"


def connect(**other: object) -> psycopg.Connection:
    known = connection.get_connection_params()
    wanted = ("dbname", "user", "host", "port", "password")
    parameters = {name: known[name] for name in wanted if name in known}
    return psycopg.connect(**{**parameters, **other}, autocommit=True)


@pytest.fixture
def bare_database(db: None) -> Iterator[str]:
    """A database made with LC_CTYPE C, as initdb does in an environment without a language."""
    with connect() as own:
        own.execute(f"DROP DATABASE IF EXISTS {BARE}")
        own.execute(f"CREATE DATABASE {BARE} TEMPLATE template0 LC_CTYPE 'C'")
        yield BARE
        own.execute(f"DROP DATABASE {BARE}")


def test_own_database_tells_arabic_letters(db):
    with connection.cursor() as cursor:
        assert tells_arabic_letters(cursor) is True


def test_database_without_letters_is_told(bare_database):
    with connect(dbname=bare_database) as bare:
        bare.execute("CREATE EXTENSION pg_trgm")
        assert tells_arabic_letters(bare.cursor()) is False
