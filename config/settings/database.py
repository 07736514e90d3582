"""PostgreSQL, the only database."""

from pghistory.config import ForeignKey

from .environment import env

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL", "postgresql:///tradepost", conn_max_age=600, conn_health_checks=True
    )
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].update(
    {
        # A statement that runs longer than this is a defect or an attack, except in migrations,
        # which raise it for themselves.
        "options": "-c statement_timeout=60000 -c lock_timeout=15000 -c timezone=UTC",
    }
)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False

# The history's context is set with the statement it belongs to; see core/history.
PGHISTORY_APPEND_ONLY = True
# History is read by the record it is of, never by what that record pointed to.
PGHISTORY_FOREIGN_KEY_FIELD = ForeignKey(db_index=False)
