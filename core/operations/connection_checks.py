"""Whether a pooled database connection is still good, without asking the database each time.

A session that has ended shows at once on the socket: something can be read that nobody asked for.
Only then, and after a while unused (a firewall may have forgotten the connection), is the database
asked; otherwise every request would pay for one more statement.
"""

from __future__ import annotations

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError
from psycopg.pq import ConnStatus
from psycopg_pool import ConnectionPool

UNUSED_SECONDS = 5.0
_ask = ConnectionPool.check_connection
_good_at: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


def check_connection(connection: Connection[Any]) -> None:
    """Raises psycopg.OperationalError when the connection is no longer good.

    One session that ended is seldom alone: a restart ends all. So its pool renews the idle ones
    too, before the request meets them one by one, each after a longer pause than the one before.
    """
    now = time.monotonic()
    is_recent = now - _good_at.get(connection, -UNUSED_SECONDS) < UNUSED_SECONDS
    if not is_recent or connection.pgconn.status != ConnStatus.OK or _has_news(connection):
        try:
            _ask(connection)
        except OperationalError:
            # Set while a request asks for the connection; one outside a pool has no such attribute.
            pool: ConnectionPool[Any] | None = getattr(connection, "_pool", None)
            if pool is not None:
                pool.drain()
            raise
    _good_at[connection] = now


def _has_news(connection: Connection[Any]) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def check_pools_cheaply() -> None:
    """From now on pools of this process check as above; Django leaves no choice of its own."""
    ConnectionPool.check_connection = staticmethod(check_connection)  # type: ignore[assignment,method-assign]
