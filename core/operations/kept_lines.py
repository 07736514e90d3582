"""What the log lines kept on this machine tell of one request and of the tasks it sent."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from core.operations.line_files import LineFile, line_files

#: Where a search ends, whatever it has found.
MOST_BYTES = 256 * 1024 * 1024
MOST_SECONDS = 3.0
MOST_LINES = 300
REQUEST, TASK_SENT, TASK_STARTED, TASK_ENDED = "request", "task_sent", "task_started", "task_ended"
#: Shown as the parts of a line that everybody reads first, or as its section.
_TAKEN = frozenset({"timestamp", "level", "event", "request_id", "actor", "source", "logger"})


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line; `values` are its other parts, masked when it was written."""

    time: datetime | None
    level: str
    event: str
    actor: str
    values: dict[str, Any]

    @property
    def task_id(self) -> str:
        """The task that wrote the line or that it tells of; "" for none."""
        return str(self.values.get("task_id", ""))


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through: `since` is the moment from which on nothing was left out.

    `is_kept` is false where no lines are kept; `is_whole` says whether all files were looked
    through, `is_cut` whether there are more lines than are shown.
    """

    is_kept: bool
    size: int = 0
    since: datetime | None = None
    is_whole: bool = True
    is_cut: bool = False


@dataclass(slots=True)
class TaskRun:
    """A task that the request sent, or that a task of it sent; None is not known (yet)."""

    task_id: str
    name: str = ""
    sent_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    state: str = ""
    ms: float | None = None
    sql_count: int | None = None
    sql_ms: float | None = None
    error: str = ""
    lines: list[KeptLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestLines:
    """The request's own line, its tasks, and every other line, oldest first."""

    search: Search
    requests: list[KeptLine] = field(default_factory=list)
    tasks: list[TaskRun] = field(default_factory=list)
    others: list[KeptLine] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether no line was found."""
        return not (self.requests or self.tasks or self.others)


def request_lines(request_id: str) -> RequestLines:
    """The lines of a well-formed request id, the files written to last looked through first.

    Reads at most 256 MiB and for 3 seconds; keeps the 300 newest lines found.
    """
    if not settings.LOG_LINES_FOLDER:
        return RequestLines(Search(is_kept=False))
    search, lines = _searched(Path(settings.LOG_LINES_FOLDER), request_id)
    tasks: dict[str, TaskRun] = {}
    others: list[KeptLine] = []
    for line in lines:
        if line.task_id:
            run = tasks.setdefault(line.task_id, TaskRun(line.task_id))
            if not _note(run, line):
                run.lines.append(line)
        elif line.event != REQUEST:
            others.append(line)
    requests = [line for line in lines if line.event == REQUEST and not line.task_id]
    return RequestLines(search, requests, list(tasks.values()), others)


def _note(run: TaskRun, line: KeptLine) -> bool:
    """Take over what a line tells of the task itself; whether it does."""
    if line.event == TASK_SENT:
        run.sent_at = run.sent_at or line.time
    elif line.event == TASK_STARTED:
        run.started_at = line.time
    elif line.event == TASK_ENDED:
        run.ended_at = line.time
        run.state = str(line.values.get("state", ""))
        run.ms, run.sql_count = line.values.get("ms"), line.values.get("sql_count")
        run.sql_ms, run.error = line.values.get("sql_ms"), str(line.values.get("error", ""))
    else:
        return False
    run.name = str(line.values.get("task", run.name))
    return True


def _searched(folder: Path, request_id: str) -> tuple[Search, list[KeptLine]]:
    try:
        files = line_files(folder)
    except OSError:
        # No line was ever written here.
        return Search(is_kept=True), []
    lines: list[KeptLine] = []
    deadline = time.monotonic() + MOST_SECONDS
    size = looked = 0
    for file in files:
        if size + file.size > MOST_BYTES or time.monotonic() > deadline:
            break
        lines += _lines_in(file, request_id)
        looked += 1
        size += file.size
    lines.sort(key=lambda line: line.time.timestamp() if line.time else 0.0)
    return (
        Search(
            is_kept=True,
            size=size,
            since=_since(files, looked),
            is_whole=looked == len(files),
            is_cut=len(lines) > MOST_LINES,
        ),
        lines[-MOST_LINES:],
    )


def _since(files: Sequence[LineFile], looked: int) -> datetime | None:
    if looked < len(files):
        return files[looked].last_written
    return min((file.begun for file in files), default=None)


def _lines_in(file: LineFile, request_id: str) -> Iterator[KeptLine]:
    try:
        data = file.path.read_bytes()
    except FileNotFoundError:
        # Removed meanwhile, for its age.
        return
    wanted = request_id.encode()
    at = data.find(wanted)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        if end < 0:
            # Still being written.
            return
        line = _parsed(data[start:end], request_id)
        if line is not None:
            yield line
        at = data.find(wanted, end)


def _parsed(text: bytes, request_id: str) -> KeptLine | None:
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(values, dict) or values.get("request_id") != request_id:
        return None
    return KeptLine(
        time=_moment(values.get("timestamp")),
        level=str(values.get("level", "")),
        event=str(values.get("event", "")),
        actor=str(values.get("actor", "")),
        values={name: value for name, value in values.items() if name not in _TAKEN},
    )


def _moment(text: object) -> datetime | None:
    try:
        return parse_datetime(str(text))
    except ValueError:
        return None
