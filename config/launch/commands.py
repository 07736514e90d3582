"""What `manage.py` can do: Tradepost's own commands, and all of Django's in the environment."""

from __future__ import annotations

import os
import sys

from config.launch import checks, data_folder, environment, project, secret_keys, services, up
from config.launch.environment import Environment
from config.launch.errors import LaunchError, StopRequested, from_os_error
from config.launch.progress import Progress
from config.launch.stop_signals import StopSignals

_HELP = """\
Tradepost's own commands:
  up     start everything on this machine (up --help tells its options)
  test   run the tests on throw-away services (arguments go to pytest)
  lint   ruff and mypy
  bench  run the benchmarks on throw-away services
Every other word is a Django command.
"""
_STOPPED = 130


def main(argv: list[str]) -> int:
    """Run the command line and return the exit code; named failures are told in one line."""
    try:
        code = _run_own_command(argv)
        if code is None:
            _enter_environment(argv)
    except LaunchError as error:
        return _tell(error)
    except (StopRequested, KeyboardInterrupt):
        print("tradepost: stopped", file=sys.stderr)
        return _STOPPED
    except OSError as error:
        told = from_os_error(error)
        if told is None:
            raise
        return _tell(told)
    return _run_django(argv) if code is None else code


def _tell(error: LaunchError) -> int:
    print(f"tradepost: {error}", file=sys.stderr)
    if error.details:
        print(error.details, file=sys.stderr)
    return 1


def _run_own_command(argv: list[str]) -> int | None:
    """Run a command of Tradepost's own; None when it is one of Django's."""
    command, arguments = (argv[1], argv[2:]) if len(argv) > 1 else ("help", [])
    if command == "up":
        return up.run(up.parse(arguments))
    if command == "test":
        return checks.test(arguments)
    if command == "bench":
        return checks.bench(arguments)
    if command == "lint":
        return checks.lint()
    if command in {"help", "--help", "-h"} and not arguments:
        print(_HELP)
    return None


def _enter_environment(argv: list[str]) -> None:
    """Go on in the environment's Python (TRADEPOST_BOOTSTRAP=off: in this very one).

    Does not return when it has to change the interpreter.
    """
    place = Environment(project.ROOT)
    if place.is_active() or os.environ.get("TRADEPOST_BOOTSTRAP") == "off":
        return
    with StopSignals() as stop:
        progress = Progress(sys.stderr)
        stop.on_wait(progress.tick)
        environment.ensure(place, environment.RUNTIME, progress, stop)
    python = str(place.python)
    os.execv(python, [python, *argv])


def _run_django(argv: list[str]) -> int:
    running = _borrow_services_of_up()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Only the environment has it.
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(argv)
    except Exception as error:  # its class cannot be imported here; all others are passed on
        if running or type(error).__name__ != "OperationalError":
            raise
        return _tell(
            LaunchError(
                "the database does not answer: start it with `python3 manage.py up`, or set "
                f"DATABASE_URL ({str(error).strip().splitlines()[0]})"
            )
        )
    return 0


def _borrow_services_of_up() -> bool:
    """Take over the addresses and secrets of this checkout's `up`, unless DATABASE_URL is set.

    Returns whether a failing database is not for want of `up`.
    """
    if os.environ.get("DATABASE_URL"):
        return True
    path = data_folder.default_folder_path()
    folder = data_folder.DataFolder(path, None)
    try:
        secrets = secret_keys.read(path) if os.access(path, os.R_OK | os.X_OK) else None
    except LaunchError:
        secrets = None
    if secrets is None:
        return False
    told = folder.read_run().get("environment", {})
    variables = services.child_variables(told, {**secrets, "TRADEPOST_ENVIRONMENT": "local"})
    os.environ.clear()
    os.environ.update(variables)
    return folder.is_held()
