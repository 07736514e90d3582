"""What happens at the door, kept as events: who came in, who failed, who was locked out."""

from __future__ import annotations

from typing import Any

from core.context import change_context, user_actor
from core.events.services import queue_event, unit_of_work
from core.identity.models import User

#: The stream of attempts on accounts that do not exist.
NOBODY = "nobody"


def _record(type_name: str, user_id: int | None, data: dict[str, Any] | None = None) -> None:
    stream = NOBODY if user_id is None else str(user_id)
    with unit_of_work():
        queue_event(stream_type="user", stream_id=stream, type=type_name, data=data or {})


def _record_own(type_name: str, user_id: int, data: dict[str, Any] | None = None) -> None:
    """As the person's own doing: at the door the request has no actor yet."""
    with change_context(actor=user_actor(user_id)):
        _record(type_name, user_id, data)


def _known(account: str) -> int | None:
    return User.objects.filter(email=account).values_list("pk", flat=True).first()


def record_failed_sign_in(*, account: str) -> None:
    """`user.sign_in_failed`, of the account if there is one, else of nobody: no address is kept."""
    _record("user.sign_in_failed", _known(account))


def record_lockout(*, account: str) -> None:
    """`user.locked_out`, as above."""
    _record("user.locked_out", _known(account))


def record_sign_in(*, user: User, second_factor: bool) -> None:
    """`user.signed_in`: everything asked for was given."""
    _record_own("user.signed_in", user.pk, {"second_factor": second_factor})


def record_sign_out(*, user: User) -> None:
    """`user.signed_out`."""
    _record_own("user.signed_out", user.pk)


def record_second_factor(*, user: User, step: str, kind: str) -> None:
    """`user.second_factor_added`, `…_removed` or `…_used`."""
    _record_own(f"user.second_factor_{step}", user.pk, {"kind": kind})
