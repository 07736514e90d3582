"""Run one command so that nothing of it outlives its launcher.

``python guard.py --pipe FD [--stop-signal N] [--grace S] [--user UID:GID] [--remove DIR]
-- COMMAND ...``

The launcher holds the write end of the pipe FD. When it closes (also because the launcher was
killed with SIGKILL), the command gets the stop signal and, `ORPHAN_GRACE` seconds later, its whole
process group gets SIGKILL. SIGTERM to the guard stops the command with `--grace` seconds; a second
one stops it at once. Exit code: the command's, or 128 + the signal that ended it. ``--remove``
names a folder that is deleted when the command has ended.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

ORPHAN_GRACE = 3.0
COMMAND_NOT_STARTED = 127
_PR_SET_PDEATHSIG = 1
_REMOVE_TRIES = 20


def death_signal_setter(signal_number: int) -> Callable[[], None] | None:
    """A function for a forked child that asks Linux for `signal_number` when its parent dies.

    None where the system has no such call. The library is loaded here, before the fork.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def set_death_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return set_death_signal


class _Guard:
    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._stop_requests = 0
        self._orphaned = False
        self._deadline: float | None = None
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._count_stop_request)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _count_stop_request(self, *_: object) -> None:
        self._stop_requests += 1

    def run(self) -> int:
        try:
            self._child = self._spawn()
        except OSError as error:
            print(f"cannot run {self._options.command[0]}: {error}", file=sys.stderr)
            return COMMAND_NOT_STARTED
        acted_on = 0
        while not self._child_has_ended():
            self._wait_for_news()
            if self._orphaned and self._deadline is None:
                self._stop_child(min(ORPHAN_GRACE, self._options.grace))
            elif self._stop_requests > acted_on:
                self._stop_child(self._options.grace if self._stop_requests == 1 else 0.0)
                acted_on = self._stop_requests
            if self._deadline is not None and time.monotonic() >= self._deadline:
                self._signal_group(signal.SIGKILL)
        # What the command left in its group goes before the command is reaped: until then
        # the group's number cannot belong to anybody else.
        self._signal_group(signal.SIGKILL)
        code = self._child.wait()
        return code if code >= 0 else 128 - code

    def _spawn(self) -> subprocess.Popen[bytes]:
        uid, gid = self._options.user or (None, None)
        return subprocess.Popen(
            self._options.command,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=death_signal_setter(  # noqa: PLW1509  (a guard has no threads)
                self._options.stop_signal
            ),
            user=uid,
            group=gid,
            extra_groups=None if gid is None else [gid],
        )

    def _child_has_ended(self) -> bool:
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._child.pid, flags) is not None

    def _wait_for_news(self) -> None:
        watched = [self._wake_read] + ([] if self._orphaned else [self._options.pipe])
        timeout = None
        if self._deadline is not None:
            timeout = max(0.02, self._deadline - time.monotonic())
        ready, _, _ = select.select(watched, [], [], timeout)
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        if self._options.pipe in ready and not os.read(self._options.pipe, 4096):
            self._orphaned = True

    def _stop_child(self, grace: float) -> None:
        try:
            os.kill(self._child.pid, self._options.stop_signal)
        except ProcessLookupError:
            return
        self._deadline = time.monotonic() + grace

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            # macOS answers EPERM for a group of which only a zombie is left
            return


def _remove(folder: str) -> None:
    for _ in range(_REMOVE_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)


def _account(text: str) -> tuple[int, int]:
    uid, _, gid = text.partition(":")
    return int(uid), int(gid)


def main(arguments: list[str]) -> int:
    """Run the guard; returns the exit code that the module promises."""
    parser = argparse.ArgumentParser(prog="guard")
    parser.add_argument("--pipe", type=int, required=True)
    parser.add_argument("--stop-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--grace", type=float, default=10.0)
    parser.add_argument("--user", type=_account)
    parser.add_argument("--remove")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    os.set_inheritable(options.pipe, False)
    try:
        return _Guard(options).run()
    finally:
        if options.remove:
            _remove(options.remove)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
