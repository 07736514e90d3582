"""The unprivileged account that runs PostgreSQL when the launcher is root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.launch.errors import LaunchError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of this machine."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder`, asked of the system itself."""
        answer = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)],
            user=self.uid,
            group=self.gid,
            extra_groups=[self.gid],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return answer.returncode == 0

    def first_closed(self, folder: Path) -> Path | None:
        """The first existing folder on the way to `folder` that this account may not enter."""
        for ancestor in [*reversed(folder.parents), folder]:
            if ancestor.exists() and not self.can_enter(ancestor):
                return ancestor
        return None


def service_account() -> Account | None:
    """The account for PostgreSQL: None when the launcher is not root and runs it as itself.

    Raises LaunchError when root has neither a `postgres` nor a `nobody` account.
    """
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LaunchError(
        "PostgreSQL refuses to run as root, and this machine has no account "
        "`postgres` or `nobody`; start as an ordinary user or set DATABASE_URL"
    )
