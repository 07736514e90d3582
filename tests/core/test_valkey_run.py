"""A restarted Valkey brings old versions back: they are not believed."""

from __future__ import annotations

import pytest
from django.core.cache import cache, caches

from core.caching import advance_versions, current_versions
from core.valkey_run import server_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_connections():
    """The next command opens a connection; none that a test made is left to others."""
    forget_connections()
    yield
    forget_connections()


def forget_connections() -> None:
    pool = caches["default"].client.get_client().connection_pool
    pool.disconnect()
    pool.reset()


@pytest.fixture
def earlier_run(monkeypatch):
    """This process knew the server before it was restarted."""
    monkeypatch.setattr(server_run, "id", "the-run-before")


@pytest.fixture
def old_version_of_a() -> int:
    """What an earlier run had written for the name "a", and a restart brought back."""
    cache.set("version:the-run-before:a", -1)
    forget_connections()
    return -1


def server_says() -> str:
    found: str = caches["counters"].client.get_client().info("server")["run_id"]
    return found


@pytest.mark.parametrize("alias", ["default", "counters"])
def test_run_known_after_the_first_command(alias, monkeypatch):
    monkeypatch.setattr(server_run, "id", "")
    caches[alias].get("anything")
    assert server_run.id == server_says()
    assert len(server_run.id) == 40


def test_version_of_the_run_before_not_believed(old_version_of_a, earlier_run):
    first = current_versions(["a"])
    assert first is not None
    assert first[0] > 0
    assert current_versions(["a"]) == first


def test_version_of_the_run_before_believed_without_the_run_id_negative_control(
    old_version_of_a, earlier_run, monkeypatch
):
    pool = caches["default"].client.get_client().connection_pool
    monkeypatch.setitem(pool.connection_kwargs, "redis_connect_func", None)
    assert current_versions(["a"]) == [old_version_of_a]


@pytest.mark.usefixtures("earlier_run")
def test_versions_advanced_in_the_run_that_is_on():
    advance_versions(["a"])
    assert server_run.id == server_says()
    number = cache.get(f"version:{server_run.id}:a")
    assert current_versions(["a"]) == [number]
    advance_versions(["a"])
    later = current_versions(["a"])
    assert later is not None
    assert later[0] > number
