"""Where somebody is signed in, and ending that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from core.errors import NotFound
from core.events.services import in_unit_of_work
from core.identity.devices import device_name
from core.identity.models import User

#: A session's address and time of the last request are written at most this often.
NOTE_EVERY_SECONDS = 60
#: The latest ones are shown.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place where somebody is signed in; `id` is no secret and opens nothing."""

    id: int
    device: str
    address: str
    started: datetime
    last_seen: datetime
    is_current: bool


def sessions_of(user: Any, *, current_key: str | None = None) -> list[SignedIn]:
    """Where the person is signed in now, latest first; two queries."""
    rows = list(UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at")[:MOST_SHOWN])
    keys = [row.session_key for row in rows]
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [
        SignedIn(
            id=row.pk,
            device=device_name(row.user_agent),
            address=row.ip,
            started=row.created_at,
            last_seen=row.last_seen_at,
            is_current=row.session_key == current_key,
        )
        for row in rows
        if row.session_key in alive
    ]


def note_session(*, request: HttpRequest) -> None:
    """Write down from where this session was used last, at most once a minute.

    With Valkey away nothing is written: the request itself matters more.
    """
    if cache.add(f"session-noted:{request.session.session_key}", 1, timeout=NOTE_EVERY_SECONDS):
        UserSession.objects.create_from_request(request)


@in_unit_of_work
def end_session(*, user: User, session_id: int) -> None:
    """Sign the person out there, from the next request on. Raises NotFound."""
    row = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if row is None:
        raise NotFound()
    _end(user, [row.session_key])


@in_unit_of_work
def end_other_sessions(*, user: User, current_key: str | None) -> int:
    """Sign the person out everywhere but at `current_key`; how many sessions ended."""
    rows = UserSession.objects.filter(user_id=user.pk).exclude(session_key=current_key or "")
    return _end(user, list(rows.values_list("session_key", flat=True)))


def _end(user: User, keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    count: int = UserSession.objects.filter(session_key__in=keys).delete()[0]
    if count:
        user.emit_event("user.sessions_ended", {"count": count})
    return count
