"""The log file of each child: a fresh one at each start, the previous one kept beside it."""

from __future__ import annotations

from pathlib import Path

_TAIL_BYTES = 16_384


def open_fresh(path: Path) -> None:
    """Set `path` aside as ``<name>.1`` (replacing the one before) and begin an empty file, 0600."""
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    path.touch(mode=0o600)


def tail(path: Path, lines: int = 20) -> str:
    """The last `lines` lines of a log; empty when there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])
