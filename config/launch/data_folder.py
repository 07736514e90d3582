"""The data folder of `up`: where it is, who may enter, what it holds.

| entry | mode | what |
| --- | --- | --- |
| `up.lock` | 0600 | held by the running `up`; made first, so it also marks the folder as ours |
| `secrets.json` | 0600 | see `config.launch.secret_keys` |
| `run.json` | 0600 | process id, web address, service addresses of the running or last `up` |
| `postgres/`, `valkey/`, `run/` | 0700 | the services' files and sockets |
| `bin-<version>/` | 0755 | PostgreSQL's programs, only when the launcher is root |
| `sandbox.sqlite3`, `sandbox.port`, `logs/` | | the sandbox and what the children print |
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launch import project
from config.launch.accounts import Account, service_account
from config.launch.errors import LaunchError

_ROOTS_SHARED_PARENT = Path("/var/lib/tradepost")


@dataclass(frozen=True)
class DataFolder:
    """A data folder, existing or not yet; `account` runs PostgreSQL (None: the launcher)."""

    path: Path
    account: Account | None

    @property
    def logs(self) -> Path:
        """The folder of the children's logs."""
        return self.path / "logs"

    @property
    def lock_file(self) -> Path:
        """The file that a running `up` holds locked."""
        return self.path / "up.lock"

    @property
    def run_file(self) -> Path:
        """The file that tells who runs here."""
        return self.path / "run.json"

    def create(self) -> None:
        """Make the folder and its logs; repeatable. Never changes the mode of what it finds.

        Raises LaunchError when it belongs to somebody else, holds foreign files, or PostgreSQL's
        account cannot reach it.
        """
        self._refuse_unreachable()
        self._refuse_foreign()
        mode = 0o700 if self.account is None else 0o711
        for folder in [*reversed(self.path.parents), self.path]:
            make_folder(folder, mode)
        self.lock_file.touch(mode=0o600)
        ignore_file = self.path / ".gitignore"
        if not ignore_file.exists():
            ignore_file.write_text("*\n")
        make_folder(self.logs, 0o700)
        make_folder(self.path / "run", mode)

    def _refuse_unreachable(self) -> None:
        if self.account is None:
            return
        closed = self.account.first_closed(self.path)
        if closed is not None:
            raise LaunchError(
                f"{self.path} cannot hold the data: started by root, PostgreSQL runs as the "
                f'account "{self.account.name}", which may not enter {closed}; choose another '
                f"--data-dir, for example {_ROOTS_SHARED_PARENT / self.path.name}"
            )

    def _refuse_foreign(self) -> None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(found.st_mode):
            raise LaunchError(f"{self.path} is not a folder; choose another --data-dir")
        if found.st_uid != os.geteuid():
            raise LaunchError(
                f"{self.path} belongs to another account (user id {found.st_uid}); "
                "choose another --data-dir"
            )
        if not self.lock_file.exists() and any(self.path.iterdir()):
            raise LaunchError(
                f"{self.path} holds other files; choose an empty or new folder as --data-dir"
            )

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the folder for one `up`. Raises LaunchError, naming the holder, when it is held."""
        with self.lock_file.open("rb") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._held() from None
            yield

    def is_held(self) -> bool:
        """Whether an `up` runs on this folder now."""
        try:
            with self.lock_file.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def refuse_when_held(self) -> None:
        """Raise LaunchError, naming process and address, when an `up` runs on this folder."""
        if self.is_held():
            raise self._held()

    def _held(self) -> LaunchError:
        run = self.read_run()
        return LaunchError(
            f"already running: process {run.get('pid', 'unknown')} serves "
            f"{run.get('url', 'an address not known yet')} (data folder {self.path})"
        )

    def read_run(self) -> dict[str, Any]:
        """What `write_run` wrote last; empty when nothing readable is there."""
        try:
            found = json.loads(self.run_file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_run(self, content: dict[str, Any]) -> None:
        """Replace run.json in one step."""
        write_private(self.run_file, json.dumps(content, indent=2) + "\n")


def default_folder_path() -> Path:
    """Where `up` keeps its data when nobody says otherwise (TRADEPOST_DATA_DIR does).

    Root gets a folder that PostgreSQL's account can reach; everybody else, one in the checkout.
    """
    told = os.environ.get("TRADEPOST_DATA_DIR")
    if told:
        return Path(os.path.abspath(told))
    if os.geteuid() == 0:
        name = f"{project.short_name()}-{project.path_key(project.ROOT)}"
        return _ROOTS_SHARED_PARENT / name
    return project.ROOT / ".tradepost"


def locate(told: str | None) -> DataFolder:
    """The data folder for `--data-dir` (None: the default). Nothing is made yet."""
    path = Path(os.path.abspath(told)) if told else default_folder_path()
    return DataFolder(path, service_account())


def make_folder(folder: Path, mode: int) -> None:
    """Make one folder with exactly this mode; an existing one is left as it is."""
    try:
        folder.mkdir(mode)
    except FileExistsError:
        return
    folder.chmod(mode)


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step: a reader sees the old or the new content."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
