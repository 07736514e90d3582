"""Writing events: in the transaction of the change, with gapless positions and a hash chain."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from core.context import Context, current_context
from core.events.chain import event_hash
from core.events.models import Event, EventDelivery
from core.events.registry import Subscriber, choose_subscribers, event_type
from core.events.schemas import validate_data
from core.history.context import history_context
from core.identifiers import uuid7
from core.uploads.services import settle_uploads

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

#: The relay leaves a prompt delivery alone for so long: the committing process does it first.
PROMPT_GRACE = timedelta(seconds=3)


class OutsideUnitOfWorkError(RuntimeError):
    """An event was emitted outside `unit_of_work()`: it would not share the change's fate."""


class FloatInEventError(TypeError):
    """A float in an event's data: PostgreSQL may write it back otherwise, which breaks the hash."""


def _refuse_float(text: str) -> float:
    raise FloatInEventError(f"{text}: send a Decimal or a whole number")


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """What `queue_event` keeps until the unit of work ends, with the context in force then."""

    stream_type: str
    stream_id: str
    type: str
    data: dict[str, Any]
    context: Context


_queue: ContextVar[list[QueuedEvent] | None] = ContextVar("tradepost_event_queue", default=None)


@contextlib.contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction with its history context and its events.

    The outermost block writes the events queued inside it as its last statements, so that the
    locks on the streams' heads are held shortest. A nested block is a savepoint: when it fails,
    its events are dropped with its changes.
    """
    queue = _queue.get()
    if queue is not None:
        mark = len(queue)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del queue[mark:]
            raise
        return
    queue = []
    token = _queue.set(queue)
    try:
        with history_context(), transaction.atomic():
            yield
            if queue:
                _write_events(queue)
            # What runs on commit is no part of this unit: its events need one of their own.
            _queue.set(None)
    finally:
        _queue.reset(token)
        settle_uploads()


def in_unit_of_work(
    service: Callable[Parameters, Result],
) -> Callable[Parameters, Result]:
    """Decorator: the service runs in a unit of work of its own, or joins its caller's."""

    @functools.wraps(service)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with unit_of_work():
            return service(*args, **kwargs)

    return run


def joining_unit_of_work(
    service: Callable[Parameters, Result],
) -> Callable[Parameters, Result]:
    """Decorator: as `in_unit_of_work`, but in its caller's unit the service has no savepoint.

    For a service that is one statement and has changed nothing when it raises: it spares the two
    round trips, while locks are held.
    """
    in_its_own = in_unit_of_work(service)

    @functools.wraps(service)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        chosen = in_its_own if _queue.get() is None else service
        return chosen(*args, **kwargs)

    return run


def queue_event(*, stream_type: str, stream_id: str, type: str, data: dict[str, Any]) -> None:  # noqa: A002
    """Queue one event for the unit of work in force.

    Raises OutsideUnitOfWorkError, UnknownEventTypeError, FloatInEventError, and
    InvalidEventDataError when the data is not of the shape the type declares.
    """
    queue = _queue.get()
    if queue is None:
        raise OutsideUnitOfWorkError(type)
    declared = event_type(type)
    ready = json.loads(json.dumps(data, cls=DjangoJSONEncoder), parse_float=_refuse_float)
    validate_data(type, declared.schema, ready)
    queue.append(QueuedEvent(stream_type, stream_id, type, ready, current_context()))


def _lock_heads(streams: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
    """Position and hash of each stream, its head locked, in one order for everybody."""
    rows = sorted(set(streams))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_streamhead AS head (stream_type, stream_id, position, hash)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[])"
            " ON CONFLICT (stream_type, stream_id) DO UPDATE SET position = head.position"
            " RETURNING stream_type, stream_id, position, hash",
            [
                [stream_type for stream_type, _ in rows],
                [stream_id for _, stream_id in rows],
                [0] * len(rows),
                [""] * len(rows),
            ],
        )
        return {(t, i): (position, digest) for t, i, position, digest in cursor.fetchall()}


def _save_heads(heads: dict[tuple[str, str], tuple[int, str]]) -> None:
    keys = list(heads)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_streamhead AS head SET position = new.position, hash = new.hash"
            " FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[])"
            " AS new (stream_type, stream_id, position, hash)"
            " WHERE head.stream_type = new.stream_type AND head.stream_id = new.stream_id",
            [
                [key[0] for key in keys],
                [key[1] for key in keys],
                [heads[key][0] for key in keys],
                [heads[key][1] for key in keys],
            ],
        )


def _write_events(queue: list[QueuedEvent]) -> None:
    """Append the queued events and what is to be delivered; wake the relay after the commit."""
    now = timezone.now()
    # Asked before the heads are locked, which should be held shortest.
    subscribers = choose_subscribers(frozenset(queued.type for queued in queue))
    heads = _lock_heads([(queued.stream_type, queued.stream_id) for queued in queue])
    events: list[Event] = []
    for queued in queue:
        stream = (queued.stream_type, queued.stream_id)
        position, digest = heads[stream]
        event = Event(
            id=uuid7(),
            stream_type=queued.stream_type,
            stream_id=queued.stream_id,
            position=position + 1,
            type=queued.type,
            schema_version=event_type(queued.type).version,
            data=queued.data,
            actor=queued.context.actor,
            source=str(queued.context.source),
            request_id=queued.context.request_id,
            reason=queued.context.reason,
            occurred_at=now,
            previous_hash=digest,
        )
        heads[stream] = (position + 1, event_hash(event))
        events.append(event)
    Event.objects.bulk_create(events)
    _save_heads(heads)
    _queue_deliveries(events, subscribers)


def _queue_deliveries(events: list[Event], subscribers: dict[str, list[Subscriber]]) -> None:
    from core.events import relay  # noqa: PLC0415  (the relay imports this module)

    now = timezone.now()
    wanted = [(event, target) for event in events for target in subscribers[event.type]]
    EventDelivery.objects.bulk_create(
        EventDelivery(
            event_id=event.id,
            subscriber=target.name,
            stream_type=event.stream_type,
            stream_id=event.stream_id,
            position=event.position,
            next_attempt_at=now + PROMPT_GRACE if target.prompt else now,
        )
        for event, target in wanted
    )
    prompt = [event for event in events if any(t.prompt and e is event for e, t in wanted)]
    if prompt:
        transaction.on_commit(functools.partial(relay.deliver_prompt, prompt))
    if any(not target.prompt for _, target in wanted):
        relay.wake_relay()
