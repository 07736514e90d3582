"""`manage.py up`: everything of Tradepost on this machine, in one process group of one terminal."""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.launch import data_folder, environment, logs, project, secret_keys, services
from config.launch.addresses import allowed_hosts, require_free_port, visitable_host
from config.launch.data_folder import DataFolder
from config.launch.environment import Environment
from config.launch.errors import LaunchError, StopRequested
from config.launch.processes import Child, ChildSpec, Supervisor
from config.launch.progress import Progress
from config.launch.stop_signals import StopSignals

DEFAULT_ADMIN_EMAIL = "admin@tradepost.example"
READY_PATH = "/health/ready"
SHOWN_PATHS = {
    "shop API": "/api/v1/consumer/",
    "admin": "/admin/",
    "API docs": "/api/docs/",
}
_METRICS_HOST = "127.0.0.1"
_METRICS_PORT = "TRADEPOST_METRICS_PORT"
_READY_SECONDS = 60.0
_SANDBOX_SECONDS = 30.0
_DATABASE_NOT_EMPTY = 3
_RANK = {
    "beat": 1,
    "worker": 2,
    "metrics": 3,
    "web": 3,
    "the Zoho sandbox": 4,
    "valkey": 5,
    "postgres": 6,
}


@dataclass(frozen=True)
class UpOptions:
    """What `up` was asked for. `demo`: yes, no, or None for the default (embedded: yes)."""

    host: str
    port: int
    data_dir: str | None
    demo: bool | None
    sandbox: bool

    @property
    def loads_demo(self) -> bool:
        """Whether demo data is wanted: by default only in the embedded database."""
        if self.demo is not None:
            return self.demo
        return self.sandbox and not os.environ.get("DATABASE_URL")

    @property
    def starts_sandbox(self) -> bool:
        """Whether the Zoho sandbox runs: not beside a database from outside without its demo."""
        return self.sandbox and (self.loads_demo or not os.environ.get("DATABASE_URL"))


def parse(arguments: list[str]) -> UpOptions:
    """Read the command line of `up`; argparse ends the process on a wrong one."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Start Tradepost with all that it needs on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--data-dir", help="also TRADEPOST_DATA_DIR")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument(
        "--demo", action="store_true", default=None, help="demo data, also into DATABASE_URL"
    )
    demo.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--no-sandbox", dest="sandbox", action="store_false", help="and no demo")
    told = parser.parse_args(arguments)
    if not 0 <= told.port <= 65535:
        parser.error("--port must lie between 0 and 65535")
    if told.demo and not told.sandbox:
        parser.error("--demo needs the sandbox, which --no-sandbox leaves out")
    return UpOptions(told.host, told.port, told.data_dir, told.demo, told.sandbox)


def run(options: UpOptions) -> int:
    """Start, serve until asked to stop, stop in order; returns 0.

    Raises LaunchError for everything that hinders it, after stopping what was started.
    """
    folder = data_folder.locate(options.data_dir)
    folder.refuse_when_held()
    port = require_free_port(options.host, options.port)
    progress = Progress()
    with StopSignals() as stop:
        stop.on_wait(progress.tick)
        try:
            _serve(options, port, folder, progress, stop)
        except StopRequested:
            progress.line("stopped")
    return 0


def _serve(
    options: UpOptions, port: int, folder: DataFolder, progress: Progress, stop: StopSignals
) -> None:
    place = Environment(project.ROOT)
    progress.line(f"data folder: {folder.path}")
    environment.ensure(place, environment.RUNTIME, progress, stop)
    folder.create()
    with place.in_use(), folder.hold(), Supervisor(stop) as supervisor:
        launch = _Launch(
            options=options,
            port=port,
            folder=folder,
            place=place,
            supervisor=supervisor,
            progress=progress,
            stop=stop,
        )
        launch.start()
        try:
            supervisor.watch()
        except StopRequested:
            progress.line("\nstopping (again Ctrl-C: at once) ...")
            raise


@dataclass(kw_only=True)
class _Launch:
    options: UpOptions
    port: int
    folder: DataFolder
    place: Environment
    supervisor: Supervisor
    progress: Progress
    stop: StopSignals
    sandbox_url: str = ""
    metrics_url: str = ""
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{visitable_host(self.options.host)}:{self.port}"

    def start(self) -> None:
        """Bring everything up to the first 200 of the readiness address."""
        self.folder.write_run({"pid": os.getpid(), "url": self.url})
        sandbox = self._start_sandbox() if self.options.starts_sandbox else None
        with self.progress.step("starting the services", "services ready"):
            urls = services.start(
                self.supervisor,
                self.folder,
                self.place,
                self.stop,
                durable=True,
                remove=False,
                ranks=(_RANK["valkey"], _RANK["postgres"]),
            )
        self.variables = self._child_variables(urls)
        self.variables["TRADEPOST_DATA_DIR"] = str(self.folder.path)
        # Every line is kept below it, in bounded files; what children print is not bounded.
        self.variables.setdefault("TRADEPOST_STDERR_LEVEL", "WARNING")
        self._count_metrics()
        self._note_running(urls)
        with self.progress.step("migrating the database", "database migrated"):
            self._require_success(self._start_command("prepare_installation"))
        if sandbox is not None:
            self._wait_for_sandbox(sandbox)
            self.variables["TRADEPOST_SANDBOX_URL"] = self.sandbox_url
            self._note_running(urls)
        self._start_project()
        self._show_addresses()

    def _child_variables(self, urls: dict[str, str]) -> dict[str, str]:
        more = secret_keys.load_or_make(self.folder.path)
        more |= {
            "TRADEPOST_ENVIRONMENT": "local",
            "TRADEPOST_ADMIN_EMAIL": DEFAULT_ADMIN_EMAIL,
            "TRADEPOST_PUBLIC_BASE_URL": self.url,
            "TRADEPOST_ALLOWED_HOSTS": allowed_hosts(self.options.host),
        }
        return services.child_variables(urls, more)

    def _note_running(self, urls: dict[str, str]) -> None:
        content = {"pid": os.getpid(), "url": self.url, "data_folder": str(self.folder.path)}
        # An address that came from outside may hold a password, and its owner knows it.
        given = services.outside_services(os.environ)
        kept = {name: url for name, url in urls.items() if name not in given}
        if self.sandbox_url:
            kept["TRADEPOST_SANDBOX_URL"] = self.sandbox_url
        kept["TRADEPOST_PUBLIC_BASE_URL"] = self.url
        self.folder.write_run({**content, "environment": kept})

    def _start_project(self) -> None:
        with self.progress.step("starting web, worker and beat", "Tradepost is ready"):
            first = []
            if self.options.loads_demo:
                first.append(self._start_command("load_demo", "--sandbox-url", self.sandbox_url))
            self._start_lasting("web", self._web_command(), grace=10)
            celery = [str(self.place.python), "-m", "celery", "-A", "config.celery:app"]
            worker = [*celery, "worker", "-c", "2", "--loglevel", "INFO"]
            self._start_lasting("worker", [*worker, "--without-mingle", "--without-gossip"], 10)
            scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
            self._start_lasting("beat", [*celery, "beat", "--scheduler", scheduler], 5)
            self._start_metrics()
            for task in first:
                self._require_success(task)
            self._wait_until_ready()

    def _count_metrics(self) -> None:
        """Give the processes an empty folder to count in, and their sums a port of this machine."""
        folder = self.folder.path / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        wanted = os.environ.get(_METRICS_PORT) or "0"
        if not wanted.isdecimal():
            raise LaunchError(f"{_METRICS_PORT} is no port number: {wanted}")
        port = require_free_port(_METRICS_HOST, int(wanted))
        self.metrics_url = f"http://{_METRICS_HOST}:{port}/metrics"
        self.variables |= {
            "TRADEPOST_METRICS_DIR": str(folder),
            "TRADEPOST_METRICS_HOST": _METRICS_HOST,
            _METRICS_PORT: str(port),
        }

    def _start_metrics(self) -> None:
        command = [str(self.place.python), str(project.ROOT / "manage.py"), "serve_metrics"]
        self._start_lasting("metrics", command, grace=2)

    def _web_command(self) -> list[str]:
        workers = max(2, min(4, os.cpu_count() or 2))
        command = [str(self.place.python), "-m", "granian", "--interface", "wsgi"]
        command += ["--host", self.options.host, "--port", str(self.port)]
        command += ["--workers", str(workers), "--blocking-threads", "1"]
        # Without these two, users past the first thousand wait for ever and see no error.
        command += ["--backlog", "16384", "--backpressure", "8192"]
        return [*command, "--workers-kill-timeout", "5", "config.wsgi:application"]

    def _start_lasting(self, name: str, command: list[str], grace: float) -> Child:
        spec = ChildSpec(
            name=name,
            command=command,
            log=self._log(name),
            environment=self.variables,
            folder=project.ROOT,
            grace_seconds=grace,
            stop_rank=_RANK[name],
        )
        return self.supervisor.start(spec)

    def _start_command(self, name: str, *arguments: str) -> Child:
        command = [str(self.place.python), str(project.ROOT / "manage.py"), name, *arguments]
        spec = ChildSpec(
            f"manage.py {name}",
            command,
            self._log(name),
            self.variables,
            project.ROOT,
            stop_signal=signal.SIGTERM,
            grace_seconds=5,
        )
        return self.supervisor.start_task(spec)

    def _log(self, name: str) -> Path:
        return self.folder.logs / f"{name.rsplit(maxsplit=1)[-1]}.log"

    def _require_success(self, task: Child) -> None:
        code = self.supervisor.finish(task)
        if code == 0:
            return
        if task.spec.name == "manage.py load_demo" and code == _DATABASE_NOT_EMPTY:
            # The embedded database has its demo from an earlier start.
            if not os.environ.get("DATABASE_URL"):
                return
            raise LaunchError(logs.tail(task.spec.log, lines=1).removeprefix("tradepost: "))
        raise task.failure("failed")

    def _start_sandbox(self) -> Child:
        """Start the sandbox, on the port of last time if that is free: its address is stored."""
        announce = self.folder.path / "sandbox.url"
        announce.unlink(missing_ok=True)
        command = [str(self.place.python), "-m", "integrations.zoho.sandbox"]
        command += ["--port", str(self._last_sandbox_port())]
        command += ["--store", str(self.folder.path / "sandbox.sqlite3"), "--die-with-parent"]
        # A demonstration should not wait for a limit that protects somebody else's service.
        command += ["--announce-file", str(announce), "--per-minute", "1000"]
        name = "the Zoho sandbox"
        spec = ChildSpec(
            name=name,
            command=command,
            log=self._log(name),
            environment={**os.environ, "PYTHONUNBUFFERED": "1"},
            folder=project.ROOT,
            grace_seconds=5,
            stop_rank=_RANK[name],
        )
        return self.supervisor.start(spec)

    def _last_sandbox_port(self) -> int:
        try:
            port = int((self.folder.path / "sandbox.port").read_text())
            return require_free_port("127.0.0.1", port)
        except (OSError, ValueError, LaunchError):
            return 0

    def _wait_for_sandbox(self, sandbox: Child) -> None:
        announce = self.folder.path / "sandbox.url"
        deadline = time.monotonic() + _SANDBOX_SECONDS
        while not announce.exists():
            self.supervisor.check()
            if time.monotonic() > deadline:
                raise sandbox.failure("announced no address in time")
            self.stop.pause()
        self.sandbox_url = announce.read_text().strip()
        port = self.sandbox_url.rpartition(":")[2].strip("/")
        (self.folder.path / "sandbox.port").write_text(port + "\n")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        answer = ""
        while True:
            self.supervisor.check()
            status, answer = self._ask_readiness()
            if status == http.HTTPStatus.OK:
                return
            if time.monotonic() > deadline:
                names = ("web", "worker", "beat")
                tails = [f"--- {name}\n{logs.tail(self._log(name), 8)}" for name in names]
                raise LaunchError(
                    f"{self.url}{READY_PATH} was not ready within {_READY_SECONDS:.0f} s "
                    f"(last answer: {answer}); logs: {self.folder.logs}",
                    "\n".join(tails),
                )
            self.stop.pause(0.1)

    def _ask_readiness(self) -> tuple[int, str]:
        host = visitable_host(self.options.host).strip("[]")
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", READY_PATH, headers={"Connection": "close"})
            response = connection.getresponse()
            body = response.read(300).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, f"{type(error).__name__}: {error}"
        finally:
            connection.close()
        return response.status, f"{response.status} {' '.join(body.split())}"

    def _show_addresses(self) -> None:
        rows = {name: self.url + path for name, path in SHOWN_PATHS.items()}
        if self.sandbox_url:
            rows["Zoho sandbox"] = self.sandbox_url
        rows["metrics"] = self.metrics_url
        rows["sign-in"] = self.variables["TRADEPOST_ADMIN_EMAIL"]
        if os.environ.get("TRADEPOST_ADMIN_PASSWORD"):
            rows["password"] = "the one in TRADEPOST_ADMIN_PASSWORD"
        else:
            rows["password"] = self.variables["TRADEPOST_ADMIN_PASSWORD"]
        rows["data folder"] = str(self.folder.path)
        self.progress.line()
        for name, value in rows.items():
            self.progress.line(f"  {name:<13} {value}")
        self.progress.line("\nCtrl-C stops everything.")
