"""The context rides in the headers of every Celery message and is in force while a task runs.

Celery's own signals, not Django's: this is transport, no domain rule.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import structlog
from celery.signals import after_task_publish, before_task_publish, task_postrun, task_prerun

from core.context import Context, Source, context_in_force, new_request_id, use_context
from core.operations.measuring import SqlCost, sql_measured
from core.operations.request_log import slow_statements
from core.operations.services import keep_slow_operations

log = structlog.get_logger(__name__)

HEADER = "tradepost_context"
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class _Running:
    stack: contextlib.ExitStack
    cost: SqlCost
    started: float
    name: str


_running: dict[str, _Running] = {}


@before_task_publish.connect(weak=False)
def add_context(headers: dict[str, Any], **_: Any) -> None:
    """Every message names the request it came from; one that beat sends starts a request."""
    context = context_in_force() or Context(request_id=new_request_id())
    headers.setdefault(HEADER, context.as_dict())


@after_task_publish.connect(weak=False)
def tell_sent(sender: str, headers: dict[str, Any], **_: Any) -> None:
    """A line of the request that sent the task, with the id that the task's own lines carry."""
    sent = headers[HEADER]
    log.info("task_sent", task=sender, task_id=headers["id"], request_id=sent["request_id"])


@task_prerun.connect(weak=False)
def enter_context(task_id: str, task: Any, **_: Any) -> None:
    """The task acts in the context of its sender, through the door `task`."""
    sent: dict[str, Any] = getattr(task.request, HEADER, None) or {}
    context = Context(
        request_id=sent.get("request_id") or new_request_id(),
        actor=sent.get("actor") or "system",
        source=Source.TASK,
        organization_id=sent.get("organization_id"),
        reason=sent.get("reason") or "",
    )
    stack = contextlib.ExitStack()
    stack.enter_context(use_context(context))
    stack.enter_context(structlog.contextvars.bound_contextvars(task_id=task_id))
    cost = stack.enter_context(sql_measured())
    stack.callback(_keep_slow, cost, task.name, context.actor)
    _running[task_id] = _Running(stack, cost, time.perf_counter(), task.name)
    log.info("task_started", task=task.name)


def _keep_slow(cost: SqlCost, task_name: str, actor: str) -> None:
    if cost.slow:
        keep_slow_operations(
            operations=slow_statements(cost, method="", route=task_name, actor=actor)
        )


@task_postrun.connect(weak=False)
def leave_context(task_id: str, state: str = "", retval: Any = None, **_: Any) -> None:
    """Tell how the task ended and what it cost, and undo `enter_context`."""
    running = _running.pop(task_id, None)
    if running is None:
        return
    with running.stack:
        facts: dict[str, Any] = {
            "task": running.name,
            "state": state,
            "ms": round((time.perf_counter() - running.started) * 1000, 1),
            "sql_count": running.cost.count,
            "sql_ms": running.cost.ms,
        }
        if isinstance(retval, BaseException):
            facts["error"] = f"{type(retval).__name__}: {retval}"[:LONGEST_ERROR]
        log.info("task_ended", **facts)
