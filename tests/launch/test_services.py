"""The embedded servers themselves, started as `up` and `test` start them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest
import redis

from config.launch import services
from config.launch.accounts import service_account
from config.launch.data_folder import DataFolder
from config.launch.errors import LaunchError
from config.launch.processes import Supervisor
from config.launch.stop_signals import StopSignals
from tests.launch.checkout import Checkout, processes_mentioning


@pytest.fixture(autouse=True)
def _no_given_services(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "EMBEDDED_PG_BIN"):
        monkeypatch.delenv(name, raising=False)


def folder_in(open_folder: Path) -> DataFolder:
    folder = DataFolder(open_folder / "data", service_account())
    folder.create()
    return folder


def start(folder: DataFolder, checkout: Checkout, supervisor: Supervisor) -> dict[str, str]:
    return services.start(
        supervisor,
        folder,
        checkout.environment,
        StopSignals(),
        durable=True,
        remove=False,
        ranks=(1, 2),
    )


def one_value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
    return row[0]


def test_services_keep_what_was_written(open_folder: Path, checkout: Checkout) -> None:
    folder = folder_in(open_folder)
    with Supervisor(StopSignals()) as supervisor:
        urls = start(folder, checkout, supervisor)
        assert one_value(urls["DATABASE_URL"], "SHOW timezone") == "UTC"
        assert one_value(urls["DATABASE_URL"], "SHOW listen_addresses") == ""
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(urls["REDIS_URL"] + "?db=1").set("kept", "43")
    assert processes_mentioning(str(folder.path)) == []
    with Supervisor(StopSignals()) as supervisor:
        urls = start(folder, checkout, supervisor)
        assert one_value(urls["DATABASE_URL"], "SELECT answer FROM kept") == 42
        assert redis.Redis.from_url(urls["REDIS_URL"] + "?db=1").get("kept") == b"43"


def test_services_come_back_after_the_database_was_killed(
    open_folder: Path, checkout: Checkout
) -> None:
    folder = folder_in(open_folder)
    with Supervisor(StopSignals()) as supervisor:
        urls = start(folder, checkout, supervisor)
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        pid = int((folder.path / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(LaunchError, match="postgres ended unexpectedly"):
            supervisor.watch()
    with Supervisor(StopSignals()) as supervisor:
        urls = start(folder, checkout, supervisor)
        assert one_value(urls["DATABASE_URL"], "SELECT answer FROM kept") == 42


def test_pid_file_whose_number_was_given_away_is_no_obstacle(
    open_folder: Path, checkout: Checkout
) -> None:
    folder = folder_in(open_folder)
    with Supervisor(StopSignals()) as supervisor:
        start(folder, checkout, supervisor)
    pid_file = folder.path / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder.path}/postgres\n1\n5432\n\n\n0 0\nready\n")
    if folder.account is not None:
        os.chown(pid_file, folder.account.uid, folder.account.gid)
    with Supervisor(StopSignals()) as supervisor:
        urls = start(folder, checkout, supervisor)
        assert one_value(urls["DATABASE_URL"], "SELECT 1") == 1


def test_cluster_of_another_version_is_refused(open_folder: Path, checkout: Checkout) -> None:
    folder = folder_in(open_folder)
    cluster = folder.path / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9\n")
    with (
        Supervisor(StopSignals()) as supervisor,
        pytest.raises(LaunchError, match="was made by PostgreSQL 9, this is 18"),
    ):
        start(folder, checkout, supervisor)


def test_data_files_are_private_to_the_account(open_folder: Path, checkout: Checkout) -> None:
    folder = folder_in(open_folder)
    with Supervisor(StopSignals()) as supervisor:
        start(folder, checkout, supervisor)
        owner = os.geteuid() if folder.account is None else folder.account.uid
        for name in ("postgres", "run/postgres"):
            found = (folder.path / name).stat()
            assert (found.st_uid, found.st_mode & 0o777) == (owner, 0o700)
        found = (folder.path / "run" / "valkey").stat()
        assert (found.st_uid, found.st_mode & 0o777) == (os.geteuid(), 0o700)
