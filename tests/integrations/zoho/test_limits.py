"""Zoho's limits: nobody calls through a closed gate, and orders keep a reserve."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import GateClosed
from integrations.zoho.governor import Governor
from integrations.zoho.models import Connection, SyncRun
from integrations.zoho.sandbox import demo_account
from integrations.zoho.tasks import sync_stock
from tests.concurrency.threads import run_together
from tests.integrations.zoho.conftest import calls, fault, order_of, pull, push


def minutes_closed(connection):
    connection.refresh_from_db()
    return round((connection.gate_closed_until - timezone.now()).total_seconds() / 60)


def test_code44_closes_the_gate_and_ends_the_run(small, sandbox):
    fault(sandbox, "rate44", "/items$", count=1)
    run = pull("full")
    assert (run.job.state, run.outcome) == ("partial", "gate_closed")
    assert run.job.error.startswith(
        "items: Zoho blocked the organization for too many calls a minute; waiting until"
    )
    assert minutes_closed(small) == 15
    before = calls(sandbox)
    assert pull("stock").outcome == "gate_closed"
    with pytest.raises(GateClosed):
        ZohoClient(small.pk).post("/contacts", {"contact_name": "x"})
    assert calls(sandbox) == before


def test_code44_again_closes_longer_up_to_an_hour(small, sandbox):
    fault(sandbox, "rate44", "/locations", block_s=0)
    found = []
    for _ in range(4):
        Connection.objects.update(gate_closed_until=timezone.now())
        with pytest.raises(GateClosed):
            ZohoClient(small.pk, patience_seconds=0).get("/locations")
        found.append(minutes_closed(small))
    assert found == [15, 30, 60, 60]
    sandbox.control("DELETE", "faults")
    Connection.objects.update(gate_closed_until=timezone.now())
    ZohoClient(small.pk).get("/locations")
    small.refresh_from_db()
    assert (small.gate_strikes, small.gate_closed_until) == (0, None)


def test_eight_threads_meeting_code44_count_as_one_strike(small, sandbox):
    ZohoClient(small.pk).get("/locations")
    fault(sandbox, "rate44", "/locations")
    fault(sandbox, "latency_ms", "/locations", ms=100)

    def read(_):
        return ZohoClient(small.pk, patience_seconds=0).get("/locations")

    assert [type(outcome) for outcome in run_together(read, range(8))] == [GateClosed] * 8
    assert minutes_closed(small) == 15


def test_code45_holds_until_the_reset(small, sandbox):
    fault(sandbox, "rate45", "/locations", count=1)
    with pytest.raises(GateClosed):
        ZohoClient(small.pk).get("/locations")
    reset = sandbox.world.limits.headers(
        demo_account.SECOND_ORGANIZATION_ID,
        sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID).zone,
    )["x-rate-limit-reset"]
    small.refresh_from_db()
    assert abs(small.gate_closed_until - timezone.now() - timedelta(seconds=int(reset))) < (
        timedelta(seconds=10)
    )


def test_code1070_holds_shortly(small, sandbox):
    fault(sandbox, "rate1070", "/locations", count=1)
    with pytest.raises(GateClosed) as caught:
        ZohoClient(small.pk, patience_seconds=0).get("/locations")
    wait = (caught.value.until - timezone.now()).total_seconds()
    assert 4 < wait <= 30


def test_short_closing_is_waited_for(small, sandbox):
    until = timezone.now() + timedelta(seconds=1)
    Connection.objects.update(gate_closed_until=until, gate_reason="test")
    assert len(ZohoClient(small.pk, patience_seconds=5).get("/locations").rows("locations")) == 1
    assert timezone.now() >= until


def test_daily_reserve_is_for_orders(shop, sandbox, product):
    order_of(product)
    Connection.objects.update(
        daily_limit=1000,
        daily_remaining=99,
        daily_reset_at=timezone.now() + timedelta(hours=3),
    )
    before = calls(sandbox)
    assert pull("stock").outcome == "gate_closed"
    assert calls(sandbox) == before


def test_daily_figures_remembered(small, sandbox):
    sandbox.control("POST", "switches", {"daily": 5000})
    ZohoClient(small.pk).get("/locations")
    small.refresh_from_db()
    assert (small.daily_limit, small.daily_remaining) == (5000, 4999)


def test_schedule_starts_nothing_while_the_gate_is_closed(small, sandbox):
    Connection.objects.update(gate_closed_until=timezone.now() + timedelta(minutes=5))
    sync_stock()
    assert SyncRun.objects.count() == 0


def test_parallel_calls_stay_within_the_places(small, sandbox, settings):
    settings.ZOHO_MAX_IN_FLIGHT = 3
    ZohoClient(small.pk).get("/locations")
    fault(sandbox, "latency_ms", "/locations", ms=60)

    def read(_):
        return len(ZohoClient(small.pk).get("/locations").rows("locations"))

    assert run_together(read, range(20), threads=10) == [1] * 20
    # One of the three places is kept for writes.
    assert sandbox.control("GET", "stats")["max_in_flight"] == 2


def test_pace_lets_no_more_through_than_the_minute_allows(small, settings):
    settings.ZOHO_REQUESTS_PER_MINUTE = 600
    settings.ZOHO_MAX_IN_FLIGHT = 1000
    governor = Governor(small.pk)
    started = time.monotonic()
    passed = 0
    while time.monotonic() - started < 1.0:
        with governor.turn(is_write=True, keep_alive=lambda: None):
            passed += 1
    # A burst of 600 * 2 / 7 = 171, then ten a second.
    assert 175 <= passed <= 184


def test_orders_go_while_reads_wait_for_the_reserve(shop, sandbox, product):
    order_of(product)
    push()
    order_of(product, phone="+9647701234567")
    Connection.objects.update(
        daily_limit=1000,
        daily_remaining=50,
        daily_reset_at=timezone.now() + timedelta(hours=3),
    )
    assert push().step == "done"
