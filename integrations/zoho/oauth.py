"""Access tokens: cached on the connection's row, fetched by one worker at a time.

Zoho gives ten tokens in ten minutes, so the row is locked while one is fetched and everybody else
takes what that worker stored. Tokens are never logged.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.errors import Retryable
from core.http import Reply, outbound_client
from integrations.zoho.errors import ConnectionUnusable, GateClosed, ZohoTrouble
from integrations.zoho.models import Connection, ConnectionState

log = structlog.get_logger(__name__)

#: A token is replaced so long before it ends.
MARGIN = timedelta(seconds=120)
COOL_DOWN = timedelta(minutes=10)
LONGEST_REFRESH_SECONDS = 10.0
#: What a person must do, by the error Zoho answers.
_STATES = {
    "invalid_code": ConnectionState.NEEDS_AUTHORIZATION,
    "invalid_client": ConnectionState.MISCONFIGURED,
    "invalid_client_secret": ConnectionState.MISCONFIGURED,
    "invalid_redirect_uri": ConnectionState.MISCONFIGURED,
}


def refuse_unusable(connection: Connection) -> None:
    """Raise ConnectionUnusable unless the connection is active and authorized."""
    if not connection.is_active:
        raise ConnectionUnusable("the Zoho connection is switched off")
    if connection.state != ConnectionState.CONNECTED:
        state = ConnectionState(connection.state).label
        raise ConnectionUnusable(f"the Zoho connection {state}: {connection.last_error}")


def usable_token(connection: Connection, *, rejected: str = "") -> str:
    """The stored access token, or "" when there is none that may still be good."""
    expires = connection.access_token_expires_at
    if not connection.access_token or connection.access_token == rejected:
        return ""
    return connection.access_token if expires and expires > timezone.now() + MARGIN else ""


def access_token(*, connection_id: int, rejected: str = "") -> str:
    """A token that Zoho has not rejected yet; a new one is fetched when needed.

    `rejected` is the token that just failed: whoever holds the lock first replaces it, the others
    take the replacement. Raises ConnectionUnusable, GateClosed (token throttle), ZohoTrouble.
    """
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection_id)
        refuse_unusable(row)
        token = usable_token(row, rejected=rejected)
        if token:
            return token
        if row.token_retry_at and row.token_retry_at > timezone.now():
            raise GateClosed(until=row.token_retry_at, reason="Zoho gives no new token for now")
        problem = _fetch(row)
        # These alone: a secret that is encrypted anew would look like an edit of the connection.
        row.save(update_fields=_WRITTEN)
    if problem is not None:
        raise problem
    return row.access_token


_WRITTEN = [
    "access_token",
    "access_token_issued_at",
    "access_token_expires_at",
    "token_retry_at",
    "state",
    "last_error",
]


def _fetch(row: Connection) -> Exception | None:
    """Ask for a token and put the outcome on `row`; the error to raise once that is saved."""
    try:
        reply = outbound_client(
            name=f"zoho-accounts-{row.pk}",
            timeout_seconds=min(LONGEST_REFRESH_SECONDS, settings.ZOHO_TIMEOUT_SECONDS),
        ).send(
            "POST",
            f"{row.accounts_url.rstrip('/')}/oauth/v2/token",
            headers={"content-type": "application/x-www-form-urlencoded"},
            content=_form(row),
        )
    except Retryable as error:
        return ZohoTrouble(f"no access token: {error}", is_outcome_unknown=False)
    body = _body(reply)
    if isinstance(body.get("access_token"), str) and body["access_token"]:
        _store(row, body)
        return None
    return _refusal(row, body, reply.status)


def _form(row: Connection) -> bytes:

    return urlencode(
        {
            "grant_type": "refresh_token",
            "refresh_token": row.refresh_token,
            "client_id": row.client_id,
            "client_secret": row.client_secret,
        }
    ).encode()


def _body(reply: Reply) -> dict[str, Any]:
    try:
        body = json.loads(reply.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _store(row: Connection, body: dict[str, Any]) -> None:
    now = timezone.now()
    try:
        life = int(body.get("expires_in") or 3600)
    except (TypeError, ValueError):
        life = 3600
    row.access_token = body["access_token"]
    row.access_token_issued_at = now
    row.access_token_expires_at = now + timedelta(seconds=max(life, 300))
    row.token_retry_at = None
    row.last_error = ""
    log.info("zoho_token_refreshed", connection=row.pk)


def _refusal(row: Connection, body: dict[str, Any], status: int) -> Exception:
    error = str(body.get("error", ""))[:100]
    if error in _STATES:
        row.state = _STATES[error]
        row.access_token = ""
        row.last_error = f"Zoho answered {error}"
        log.error("zoho_connection_unusable", connection=row.pk, error=error)
        return ConnectionUnusable(f"Zoho refused the connection's key: {error}")
    if error == "Access Denied" or status == 429:
        row.token_retry_at = timezone.now() + COOL_DOWN
        return GateClosed(until=row.token_retry_at, reason="Zoho gives no new token for now")
    return ZohoTrouble(f"no access token: status {status}", is_outcome_unknown=False)
