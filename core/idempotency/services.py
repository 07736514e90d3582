"""Acting once: the claim commits first, the effect and its stored answer commit together."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from core.context import current_context
from core.errors import DomainError
from core.events.services import unit_of_work
from core.idempotency.errors import KeyMalformed, KeyReused, RequestInFlight
from core.idempotency.models import IdempotencyRecord
from core.identifiers import uuid7

#: A claim whose process died can be taken over after this.
LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=72)
_KEY = re.compile(r"[A-Za-z0-9_.:-]{8,128}")


class ClaimLostError(RuntimeError):
    """The lease ended while the request was carried out and somebody else took it over."""


@dataclass(frozen=True, slots=True)
class Once:
    """What makes two requests the same: caller, organization, route, key; and the hash of the body.

    `wait_seconds` is how long a second request waits for the first one's answer before it is told
    that the first is still in flight.
    """

    caller: str
    route: str
    key: str
    body_hash: str
    organization: str = ""
    kept: timedelta = KEPT
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON text; `replayed` when it is the stored one of an earlier request."""

    status: int
    body: str
    replayed: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def checked_key(key: str) -> str:
    """The key as sent. Raises KeyMalformed."""
    if not _KEY.fullmatch(key):
        raise KeyMalformed(field="Idempotency-Key")
    return key


def hash_of(data: Any) -> str:
    """A hash of JSON data that does not depend on the order of keys or on white space."""
    try:
        canonical = orjson.dumps(
            data, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
        )
    except orjson.JSONEncodeError:
        # Whole numbers beyond 64 bits, and lists within lists without end.
        canonical = json.dumps(data, default=str, sort_keys=True).encode()
    return hashlib.sha256(canonical).hexdigest()


def answer_once(
    once: Once, action: Callable[[], Answer], refuse: Callable[[DomainError], Answer]
) -> Answer:
    """Carry out `action` once for `once`; every repetition gets its stored answer.

    `action` runs in a unit of work that also stores its answer. A domain error is an answer too
    (made by `refuse`) and is stored, unless it may pass by itself (429 and 5xx): then the claim is
    given back. Call it outside of any transaction.
    Raises KeyReused, RequestInFlight, ClaimLostError.
    """
    record, stored = _claim(once)
    if stored is not None:
        return stored
    try:
        with unit_of_work():
            answer = action()
            _store(record, answer)
    except DomainError as error:
        if error.status == 429 or error.status >= 500:
            _release(record)
            raise
        answer = refuse(error)
        _store(record, answer)
    except BaseException:
        _release(record)
        raise
    return answer


def _claim(once: Once) -> tuple[IdempotencyRecord, Answer | None]:
    """The claim that is now ours, or the answer that is already there."""
    deadline = time.monotonic() + once.wait_seconds
    while True:
        record = _try_to_claim(once)
        if record is not None:
            return record, None
        found = IdempotencyRecord.objects.filter(
            caller=once.caller, organization=once.organization, route=once.route, key=once.key
        ).first()
        if found is not None:
            if found.body_hash != once.body_hash:
                raise KeyReused(field="Idempotency-Key")
            if found.status is not None:
                return found, Answer(found.status, found.body, replayed=True, headers=found.headers)
        if time.monotonic() >= deadline:
            raise RequestInFlight(retry_after=1)
        time.sleep(0.05)


def _try_to_claim(once: Once) -> IdempotencyRecord | None:
    """Insert the claim, or take over one that is expired or whose lease ended; in one statement."""
    now = timezone.now()
    record = IdempotencyRecord(
        id=uuid7(),
        caller=once.caller,
        organization=once.organization,
        route=once.route,
        key=once.key,
        body_hash=once.body_hash,
        lease_until=now + LEASE,
        request_id=current_context().request_id,
        expires_at=now + once.kept,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencyrecord AS held (id, caller, organization, route, key,"
            " body_hash, lease_until, request_id, status, body, headers, created_at, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL, '', '{}', %s, %s)"
            " ON CONFLICT (caller, organization, route, key) DO UPDATE SET id = EXCLUDED.id,"
            " body_hash = EXCLUDED.body_hash, lease_until = EXCLUDED.lease_until, status = NULL,"
            " body = '', headers = '{}', request_id = EXCLUDED.request_id,"
            " created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at"
            " WHERE held.expires_at <= %s OR (held.status IS NULL AND held.lease_until <= %s"
            " AND held.body_hash = EXCLUDED.body_hash) RETURNING id",
            [
                record.id,
                record.caller,
                record.organization,
                record.route,
                record.key,
                record.body_hash,
                record.lease_until,
                record.request_id,
                now,
                record.expires_at,
                *(now, now),
            ],
        )
        return record if cursor.fetchone() else None


def _store(record: IdempotencyRecord, answer: Answer) -> None:
    """Keep the answer with the claim. Raises ClaimLostError when the claim is no longer ours."""
    stored = IdempotencyRecord.objects.filter(pk=record.pk, status=None).update(
        status=answer.status, body=answer.body, headers=answer.headers
    )
    if not stored:
        raise ClaimLostError(record.key)


def _release(record: IdempotencyRecord) -> None:
    IdempotencyRecord.objects.filter(pk=record.pk, status=None).delete()


def forget_answers(*, pattern: str) -> int:
    """Forget records whose key or answer matches this regular expression; how many went.

    A request that is being answered at this moment keeps its claim.
    """
    mentioning = IdempotencyRecord.objects.annotate(
        _headers=Cast("headers", models.TextField())
    ).filter(
        Q(key__iregex=pattern) | Q(body__iregex=pattern) | Q(_headers__iregex=pattern),
        Q(status__isnull=False) | Q(lease_until__lt=timezone.now()),
    )
    deleted, _ = mentioning.delete()
    return deleted


def purge_expired(*, limit: int = 10_000) -> int:
    """Forget records whose time is over, at most `limit`; how many went."""
    ids = IdempotencyRecord.objects.filter(expires_at__lt=timezone.now()).values("pk")[:limit]
    deleted, _ = IdempotencyRecord.objects.filter(
        pk__in=list(ids.values_list("pk", flat=True))
    ).delete()
    return deleted
