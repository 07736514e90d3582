"""The kinds of jobs. Applications declare theirs in `ready()`; no other kind can be queued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs.models import Job


class UnknownJobKindError(LookupError):
    """A job was queued whose kind nobody declared."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """`label` is translatable; `permission` ("app.codename") is needed to start, cancel or retry.

    `start` queues the same work as a finished job once more; `start_new` queues it when it takes no
    parameters. Either is None where that cannot be done; both may refuse with a DomainError.
    """

    name: str
    label: Any
    permission: str
    start: Callable[[Job], Job] | None
    start_new: Callable[[], Job] | None


_kinds: dict[str, JobKind] = {}


def declare_job_kind(
    kind: str,
    *,
    label: Any,
    permission: str,
    start: Callable[[Job], Job] | None = None,
    start_new: Callable[[], Job] | None = None,
) -> None:
    """Add a kind of job. Applications call it in `ready()`."""
    _kinds[kind] = JobKind(kind, label, permission, start, start_new)


def job_kind(name: str) -> JobKind:
    """The declared kind. Raises UnknownJobKindError."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownJobKindError(name) from None


def find_job_kind(name: str) -> JobKind | None:
    """The declared kind; None when the code no longer has it."""
    return _kinds.get(name)


def job_kinds() -> list[JobKind]:
    """All declared kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_label(name: str) -> str:
    """The kind in the language in force; one that the code no longer has as it is."""
    kind = _kinds.get(name)
    return str(kind.label) if kind else name
