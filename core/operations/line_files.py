"""Log lines in files of this machine: one file a process, begun anew when long or old, the oldest
removed.

Each process writes files of its own, so nothing is renamed under a writer; any of them may remove
old ones, and a writer whose file is gone begins another. The folder stays below its limit, give or
take what the processes write between two looks at it (a hundredth of the limit each).
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SUFFIX = ".jsonl"
#: The longest that one file is written to.
FILE_SECONDS = 3600
LARGEST_FILE = 4 * 1024 * 1024
#: Files beyond this many are removed, however small: each is a look at the disk for the reader.
MOST_FILES = 2_000
#: After a line could not be written, nothing is tried for so long.
PAUSE_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_NAME_TIME = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class LineFile:
    """A file of lines: the moment it was begun, that of its last line, its size."""

    path: Path
    begun: datetime
    last_written: datetime
    size: int


def line_files(folder: Path) -> list[LineFile]:
    """The files that are there, those written to last first. Raises OSError without the folder."""
    found = list(_files(folder))
    return sorted(found, key=lambda file: file.last_written, reverse=True)


def _files(folder: Path) -> Iterator[LineFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another process may remove it between the two calls; others' files are left alone.
            with contextlib.suppress(FileNotFoundError, ValueError):
                if entry.name.endswith(SUFFIX):
                    stored = entry.stat()
                    text = entry.name.partition("-")[0]
                    begun = datetime.strptime(text, _NAME_TIME).replace(tzinfo=UTC)
                    last = datetime.fromtimestamp(stored.st_mtime, UTC)
                    yield LineFile(Path(entry.path), begun, last, stored.st_size)


class LineFiles:
    """What a logging.StreamHandler writes to. Never raises for the disk's sake.

    `most_bytes` bounds the folder, `hours` the age of what is in it. What could not be written is
    counted, and told in a line of its own once writing works again.
    """

    def __init__(self, folder: Path, *, most_bytes: int, hours: int) -> None:
        self.folder = folder
        self._most_bytes = most_bytes
        self._seconds = hours * 3600
        self._largest = max(4096, min(LARGEST_FILE, most_bytes // 25))
        self._file: int | None = None
        self._size = self._unswept = self._lost = 0
        self._begun = self._looked = self._pause_until = 0.0
        os.register_at_fork(after_in_child=self._close)

    def write(self, text: str) -> None:
        """Append whole lines. The caller lets one thread in at a time, as logging's handlers do."""
        now = time.monotonic()
        if now < self._pause_until:
            self._lost += 1
            return
        try:
            self._append(text.encode("utf-8", "backslashreplace"), now)
        except OSError:
            self._lost += 1
            self._pause_until = now + PAUSE_SECONDS
            # What was written in part ends with its file.
            self._close()

    def flush(self) -> None:
        """Nothing is held back."""

    def _append(self, data: bytes, now: float) -> None:
        if self._file is None or self._is_over(len(data), now):
            self._begin(now)
        if self._lost:
            data = self._told_lost() + data
        assert self._file is not None
        written = os.write(self._file, data)
        self._size += written
        self._unswept += written
        if written < len(data):
            raise OSError("the disk took a part of the line")
        self._lost = 0
        if self._unswept >= self._most_bytes // 100:
            self._sweep()

    def _is_over(self, more: int, now: float) -> bool:
        if self._size and self._size + more > self._largest:
            return True
        if now - self._looked < _LOOK_SECONDS:
            return False
        self._looked = now
        assert self._file is not None
        return now - self._begun > FILE_SECONDS or os.fstat(self._file).st_nlink == 0

    def _begin(self, now: float) -> None:
        self._close()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        name = f"{datetime.now(UTC).strftime(_NAME_TIME)}-{os.getpid()}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._file = os.open(self.folder / name, flags, 0o600)
        self._size = 0
        self._begun = self._looked = now

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):
                os.close(file)

    def _told_lost(self) -> bytes:
        line = {
            "event": "lines_lost",
            "count": self._lost,
            "level": "warning",
            "logger": __name__,
            "timestamp": datetime.now(UTC).isoformat(),
        }
        return json.dumps(line).encode() + b"\n"

    def _sweep(self) -> None:
        """Remove what is too old and, from the oldest, what is too much."""
        self._unswept = 0
        room = self._most_bytes * 9 // 10
        oldest = time.time() - self._seconds
        for number, file in enumerate(line_files(self.folder)):
            room -= file.size
            is_old = file.last_written.timestamp() < oldest
            if room < 0 or is_old or number >= MOST_FILES:
                file.path.unlink(missing_ok=True)
