"""References to a merged record that were under way when it was merged.

PostgreSQL looks at a foreign key when the transaction commits. One that had read the record before
and commits after the merge leaves a reference to the record that was switched off; once no such
transaction is left, what they left is re-pointed.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from core.errors import Retryable
from core.events.models import Event
from core.references.masters import master_of_stream
from core.references.plans import moving_fields
from core.references.services import repoint

#: From writing the event to its commit: what began in between may have read the old state.
COMMIT_GRACE = timedelta(milliseconds=500)
#: Nothing that people or jobs do is a transaction of this length; what is, is not waited for.
LONGEST_WAIT = timedelta(minutes=2)


class EarlierTransactionRuns(Retryable):
    """A transaction that began before the merge is not over."""


def move_stragglers(event: Event) -> None:
    """Re-point what still refers to the merged record; tell by another event of the same kind.

    A record that was removed has none: its foreign keys refuse. One that was restored keeps its
    own. Raises EarlierTransactionRuns, to be called again.
    """
    master = master_of_stream(event.stream_type)
    if master is None or event.data["removed"]:
        return
    _require_earlier_over(event)
    rows = master.model._default_manager
    kept = rows.filter(pk=event.stream_id).first()
    merged = rows.filter(pk=event.data["merged_id"], is_active=False).first()
    if kept is None or merged is None:
        return
    moved = {
        one.label: repoint(one, kept=kept, merged=merged) for one in moving_fields(master.model)
    }
    if any(moved.values()):
        kept.emit_event(  # type: ignore[attr-defined]
            event.type,
            {**event.data, "moved": {label: count for label, count in moved.items() if count}},
        )


def _require_earlier_over(event: Event) -> None:
    if timezone.now() - event.occurred_at > LONGEST_WAIT:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND xact_start < %s)",
            [event.occurred_at + COMMIT_GRACE],
        )
        if cursor.fetchone()[0]:
            raise EarlierTransactionRuns
