"""Children under guards, and the supervisor that stops them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from config.launch import logs
from config.launch.accounts import Account
from config.launch.errors import LaunchError, disk_full, says_disk_full
from config.launch.stop_signals import POLL_SECONDS, StopSignals

_GUARD = Path(__file__).with_name("guard.py")
# A guard ends the command by itself when the grace is over; this is for a guard that hangs.
_GUARD_EXTRA_SECONDS = 3.0


@dataclass(frozen=True)
class ChildSpec:
    """What to run, as whom, where its output goes, and how it wants to be stopped."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 10.0
    account: Account | None = None
    remove_afterwards: Path | None = None
    stop_rank: int = field(default=0)


class Child:
    """A started command under its guard."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        logs.open_fresh(spec.log)
        read_end, self._life_line = os.pipe()
        try:
            with spec.log.open("ab") as log:
                self._guard = subprocess.Popen(
                    self._guard_command(read_end),
                    cwd=spec.folder,
                    env=dict(spec.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(read_end,),
                    start_new_session=True,
                )
        except BaseException:
            os.close(self._life_line)
            raise
        finally:
            os.close(read_end)

    def _guard_command(self, read_end: int) -> list[str]:
        spec = self.spec
        command = [sys.executable, "-I", "-S", str(_GUARD), "--pipe", str(read_end)]
        command += ["--stop-signal", str(int(spec.stop_signal)), "--grace", str(spec.grace_seconds)]
        if spec.account is not None:
            command += ["--user", f"{spec.account.uid}:{spec.account.gid}"]
        if spec.remove_afterwards is not None:
            command += ["--remove", str(spec.remove_afterwards)]
        return [*command, "--", *spec.command]

    def exit_code(self) -> int | None:
        """The command's exit code (128 + signal when killed); None while it runs."""
        return self._guard.poll()

    def request_stop(self) -> None:
        """Ask the command to end; a second request ends it at once."""
        if self._guard.poll() is None:
            self._guard.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """Let go of the child: whatever of it still runs is ended by its guard."""
        if self._life_line >= 0:
            os.close(self._life_line)
            self._life_line = -1

    def kill(self) -> None:
        """End a guard that does not answer."""
        self.close()
        self._guard.kill()
        self._guard.wait()

    def failure(self, doing: str) -> LaunchError:
        """The error for an unwanted end: names the child, shows the tail of its log."""
        text = logs.tail(self.spec.log)
        if says_disk_full(text):
            return disk_full(f"({self.spec.name}: {self.spec.log})")
        code = self.exit_code()
        return LaunchError(
            f"{self.spec.name} {doing} (exit code {code}); log: {self.spec.log}", text
        )


class Supervisor:
    """Starts children, notices when one ends unasked, and stops all in the order of their rank."""

    def __init__(self, stop: StopSignals) -> None:
        self._stop = stop
        self._children: list[Child] = []
        self._tasks: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_all()

    def start(self, spec: ChildSpec) -> Child:
        """Start a child that is expected to run until it is stopped."""
        self._stop.raise_if_requested()
        child = Child(spec)
        self._children.append(child)
        return child

    def start_task(self, spec: ChildSpec) -> Child:
        """Start a command that is expected to end; see `finish`."""
        self._stop.raise_if_requested()
        task = Child(spec)
        self._tasks.append(task)
        return task

    def finish(self, task: Child, deadline_seconds: float | None = None) -> int:
        """Wait for a task and return its exit code.

        Raises LaunchError when a lasting child ends meanwhile or the deadline passes.
        """
        limit = None if deadline_seconds is None else time.monotonic() + deadline_seconds
        while (code := task.exit_code()) is None:
            self.check()
            if limit is not None and time.monotonic() > limit:
                raise LaunchError(
                    f"{task.spec.name} took longer than {deadline_seconds:.0f} s; "
                    f"log: {task.spec.log}",
                    logs.tail(task.spec.log),
                )
            self._stop.pause()
        task.close()
        self._tasks.remove(task)
        return code

    def check(self) -> None:
        """Raise LaunchError, naming the child, when a lasting one has ended."""
        for child in self._children:
            if child.exit_code() is not None:
                raise child.failure("ended unexpectedly")

    def watch(self) -> None:
        """Wait until a stop is asked for (StopRequested) or a child ends (LaunchError)."""
        while True:
            self.check()
            self._stop.pause(0.2)

    def stop_all(self) -> None:
        """Stop tasks, then every child, lowest rank first, each rank fully before the next."""
        if self._tasks:
            self._stop_together(self._tasks)
        for rank in sorted({child.spec.stop_rank for child in self._children}):
            self._stop_together([c for c in self._children if c.spec.stop_rank == rank])
        self._children.clear()
        self._tasks.clear()

    def _stop_together(self, children: list[Child]) -> None:
        for child in children:
            child.request_stop()
        heard = self._stop.requests
        hurried = False
        limit = time.monotonic() + _GUARD_EXTRA_SECONDS
        limit += max(child.spec.grace_seconds for child in children)
        while any(child.exit_code() is None for child in children):
            if time.monotonic() > limit:
                break
            if self._stop.requests > max(heard, 1) and not hurried:
                hurried = True
                for child in children:
                    child.request_stop()
            time.sleep(POLL_SECONDS)
        for child in children:
            if child.exit_code() is None:
                child.kill()
            child.close()
