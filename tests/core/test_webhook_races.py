"""Real processes and connections: killed senders, two senders at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import quote

from django.conf import settings as django_settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from core.webhooks import sending, services
from core.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookState
from core.webhooks.sending import send_due_webhooks
from tests.concurrency.threads import run_together

ROOT = Path(__file__).parents[2]
CHILD = (
    "import django; django.setup();"
    " from core.webhooks.sending import send_due_webhooks; send_due_webhooks()"
)


def database_url(name: str) -> str:
    given = django_settings.DATABASES["default"]
    return (
        f"postgresql://{given['USER']}:{quote(given['PASSWORD'], safe='')}"
        f"@{quote(given['HOST'], safe='')}:{given['PORT']}/{name}"
    )


def start_sender(database: str) -> subprocess.Popen:
    """A process that sends what is due, in the database of the test."""
    variables = {
        "DATABASE_URL": database_url(database),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TRADEPOST_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
    }
    return subprocess.Popen(
        [sys.executable, "-c", CHILD], cwd=ROOT, env=os.environ | variables, stderr=subprocess.PIPE
    )


def wait_for_messages(receiver, count: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while len(receiver.messages) < count:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_sender_killed_between_call_and_mark_sends_again_under_the_same_id(
    receiver, committed_db, storm
):
    """The receiver has the message; the process dies before it knows."""
    endpoint = services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])
    for number in range(1, (50 if storm else 2) + 1):
        delivery = services.send_test_event(endpoint=endpoint)
        seen = len(receiver.messages)
        receiver.delay_seconds = 8.0
        process = start_sender(committed_db)
        wait_for_messages(receiver, seen + 1, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (WebhookState.PENDING, 1)
        assert delivery.lease_until > timezone.now()
        receiver.delay_seconds = 0.0
        assert send_due_webhooks() == 0
        WebhookDelivery.objects.filter(pk=delivery.pk).update(lease_until=timezone.now())
        assert send_due_webhooks() == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (WebhookState.DONE, 2)
        assert receiver.ids[seen:] == [delivery.webhook_id] * 2
        assert WebhookAttempt.objects.count() == number


def claims_by_two_senders(monkeypatch, meeting_seconds: float) -> int:
    """How many of two senders claim the one delivery, when each waits for the other's choice.

    They wait in vain when only one of them has a choice.
    """
    meeting = threading.Barrier(2)

    def meet() -> uuid.UUID:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=meeting_seconds)
        return uuid.uuid4()

    monkeypatch.setattr(sending, "_new_lease_holder", meet)
    outcomes = run_together(lambda _: sending.claim_delivery(resting=set()), range(2))
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    return sum(outcome is not None for outcome in outcomes)


def test_two_senders_at_once_claim_one_delivery_once(receiver, committed_db, monkeypatch):
    endpoint = services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])
    services.send_test_event(endpoint=endpoint)
    assert claims_by_two_senders(monkeypatch, meeting_seconds=1) == 1


def test_two_senders_claim_twice_without_the_row_locks(receiver, committed_db, monkeypatch):
    """Negative control: claiming by locked rows is what makes it once."""
    endpoint = services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])
    services.send_test_event(endpoint=endpoint)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    assert claims_by_two_senders(monkeypatch, meeting_seconds=10) == 2


def test_senders_at_once_send_each_delivery_once(receiver, committed_db):
    endpoints = [
        services.create_endpoint(name=f"E{n}", url=receiver.url, event_types=["*"])
        for n in range(3)
    ]
    queued = [services.send_test_event(endpoint=row).webhook_id for row in endpoints * 8]

    def send_until_empty(_: int) -> None:
        while WebhookDelivery.objects.filter(state=WebhookState.PENDING).exists():
            send_due_webhooks()

    assert run_together(send_until_empty, range(3)) == [None] * 3
    assert sorted(receiver.ids) == sorted(queued)
    assert set(WebhookDelivery.objects.values_list("attempts", flat=True)) == {1}


def test_call_is_made_outside_of_any_transaction(receiver, committed_db, monkeypatch):
    endpoint = services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])
    delivery = services.send_test_event(endpoint=endpoint)
    call, seen = sending._call, []

    def look_then_call(claim, headers):
        seen.append(WebhookDelivery.objects.get(pk=delivery.pk).lease_holder == claim.lease_holder)
        connection.close()
        return call(claim, headers)

    monkeypatch.setattr(sending, "_call", look_then_call)
    assert send_due_webhooks() == 1
    assert seen == [True]
