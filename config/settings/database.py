"""PostgreSQL, the only database."""

from typing import Any

from environs import validate
from pghistory.config import ForeignKey

from .environment import env

_DEFAULT: dict[str, Any] = (
    env.dj_db_url(
        "DATABASE_URL", "postgresql:///tradepost", conn_max_age=600, conn_health_checks=True
    )
    or {}
)
# Longer is a defect or an attack; a migration of a large table may be given more, or 0 for no end.
_STATEMENT_TIMEOUT_MS: int = env.int("TRADEPOST_STATEMENT_TIMEOUT_MS", 60_000)
_DEFAULT["OPTIONS"] = _DEFAULT.get("OPTIONS", {}) | {
    "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS} -c lock_timeout=15000"
    " -c timezone=UTC",
}
DATABASES = {"default": _DEFAULT}

# The history's context is set with the statement it belongs to; see core/history.
PGHISTORY_APPEND_ONLY = True
# History is read by the record it is of, never by what that record pointed to.
PGHISTORY_FOREIGN_KEY_FIELD = ForeignKey(db_index=False)

# Older months are taken out of the event table, into tables of their own; nothing is deleted.
EVENT_RETENTION_YEARS: int = env.int(
    "TRADEPOST_EVENT_RETENTION_YEARS", 7, validate=validate.Range(min=1)
)
