"""`manage.py test`, `lint` and `bench`: the project's own checks, on throw-away services."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.launch import environment, project, secret_keys, services
from config.launch.accounts import service_account
from config.launch.data_folder import DataFolder
from config.launch.environment import Environment
from config.launch.errors import LaunchError
from config.launch.guard import death_signal_setter
from config.launch.processes import Supervisor
from config.launch.progress import Progress
from config.launch.stop_signals import POLL_SECONDS, StopSignals

_LINT_STEPS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
_RANKS = (1, 2)
_TEST_PROCESSES = max(1, min(4, os.cpu_count() or 1))


def test(arguments: list[str]) -> int:
    """Run pytest with `arguments` on throw-away services; returns its exit code.

    Everything is run by several processes, file by file; a choice of tests by one, in order.
    """
    more = {"TRADEPOST_ENVIRONMENT": "test"}
    chosen = [argument for argument in arguments if not argument.startswith("-")]
    if not chosen:
        arguments = [f"--numprocesses={_TEST_PROCESSES}", "--dist=loadfile", *arguments]
    return _run_with_services(["pytest", *arguments], more, durable=False)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks on throw-away services with production's durability; their exit code."""
    more = {"TRADEPOST_ENVIRONMENT": "local"}
    return _run_with_services(["bench", *arguments], more, durable=True)


def lint() -> int:
    """Run every check of the code, also after one has failed; returns 0 when all passed."""
    place = Environment(project.ROOT)
    with StopSignals() as stop:
        environment.ensure(place, environment.DEVELOPMENT, Progress(sys.stderr), stop)
        # mypy's Django plug-in loads the settings, which want addresses; nothing is connected.
        urls = {
            name: os.environ.get(name) or fallback
            for name, fallback in (
                ("DATABASE_URL", "postgresql://tradepost@127.0.0.1/tradepost"),
                ("REDIS_URL", "redis://127.0.0.1:6379"),
            )
        }
        more = secret_keys.fresh_secrets() | {"TRADEPOST_ENVIRONMENT": "test"}
        variables = services.child_variables(urls, more)
        failed = [
            " ".join(step)
            for step in _LINT_STEPS
            if _run_module(place, list(step), variables, stop) != 0
        ]
    for step in failed:
        print(f"tradepost: failed: {step}", file=sys.stderr)
    return 1 if failed else 0


def _run_with_services(module: list[str], more: dict[str, str], *, durable: bool) -> int:
    place = Environment(project.ROOT)
    progress = Progress(sys.stderr)
    with StopSignals() as stop:
        stop.on_wait(progress.tick)
        environment.ensure(place, environment.DEVELOPMENT, progress, stop)
        with place.in_use(), _throw_away_folder() as folder, Supervisor(stop) as supervisor:
            with progress.step("starting throw-away services", "services ready"):
                urls = services.start(
                    supervisor, folder, place, stop, durable=durable, remove=True, ranks=_RANKS
                )
            variables = services.child_variables(urls, secret_keys.fresh_secrets() | more)
            return _run_module(place, module, variables, stop)


@contextmanager
def _throw_away_folder() -> Iterator[DataFolder]:
    account = service_account()
    path = Path(tempfile.mkdtemp(prefix="tradepost-test-", dir=_reachable_parent()))
    try:
        if account is not None:
            path.chmod(0o711)
        (path / "up.lock").touch(mode=0o600)
        folder = DataFolder(path, account)
        folder.create()
        yield folder
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _reachable_parent() -> str:
    account = service_account()
    candidates = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    for candidate in candidates:
        if account is None or account.first_closed(Path(candidate)) is None:
            return candidate
    raise LaunchError(f"no temporary folder can be used: {', '.join(candidates)}")


def _run_module(
    place: Environment, module: list[str], variables: dict[str, str], stop: StopSignals
) -> int:
    """Run ``python -m <module>`` on this terminal; returns its exit code.

    It shares our process group, so Ctrl-C reaches it as it reaches us; SIGTERM is passed on.
    """
    stop.raise_if_requested()
    command = [str(place.python), "-m", *module]
    with subprocess.Popen(
        command,
        cwd=project.ROOT,
        env=variables,
        preexec_fn=death_signal_setter(signal.SIGTERM),  # noqa: PLW1509  (no threads here)
    ) as process:
        handled = 0
        while (code := process.poll()) is None:
            if stop.requests > handled:
                handled = stop.requests
                if stop.last_signal != signal.SIGINT:
                    process.terminate()
            try:
                process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    return code if code >= 0 else 128 - code
