"""Setting up connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from integrations.zoho.errors import NoConnection
from integrations.zoho.models import Connection, ConnectionState

#: What the way in and the key to it are made of.
KEY_FIELDS = (
    "accounts_url",
    "api_url",
    "zoho_organization_id",
    "client_id",
    "client_secret",
    "refresh_token",
)
#: What people may edit.
EDITABLE_FIELDS = ("name", *KEY_FIELDS, "requests_per_minute", "is_active")
_FRESH_KEYS = {
    "access_token": "",
    "access_token_expires_at": None,
    "token_retry_at": None,
    "state": ConnectionState.CONNECTED,
    "last_error": "",
}
_FRESH_LIMITS = {
    "gate_closed_until": None,
    "gate_reason": "",
    "daily_limit": None,
    "daily_remaining": None,
}


@in_unit_of_work
def create_connection(*, values: Mapping[str, Any]) -> Connection:
    """A new connection with the fields given; emits `zoho_connection.created`.

    Raises ValidationError.
    """
    return create_and_tell(row=Connection(**editable(values, EDITABLE_FIELDS)))


@in_unit_of_work
def update_connection(
    *, connection: Connection, values: Mapping[str, Any], expected_version: int | None = None
) -> Connection:
    """The connection with the fields given; emits `zoho_connection.updated`.

    New keys start afresh: the old token and state go; with another Zoho organization also how far
    it was read and its limits. Raises StaleVersion, ValidationError.
    """
    stored = lock_row(connection, expected_version=expected_version)
    given = editable(values, EDITABLE_FIELDS)
    changed = {name for name, value in given.items() if getattr(stored, name) != value}
    also: dict[str, Any] = dict(_FRESH_KEYS) if changed & set(KEY_FIELDS) else {}
    if "zoho_organization_id" in changed:
        stored.cursors.all().delete()
        also |= _FRESH_LIMITS
    return update_and_tell(row=stored, values=given, also=also)


def active_connection() -> Connection:
    """The connection in use. Raises NoConnection when there is none or a person must mend it."""
    connection = Connection.objects.filter(is_active=True).first()
    if connection is None or connection.state != ConnectionState.CONNECTED:
        raise NoConnection
    return connection


def is_gate_closed(connection: Connection) -> bool:
    """Whether Zoho's limits keep everybody from calling at present."""
    until = connection.gate_closed_until
    return until is not None and until > timezone.now()
