"""A checkout of the launcher around the stand-in project, and ways to run its manage.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.launch.environment import DEVELOPMENT, RUNTIME, Environment
from tests.launch import stand_in_project

ROOT = Path(__file__).resolve().parents[2]


def caller_variables(**more: str) -> dict[str, str]:
    """The environment of a person's fresh shell: nothing of the test run's own services."""
    hidden = ("TRADEPOST_", "PYTEST_", "DJANGO_", "EMBEDDED_PG_", "PG")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(hidden) and name not in {"DATABASE_URL", "REDIS_URL", "PYTHONPATH"}
    }
    return kept | more


@dataclass(frozen=True)
class Checkout:
    """A folder with manage.py, config/launch and the stand-in project."""

    folder: Path

    @property
    def environment(self) -> Environment:
        """Its virtual environment."""
        return Environment(self.folder)

    def command(self, *arguments: str) -> list[str]:
        """The command line of its manage.py, under this Python."""
        return [sys.executable, str(self.folder / "manage.py"), *arguments]

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run its manage.py to the end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=caller_variables(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start its manage.py and go on; its output is one stream."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=caller_variables(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def fill_environment(self) -> None:
        """Give it an environment with the packages of the running one, stamped as current."""
        place = self.environment
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(place.folder)], check=True
        )
        packages = place.site_packages()
        shutil.rmtree(packages)
        packages.symlink_to(sysconfig.get_path("purelib"))
        for wanted in (RUNTIME, DEVELOPMENT):
            place.stamp_file(wanted).write_text(place.expected_stamp(wanted))


def lay_out(folder: Path) -> Checkout:
    """Make a checkout without an environment in `folder`."""
    stand_in_project.write(folder)
    shutil.copy(ROOT / "manage.py", folder)
    shutil.copytree(
        ROOT / "config" / "launch",
        folder / "config" / "launch",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return Checkout(folder)


def processes_mentioning(text: str) -> list[str]:
    """The command lines of running processes that contain `text`."""
    listing = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,stat=,command="], capture_output=True, text=True, check=True
    )
    return [
        line
        for line in listing.stdout.splitlines()
        if text in line and line.split()[1][0] != "Z" and str(os.getpid()) != line.split()[0]
    ]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition; returns whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
