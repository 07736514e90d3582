"""PostgreSQL, the only database: connections, their pool, and the time limits on them."""

import sys
from pathlib import Path
from typing import Any

from environs import validate
from pghistory.config import ForeignKey

from .environment import env

_MIGRATING = frozenset({"migrate", "prepare_installation"})


def kind_of_process(argv: list[str]) -> str:
    """ "worker" for Celery, "migrate" or "command" by the command line.

    A web server says so itself: `config.wsgi` sets TRADEPOST_PROCESS.
    """
    if "celery" in Path(argv[0]).parts or Path(argv[0]).name == "celery":
        return "worker"
    return "migrate" if _MIGRATING.intersection(argv[1:2]) else "command"


_DEFAULT: dict[str, Any] = (
    env.dj_db_url("DATABASE_URL", "postgresql:///tradepost", conn_health_checks=True) or {}
)

PROCESS_KIND: str = env.str(
    "TRADEPOST_PROCESS",
    kind_of_process(sys.argv),
    validate=validate.OneOf(["web", "worker", "command", "migrate"]),
)
# Milliseconds that a statement may run, that it may wait for a lock, and that a transaction may
# sit idle; 0 is no end. Longer is a defect or an attack, except for the migration of a large table.
_LIMITS: dict[str, tuple[int, int, int]] = {
    "web": (15_000, 5_000, 60_000),
    "worker": (60_000, 15_000, 600_000),
    "command": (60_000, 15_000, 600_000),
    "migrate": (0, 0, 0),
}
_STATEMENT_MS, _LOCK_MS, _IDLE_MS = _LIMITS.get(PROCESS_KIND, _LIMITS["command"])
_STATEMENT_MS = env.int("TRADEPOST_STATEMENT_TIMEOUT_MS", _STATEMENT_MS)
_LOCK_MS = env.int("TRADEPOST_LOCK_TIMEOUT_MS", _LOCK_MS)
_IDLE_MS = env.int("TRADEPOST_IDLE_TRANSACTION_TIMEOUT_MS", _IDLE_MS)
_DEFAULT["OPTIONS"] = _DEFAULT.get("OPTIONS", {}) | {
    "options": f"-c statement_timeout={_STATEMENT_MS} -c lock_timeout={_LOCK_MS}"
    f" -c idle_in_transaction_session_timeout={_IDLE_MS} -c timezone=UTC",
    "connect_timeout": 5,
}

# Connections that one web process shares among its threads; 0 gives each thread one of its own, as
# workers and commands have: a pool does not outlive the fork of a Celery worker.
DB_POOL_MIN: int = env.int("TRADEPOST_DB_POOL_MIN", 1, validate=validate.Range(min=0))
DB_POOL_MAX: int = env.int("TRADEPOST_DB_POOL_MAX", 8, validate=validate.Range(min=0))
if PROCESS_KIND == "web" and DB_POOL_MAX:
    _DEFAULT["OPTIONS"]["pool"] = {
        "min_size": min(DB_POOL_MIN, DB_POOL_MAX),
        "max_size": DB_POOL_MAX,
        # Seconds: for a free connection, and until an idle one above the minimum is closed.
        "timeout": 3,
        "max_idle": 300,
        # Of trying to reach the database again by itself, at ever longer intervals, in which no
        # request tries: short, so that a request soon tries anew.
        "reconnect_timeout": 1,
    }
else:
    _DEFAULT["CONN_MAX_AGE"] = 600
# PgBouncer in transaction mode hands each transaction another session: no cursor may outlive it.
_DEFAULT["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("TRADEPOST_TRANSACTION_POOLER", False)
DATABASES = {"default": _DEFAULT}

# The history's context is set with the statement it belongs to; see core/history.
PGHISTORY_APPEND_ONLY = True
# History is read by the record it is of, never by what that record pointed to.
PGHISTORY_FOREIGN_KEY_FIELD = ForeignKey(db_index=False)

# Older months are taken out of the event table, into tables of their own; nothing is deleted.
EVENT_RETENTION_YEARS: int = env.int(
    "TRADEPOST_EVENT_RETENTION_YEARS", 7, validate=validate.Range(min=1)
)
