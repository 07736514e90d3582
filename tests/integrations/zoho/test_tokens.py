"""Access tokens: one refresh for all, no loop on a refusal, no call with a dead key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import ConnectionUnusable, GateClosed, PermissionMissing
from integrations.zoho.models import Connection
from integrations.zoho.services.connections import update_connection
from tests.concurrency.threads import run_together
from tests.integrations.zoho.conftest import calls, fault, pull

TOKEN = "/oauth/v2/token"


def read(connection_id):
    return len(ZohoClient(connection_id).get("/locations").rows("locations"))


def test_eight_threads_fetch_one_token(small, sandbox):
    assert run_together(read, [small.pk] * 8) == [1] * 8
    assert calls(sandbox, TOKEN) == 1


def test_eight_threads_replace_an_evicted_token_once(small, sandbox):
    read(small.pk)
    fault(sandbox, "evict_tokens")
    assert run_together(read, [small.pk] * 8) == [1] * 8
    assert calls(sandbox, TOKEN) == 2


def test_token_near_its_end_replaced_before_a_call(small, sandbox):
    read(small.pk)
    Connection.objects.update(access_token_expires_at=timezone.now() + timedelta(seconds=30))
    read(small.pk)
    assert (calls(sandbox, TOKEN), calls(sandbox, "/locations")) == (2, 2)


@pytest.mark.parametrize("status", ["200", "400"])
def test_dead_refresh_token_stops_every_call(small, sandbox, status):
    sandbox.control("POST", "switches", {"oauth_errors_status": status})
    fault(sandbox, "revoke_refresh")
    run = pull("full")
    assert (run.job.state, run.outcome) == ("failed", "connection_unusable")
    small.refresh_from_db()
    assert (small.state, small.last_error) == (
        "needs_authorization",
        "Zoho answered invalid_code",
    )
    assert (calls(sandbox), calls(sandbox, TOKEN)) == (1, 1)
    with pytest.raises(ConnectionUnusable):
        ZohoClient(small.pk).get("/locations")
    assert calls(sandbox) == 1


def test_wrong_client_is_misconfigured_until_edited(small, sandbox):
    good = small.client_id
    update_connection(connection=small, values={"client_id": "1000.UNKNOWN"})
    with pytest.raises(ConnectionUnusable):
        read(small.pk)
    small.refresh_from_db()
    assert small.state == "misconfigured"
    update_connection(connection=small, values={"client_id": good})
    assert read(small.pk) == 1


def test_throttled_refresh_waits_ten_minutes(small, sandbox):
    fault(sandbox, "token_throttle", TOKEN, count=1)
    for _ in range(3):
        with pytest.raises(GateClosed):
            read(small.pk)
    small.refresh_from_db()
    assert small.token_retry_at > timezone.now() + timedelta(minutes=9)
    assert small.state == "connected"
    assert calls(sandbox, TOKEN) == 1


def test_code57_twice_is_a_missing_scope_and_costs_one_token(small, sandbox):
    read(small.pk)
    sandbox.control(
        "POST",
        "faults",
        {"action": {"kind": "scope_remove", "scope": "ZohoInventory.contacts.READ"}},
    )
    for _ in range(4):
        with pytest.raises(PermissionMissing):
            ZohoClient(small.pk).get("/contacts")
    assert calls(sandbox, TOKEN) == 2
    assert calls(sandbox, "/contacts") == 5
    assert read(small.pk) == 1


def test_missing_scope_of_one_stream_leaves_the_others(small, sandbox):
    fault(sandbox, "code57", "/pricebooks")
    run = pull("full")
    assert (run.job.state, run.outcome) == ("partial", "permission_missing")
    assert run.checkpoint["done"] == ["locations", "items", "stock"]


def test_wrong_organization_is_misconfigured(small, sandbox):
    Connection.objects.update(zoho_organization_id="999")
    run = pull("full")
    small.refresh_from_db()
    assert (run.job.state, small.state) == ("failed", "misconfigured")
    assert calls(sandbox, "/inventory") == 1


def test_secrets_encrypted_and_out_of_history(small, sandbox):
    read(small.pk)
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM zoho_connection AS c")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(row_to_json(h)::text, '') FROM zoho_connectionhistory h")
        history = cursor.fetchone()[0]
    small.refresh_from_db()
    for secret in (small.client_secret, small.refresh_token, small.access_token):
        assert secret
        assert secret not in stored
        assert secret not in history
    assert "token" not in history


def test_tokens_never_logged(small, sandbox, caplog):
    caplog.set_level("DEBUG")
    read(small.pk)
    small.refresh_from_db()
    for secret in (small.client_secret, small.refresh_token, small.access_token):
        assert secret not in caplog.text
    assert "outbound_request" in caplog.text
