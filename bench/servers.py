"""The servers that are compared, each started once, all idle but the one under load."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import process_cpu
from config.launch.guard import death_signal_setter

ROOT = Path(__file__).resolve().parent.parent
WORKERS = "2"
PREFIX = "/api/v1/consumer"
_READY_SECONDS = 60.0


def _granian(application: str) -> list[str]:
    return [
        *("-m", "granian", "--interface", "wsgi", application, "--workers", WORKERS),
        *("--blocking-threads", "1", "--backlog", "16384", "--backpressure", "8192"),
        *("--no-ws", "--log-level", "warning", "--host", "127.0.0.1", "--port"),
    ]


_GRANIAN = _granian("config.wsgi:application")
_UVICORN = [
    *("-m", "uvicorn", "bench.baseline.app:app", "--workers", WORKERS, "--no-access-log"),
    *("--log-level", "warning", "--host", "127.0.0.1", "--port"),
]


class ServerFailedError(RuntimeError):
    """A server did not start."""


@dataclass(frozen=True)
class ServerSpec:
    """How a server is started; the port is appended to `command`."""

    name: str
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    #: Whether its processes count what they do, for Prometheus.
    counts: bool = False


#: As in production, but for the benchmark's rates: every request is logged, staff need a factor.
_AS_IN_PRODUCTION = {
    "TRADEPOST_RESPONSE_CACHE": "false",
    "TRADEPOST_LOG_LEVEL": "INFO",
    "TRADEPOST_STDERR_LEVEL": "WARNING",
    "TRADEPOST_STAFF_MFA_REQUIRED": "true",
}
SERVERS = {
    spec.name: spec
    for spec in (
        ServerSpec("tradepost cached", _GRANIAN),
        ServerSpec("tradepost uncached", _GRANIAN, {"TRADEPOST_RESPONSE_CACHE": "false"}),
        ServerSpec("baseline cached", _UVICORN),
        ServerSpec("baseline uncached", _UVICORN, {"BASELINE_CACHE": "off"}),
        ServerSpec(
            "plain DRF uncached",
            _GRANIAN,
            {"DJANGO_SETTINGS_MODULE": "bench.baseline.plain_drf_settings"},
        ),
        ServerSpec("with core", _GRANIAN, _AS_IN_PRODUCTION),
        ServerSpec("tradepost settings", _GRANIAN, _AS_IN_PRODUCTION, counts=True),
        ServerSpec("without core", _granian("bench.without_core:application"), _AS_IN_PRODUCTION),
    )
}


def baseline_parser() -> str:
    """The HTTP parser that uvicorn finds here: httptools, or the slower h11."""
    return "httptools" if importlib.util.find_spec("httptools") else "h11"


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    #: The folder that its processes count into; None when they do not.
    metrics: Path | None = None

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:]

    def cpu_seconds(self) -> dict[int, float] | None:
        """CPU so far of its processes; None where this cannot be seen."""
        if not process_cpu.is_available():
            return None
        return process_cpu.cpu_seconds(process_cpu.tree_of([self.process.pid]))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of one GET on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = {"Accept": "application/json", **(headers or {})}
            connection.request("GET", path, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextlib.contextmanager
def running(
    names: list[str], variables: Mapping[str, str], logs: Path
) -> Iterator[dict[str, Server]]:
    """Start these servers with `variables`, wait until each answers, stop them afterwards.

    Raises ServerFailedError with the end of the log.
    """
    servers: dict[str, Server] = {}
    try:
        for name in names:
            servers[name] = _start(SERVERS[name], variables, logs)
        for server in servers.values():
            _wait(server)
        yield servers
    finally:
        for server in servers.values():
            _signal(server, signal.SIGTERM)
        for server in servers.values():
            _await_end(server)


def _start(spec: ServerSpec, variables: Mapping[str, str], logs: Path) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file_name = spec.name.replace(" ", "-")
    path = logs / f"{file_name}.log"
    metrics = logs / f"{file_name}-metrics" if spec.counts else None
    counting = {"TRADEPOST_METRICS_DIR": str(metrics)} if metrics else {}
    with path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *spec.command, str(port)],
            cwd=ROOT,
            env={**os.environ, **variables, **spec.variables, **counting},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=death_signal_setter(signal.SIGTERM),  # noqa: PLW1509  (no threads here)
        )
    return Server(spec.name, port, process, path, metrics)


def _wait(server: Server) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, _ = server.get(f"{PREFIX}/products?limit=1")
            if status == http.HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise ServerFailedError(f"{server.name} did not start\n{server.last_words()}")


def _signal(server: Server, number: signal.Signals) -> None:
    # Its session is its own, so this reaches its workers and nobody else.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.process.pid, number)


def _await_end(server: Server) -> None:
    try:
        server.process.wait(5)
    except subprocess.TimeoutExpired:
        _signal(server, signal.SIGKILL)
        server.process.wait()
