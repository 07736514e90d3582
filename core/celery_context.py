"""The context rides in the headers of every Celery message and is in force while a task runs.

Celery's own signals, not Django's: this is transport, no domain rule.
"""

from __future__ import annotations

import contextlib
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from core.context import Context, Source, context_in_force, new_request_id, use_context
from core.operations.measuring import SqlCost, sql_measured
from core.operations.request_log import slow_statements
from core.operations.services import keep_slow_operations

HEADER = "tradepost_context"
_running: dict[str, contextlib.ExitStack] = {}


@before_task_publish.connect(weak=False)
def add_context(headers: dict[str, Any], **_: Any) -> None:
    """Every message names the request it came from; one that beat sends starts a request."""
    context = context_in_force() or Context(request_id=new_request_id())
    headers.setdefault(HEADER, context.as_dict())


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
    stack.callback(_keep_slow, stack.enter_context(sql_measured()), task.name, context.actor)
    _running[task_id] = stack


def _keep_slow(cost: SqlCost, task_name: str, actor: str) -> None:
    if cost.slow:
        keep_slow_operations(
            operations=slow_statements(cost, method="", route=task_name, actor=actor)
        )


@task_postrun.connect(weak=False)
def leave_context(task_id: str, **_: Any) -> None:
    """Undo `enter_context`."""
    stack = _running.pop(task_id, None)
    if stack is not None:
        stack.close()
