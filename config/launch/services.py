"""PostgreSQL and Valkey for a launch: those that the environment names, else embedded ones."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from config.launch import postgres, valkey
from config.launch.data_folder import DataFolder
from config.launch.environment import Environment
from config.launch.errors import LaunchError
from config.launch.processes import ChildSpec, Supervisor
from config.launch.stop_signals import StopSignals

_PROBE_DEADLINE_SECONDS = 15.0
# Of these, only what the URL says may reach a client of the embedded server.
_LIBPQ_VARIABLES = (
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "PGOPTIONS",
    "PGSERVICE",
    "PGSSLMODE",
    "PGDATA",
)


def outside_services(variables: Mapping[str, str]) -> list[str]:
    """Which of DATABASE_URL and REDIS_URL are given, so that nothing is embedded for them."""
    return [name for name in ("DATABASE_URL", "REDIS_URL") if variables.get(name)]


def start(
    supervisor: Supervisor,
    folder: DataFolder,
    environment: Environment,
    stop: StopSignals,
    *,
    durable: bool,
    remove: bool,
    ranks: tuple[int, int],
) -> dict[str, str]:
    """Start what is not given and check what is; returns DATABASE_URL and REDIS_URL.

    `remove` deletes the folder when the last of them has ended, even if the launcher was killed.
    `ranks` are the stop ranks of Valkey and PostgreSQL. Raises LaunchError when a given address
    does not answer within 5 s or a server fails to start.
    """
    given = outside_services(os.environ)
    urls = {name: os.environ[name] for name in given}
    waiting = None
    if "REDIS_URL" not in given:
        waiting = valkey.launch(
            supervisor,
            folder,
            environment,
            durable=durable,
            stop_rank=ranks[0],
            remove_afterwards=folder.path if remove and "DATABASE_URL" in given else None,
        )
    if given:
        _require_answers(supervisor, folder, environment, given)
    if "DATABASE_URL" not in given:
        urls["DATABASE_URL"] = postgres.start(
            supervisor,
            folder,
            environment,
            stop,
            durable=durable,
            stop_rank=ranks[1],
            remove_afterwards=folder.path if remove else None,
        )
    if waiting is not None:
        urls["REDIS_URL"] = valkey.wait(*waiting, supervisor, stop)
    return urls


def _require_answers(
    supervisor: Supervisor, folder: DataFolder, environment: Environment, names: list[str]
) -> None:
    script = Path(__file__).with_name("connection_probe.py")
    log = folder.logs / "connections.log"
    command = [str(environment.python), "-I", str(script), *names]
    spec = ChildSpec(
        "the connection check", command, log, dict(os.environ), folder.path, grace_seconds=1
    )
    task = supervisor.start_task(spec)
    if supervisor.finish(task, _PROBE_DEADLINE_SECONDS) != 0:
        told = log.read_text(errors="replace").strip()
        if "Traceback" in told:
            raise task.failure("failed")
        raise LaunchError(told.replace("\n", "; ") or "the given services do not answer")


def child_variables(urls: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The environment of the project's own processes: the caller's, with these addresses.

    What the caller sets himself wins over `more`.
    """
    variables = dict(os.environ)
    if not os.environ.get("DATABASE_URL"):
        for name in _LIBPQ_VARIABLES:
            variables.pop(name, None)
    variables |= urls
    for name, value in more.items():
        if not variables.get(name):
            variables[name] = value
    variables.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    variables["PYTHONUNBUFFERED"] = "1"
    return variables
