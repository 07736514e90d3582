"""Who acts, through which door, for which request: one context for logs, events, history, errors.

Doors set it (`use_context`), everything below only reads it (`current_context`).
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import structlog

SYSTEM_ACTOR = "system"


class Source(StrEnum):
    """The door through which a change came."""

    ADMIN = "admin"
    API = "api"
    TASK = "task"
    SYNC = "sync"
    WEBHOOK = "webhook"
    IMPORT = "import"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Context:
    """`actor` is "system" or "user:<id>"; ids only, never a name or an address."""

    request_id: str
    actor: str = SYSTEM_ACTOR
    source: Source = Source.TASK
    organization_id: str | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, str | None]:
        """A JSON-ready copy, as Celery headers and history rows carry it."""
        return asdict(self)


@dataclass(slots=True)
class Caller:
    """Who was let in, and for which organization, as far as a block has found out."""

    actor: str = SYSTEM_ACTOR
    organization_id: str | None = None


_current: ContextVar[Context | None] = ContextVar("tradepost_context", default=None)
_caller: ContextVar[Caller | None] = ContextVar("tradepost_caller", default=None)


def new_request_id() -> str:
    """A fresh request id."""
    return uuid.uuid4().hex


def context_in_force() -> Context | None:
    """The context that a door has set; None outside any door."""
    return _current.get()


def current_context() -> Context:
    """The context in force; outside any door, the system's, with a fresh id."""
    context = _current.get()
    if context is None:
        context = Context(request_id=new_request_id())
        _current.set(context)
    return context


@contextlib.contextmanager
def use_context(context: Context) -> Iterator[Context]:
    """Put `context` in force for the block, in the logs as well."""
    token = _current.set(context)
    caller = _caller.get()
    if caller is not None:
        caller.actor = context.actor if context.actor != SYSTEM_ACTOR else caller.actor
        caller.organization_id = context.organization_id or caller.organization_id
    logged = {"request_id": context.request_id, "actor": context.actor, "source": context.source}
    if context.organization_id is not None:
        logged["organization_id"] = context.organization_id
    bound = structlog.contextvars.bind_contextvars(**logged)
    try:
        yield context
    finally:
        structlog.contextvars.reset_contextvars(**bound)
        _current.reset(token)


@contextlib.contextmanager
def caller_noted() -> Iterator[Caller]:
    """Tells after the block who was let in inside it: contexts deeper down are gone by then."""
    caller = Caller()
    token = _caller.set(caller)
    try:
        yield caller
    finally:
        _caller.reset(token)


@contextlib.contextmanager
def change_context(
    *,
    actor: str | None = None,
    source: Source | None = None,
    reason: str | None = None,
    organization_id: str | None = None,
) -> Iterator[Context]:
    """The context in force with the given parts replaced."""
    context = current_context()
    given = {
        "actor": actor,
        "source": source,
        "reason": reason,
        "organization_id": organization_id,
    }
    with use_context(
        replace(context, **{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    ) as changed:
        yield changed


def user_actor(user_id: int) -> str:
    """The actor's name for a signed-in user."""
    return f"user:{user_id}"
