"""The log lines of one request in words: the request itself, its tasks, everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.actors import actor_name
from core.admin.badges import badge
from core.context import Source
from core.operations.kept_lines import KeptLine, RequestLines, Search, TaskRun

_LEVEL_TONES = {"warning": "warning", "error": "danger", "critical": "danger"}
_TASK_STATES: dict[str, tuple[object, str]] = {
    "SUCCESS": (lazy_("succeeded"), "good"),
    "FAILURE": (lazy_("failed"), "danger"),
    "RETRY": (lazy_("tried again later"), "warning"),
}
#: Texts of several lines.
_BLOCKS = ("exception", "stack", "statement")
#: What stands elsewhere on the page.
_SHOWN_APART = frozenset({"task", "task_id", *_BLOCKS})
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A log line: `badge` is its level where that says more than that it was written."""

    time: datetime | None
    badge: str
    event: str
    details: str
    block: str


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """The request itself."""

    time: datetime | None
    what: str
    status: str
    spent: str
    sql: str
    actor: str


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A background task and what it wrote."""

    name: str
    badge: str
    sent_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    spent: str
    sql: str
    error: str
    lines: list[ShownLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownLines:
    """Everything that log lines tell, and how far they were looked through."""

    requests: list[ShownRequest]
    tasks: list[ShownTask]
    lines: list[ShownLine]
    search: str


def shown_lines(found: RequestLines) -> ShownLines:
    """The page's words for what was found."""
    return ShownLines(
        requests=[_request(line) for line in found.requests],
        tasks=[_task(run) for run in found.tasks],
        lines=[_line(line) for line in found.others],
        search=_searched(found.search),
    )


def _request(line: KeptLine) -> ShownRequest:
    told = line.values
    return ShownRequest(
        time=line.time,
        what=f"{told.get('method', '')} {told.get('route', '')}",
        status=str(told.get("status", "")),
        spent=_milliseconds(told.get("ms")),
        sql=_sql(told.get("sql_count"), told.get("sql_ms")),
        actor=actor_name(line.actor, Source.API),
    )


def _task(run: TaskRun) -> ShownTask:
    return ShownTask(
        name=run.name or run.task_id,
        badge=_state(run),
        sent_at=run.sent_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        spent=_milliseconds(run.ms),
        sql=_sql(run.sql_count, run.sql_ms),
        error=run.error,
        lines=[_line(line) for line in run.lines],
    )


def _state(run: TaskRun) -> str:
    if run.ended_at is not None:
        text, tone = _TASK_STATES.get(run.state, (run.state, "plain"))
        return badge(text, tone)
    return badge(_("running"), "info") if run.started_at else badge(_("queued"), "plain")


def _line(line: KeptLine) -> ShownLine:
    told = {name: value for name, value in line.values.items() if name not in _SHOWN_APART}
    return ShownLine(
        time=line.time,
        badge=badge(line.level, _LEVEL_TONES.get(line.level, "plain")),
        event=line.event,
        details=" · ".join(f"{name}={value}" for name, value in told.items()),
        block="\n".join(str(line.values[name]) for name in _BLOCKS if name in line.values),
    )


def _milliseconds(ms: Any) -> str:
    return "" if ms is None else _("%(count)s ms") % {"count": number_format(ms)}


def _sql(count: Any, ms: Any) -> str:
    if count is None:
        return ""
    told: str = _("%(count)s SQL statements, %(ms)s ms") % {
        "count": number_format(count),
        "ms": number_format(ms or 0),
    }
    return told


def _searched(search: Search) -> str:
    """How far the lines were looked through, so that nobody takes silence for an answer."""
    if not search.is_kept:
        return _(
            "Log lines are not kept on this machine (TRADEPOST_LOG_LINES_DIR): search for this id "
            "where your logs are collected."
        )
    if search.since is None:
        return _("No log lines are kept on this machine yet.")
    since = date_format(localtime(search.since), "DATETIME_FORMAT")
    size = number_format(search.size / _MIB, 1)
    if search.is_whole:
        told = _(
            "Looked through all log lines kept on this machine: %(mib)s MiB, back to %(time)s."
        )
    else:
        told = _(
            "Looked through the newest %(mib)s MiB of the log lines of this machine, back to "
            "%(time)s; older ones were not looked through."
        )
    told = told % {"mib": size, "time": since}
    if search.is_cut:
        told += " " + _("Only the newest lines found are shown.")
    return str(told)
