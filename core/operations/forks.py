"""A pool of database connections is its process's own: a forked child starts with none.

Granian and Celery start their processes before anything is connected. A server that loads the
application first and forks then would otherwise share sockets between processes.
"""

from __future__ import annotations

import os
from typing import Any

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

#: Kept without being looked at: to close what is inherited would end the parent's sessions.
_inherited: list[Any] = []


def _leave_pools_to_the_parent() -> None:
    pools: dict[str, Any] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
    if not pools:
        return
    _inherited.append(dict(pools))
    pools.clear()
    for connection in connections.all(initialized_only=True):
        _inherited.append(connection.connection)
        connection.connection = None


def guard_forks() -> None:
    """From now on every forked child makes a pool of its own."""
    os.register_at_fork(after_in_child=_leave_pools_to_the_parent)
