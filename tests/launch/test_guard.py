"""Nothing outlives its launcher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.launch.checkout import ROOT, processes_mentioning, wait_until

GUARD = ROOT / "config" / "launch" / "guard.py"
# A command with a child of its own; both ignore the polite signals.
STUBBORN_FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) == 2:
    subprocess.Popen([sys.executable, *sys.orig_argv[1:], "child"])
time.sleep(60)
"""
LAUNCHER = """
import os, subprocess, sys, time
read_end, write_end = os.pipe()
subprocess.Popen(
    [sys.executable, sys.argv[1], "--pipe", str(read_end), "--", *sys.argv[2:]],
    pass_fds=(read_end,), start_new_session=True,
)
time.sleep(60)
"""


def guarded(*command: str, options: tuple[str, ...] = ()) -> tuple[subprocess.Popen[bytes], int]:
    """Start a guarded command; returns the guard and the write end of its pipe."""
    read_end, write_end = os.pipe()
    line = [sys.executable, "-I", "-S", str(GUARD), "--pipe", str(read_end), *options]
    guard = subprocess.Popen([*line, "--", *command], pass_fds=(read_end,))
    os.close(read_end)
    return guard, write_end


def test_guard_kills_the_whole_group_when_the_launcher_is_killed(tmp_path: Path) -> None:
    mark = f"family-{tmp_path.name}-{os.getpid()}"
    script = tmp_path / "family.py"
    script.write_text(STUBBORN_FAMILY)
    family = [sys.executable, str(script), mark]
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(GUARD), *family])
    # launcher, guard, command and the command's child
    assert wait_until(lambda: len(processes_mentioning(mark)) == 4, 10)
    launcher.kill()
    launcher.wait()
    assert wait_until(lambda: processes_mentioning(mark) == [], 6)


def test_guard_passes_the_exit_code_on() -> None:
    guard, write_end = guarded("/bin/sh", "-c", "exit 7")
    assert guard.wait(10) == 7
    os.close(write_end)


def test_guard_reports_the_signal_that_ended_the_command() -> None:
    guard, write_end = guarded("/bin/sh", "-c", "kill -9 $$")
    assert guard.wait(10) == 128 + signal.SIGKILL
    os.close(write_end)


def test_guard_translates_sigterm_into_the_stop_signal(tmp_path: Path) -> None:
    told = tmp_path / "told"
    ready = tmp_path / "ready"
    script = f"trap 'echo INT > {told}; exit 5' INT; touch {ready}; while :; do sleep 0.05; done"
    guard, write_end = guarded("/bin/sh", "-c", script, options=("--stop-signal", "2"))
    assert wait_until(ready.exists, 10)
    guard.terminate()
    assert guard.wait(10) == 5
    assert told.read_text() == "INT\n"
    os.close(write_end)


def test_guard_kills_a_command_that_outlasts_its_grace(tmp_path: Path) -> None:
    script = tmp_path / "family.py"
    script.write_text(STUBBORN_FAMILY)
    ready = f"family-{os.getpid()}-grace"
    guard, write_end = guarded(sys.executable, str(script), ready, options=("--grace", "0.5"))
    assert wait_until(lambda: len(processes_mentioning(ready)) == 3, 10)
    started = time.monotonic()
    guard.terminate()
    assert guard.wait(10) == 128 + signal.SIGKILL
    assert time.monotonic() - started < 5
    assert wait_until(lambda: processes_mentioning(ready) == [], 5)
    os.close(write_end)


def test_guard_removes_the_folder_after_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "throw-away"
    (folder / "inner").mkdir(parents=True)
    guard, write_end = guarded("/bin/sh", "-c", ":", options=("--remove", str(folder)))
    assert guard.wait(10) == 0
    assert not folder.exists()
    os.close(write_end)


def test_guard_reports_a_command_that_cannot_run() -> None:
    guard, write_end = guarded("/nonexistent/program")
    assert guard.wait(10) == 127
    os.close(write_end)
