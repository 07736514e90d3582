"""CPU time of processes and of everything below them, from /proc; None where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def is_available() -> bool:
    """Whether this system tells CPU times in /proc; macOS does not."""
    return (_PROC / "self" / "stat").exists()


def _fields(pid: int) -> list[str]:
    # The name in parentheses may hold spaces; what follows it may not.
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def name_of(pid: int) -> str:
    """The command name of a process of this machine; "" when there is none."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    """The parent of a process. Raises OSError when it is gone."""
    return int(_fields(pid)[1])


def tree_of(roots: Iterable[int]) -> set[int]:
    """The processes given and all their descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(parent_of(int(entry.name)), []).append(int(entry.name))
            except OSError:
                continue
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += [child for child in children.get(pid, []) if child not in found]
    return found


def cpu_seconds(pids: Iterable[int]) -> dict[int, float]:
    """User and system seconds so far of each process; processes that are gone are left out."""
    used: dict[int, float] = {}
    for pid in pids:
        try:
            fields = _fields(pid)
        except OSError:
            continue
        used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
    return used


def used_between(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds used between two readings; a process that is new counts from its start."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
