"""Waking tasks: after the commit only, and never at the change's cost."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from config.celery import app as celery_app
from core.background import send_after_commit


@pytest.fixture
def queue(monkeypatch):
    """An empty queue in memory, read by `waiting`."""
    monkeypatch.setattr(celery_app.conf, "broker_url", "memory://")
    forget_connections(monkeypatch)
    with celery_app.connection_for_read() as connection:
        simple = connection.SimpleQueue("celery")
        simple.clear()
        yield simple
        simple.clear()
        simple.close()


def forget_connections(monkeypatch) -> None:
    monkeypatch.setattr(celery_app, "_pool", None)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)


def waiting(queue) -> list[tuple[str, list[str]]]:
    """Name and arguments of each message in the queue."""
    found = []
    for _ in range(queue.qsize()):
        message = queue.get(block=False)
        found.append((message.headers["task"], message.payload[0]))
        message.ack()
    return found


def test_task_sent_after_the_commit_and_not_before(queue, committed_db):
    with transaction.atomic():
        send_after_commit("tests.work", "7")
        assert waiting(queue) == []
    assert waiting(queue) == [("tests.work", ["7"])]


def test_task_of_a_change_that_failed_not_sent(queue, committed_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_after_commit("tests.work")
        raise ZeroDivisionError
    assert waiting(queue) == []


@pytest.mark.parametrize("address", ["redis+socket:///nowhere/queue.sock", "redis://127.0.0.1:1/0"])
def test_queue_out_of_reach_neither_fails_nor_holds_up_the_change(
    committed_db, monkeypatch, caplog, address
):
    forget_connections(monkeypatch)
    monkeypatch.setattr(celery_app.conf, "broker_url", address)
    after: list[str] = []
    started = time.monotonic()
    with transaction.atomic():
        send_after_commit("tests.work")
        transaction.on_commit(lambda: after.append("next"))
    assert time.monotonic() - started < 2
    assert after == ["next"]
    assert "task_not_sent" in caplog.text
