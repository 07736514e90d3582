"""What every test may use: real PostgreSQL and Valkey, and a database one may commit to."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from core.caching import recent_answers
from core.health.checks import examination
from core.identity.second_factor import forget_second_factors
from core.uploads import services as upload_services
from tests.tries import SEED, SEED_VARIABLE

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--storm", action="store_true", help="run storms at their full counts")


def pytest_report_header() -> str:
    return f"made-up values: {SEED_VARIABLE}={SEED}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How to try the same values again."""
    for report in terminalreporter.stats.get("failed", []):
        if "made_up" in report.keywords:
            again = f"{SEED_VARIABLE}={SEED} python3 manage.py test '{report.nodeid}'"
            terminalreporter.write_line(f"again: {again}")


@pytest.fixture(scope="session")
def storm(request: pytest.FixtureRequest) -> bool:
    """Whether storms run at their full counts."""
    return bool(request.config.getoption("--storm"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; the test is skipped where it is missing."""
    folder = Path(os.environ.get("TRADEPOST_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"real data is not here: {folder}")
    return folder


@pytest.fixture(autouse=True)
def _no_language_of_an_earlier_request() -> None:
    """A request of the test client leaves its language in force in this thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["counters"].client.get_client().flushdb()
    recent_answers.forget()
    examination.forget()
    forget_second_factors()


@pytest.fixture(autouse=True)
def _no_notes_of_a_slow_machine(settings) -> None:
    """What took long is written down, which would count as a statement of the request."""
    settings.SLOW_REQUEST_MS = settings.SLOW_QUERY_MS = 600_000


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> Path:
    """Where the test's uploads lie; what an earlier test left in doubt is not looked for."""
    upload_services._doubtful.set(())
    settings.MEDIA_ROOT = str(tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker
) -> Iterator[None]:
    """The migrated database of the run, made whether or not a test is marked `django_db`."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A database of its own, copied from the migrated template, in which commits are real.

    For tests with threads, processes or on-commit effects. It is dropped afterwards; nothing is
    truncated, which the append-only tables refuse. The value is the database's name.
    """
    template = settings.DATABASES["default"]["NAME"]
    name = f"committed_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _recreate(template, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = template
            _recreate(template, f'DROP DATABASE "{name}" WITH (FORCE)')


def _recreate(template: str, statement: str) -> None:
    """Run a statement on the maintenance database: nobody may be connected to the template."""
    connections.close_all()
    connection.settings_dict["NAME"] = "postgres"
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = template
