"""Setting up connections."""

from __future__ import annotations

from django.utils import timezone

from core.events.services import in_unit_of_work
from integrations.zoho.errors import NoConnection
from integrations.zoho.models import Connection, ConnectionState


@in_unit_of_work
def save_connection(*, connection: Connection) -> Connection:
    """Store a new or edited connection. New keys start afresh: the old token and state go.

    Raises ValidationError.
    """
    before = Connection.objects.filter(pk=connection.pk).first()
    keys = (
        "accounts_url",
        "api_url",
        "zoho_organization_id",
        "client_id",
        "client_secret",
        "refresh_token",
    )
    if before is None or any(getattr(before, key) != getattr(connection, key) for key in keys):
        connection.access_token = ""
        connection.access_token_expires_at = None
        connection.token_retry_at = None
        connection.state = ConnectionState.CONNECTED
        connection.last_error = ""
    if before is not None and before.zoho_organization_id != connection.zoho_organization_id:
        before.cursors.all().delete()
        connection.gate_closed_until = None
        connection.gate_reason = ""
        connection.daily_limit = connection.daily_remaining = None
    connection.full_clean()
    connection.save()
    return connection


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
