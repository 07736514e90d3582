"""Context: accepted or made at the door, echoed, and carried into tasks."""

from __future__ import annotations

import re
import time
from contextvars import ContextVar

import pytest
import structlog
from celery import shared_task
from celery.contrib.testing.worker import start_worker
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.celery import app as celery_app
from core.celery_context import HEADER, add_context
from core.context import (
    Context,
    Source,
    change_context,
    context_in_force,
    current_context,
    use_context,
    user_actor,
)
from core.identity.models import User
from core.middleware import ActorMiddleware, ContextMiddleware

CONTEXT = Context(
    request_id="request-0001",
    actor="user:7",
    source=Source.ADMIN,
    organization_id="3",
    reason="asked",
)
_seen_by_task: list[Context] = []


@shared_task(name="tests.note_context")
def note_context() -> None:
    """Note the context in force while the task runs."""
    _seen_by_task.append(current_context())


@pytest.fixture(autouse=True)
def _nothing_seen_yet():
    _seen_by_task.clear()


def through_middleware(path: str = "/api/v1/products", **headers: str) -> tuple[Context, str]:
    """The context a view sees, and the request id on the response."""
    seen: list[Context] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_context())
        return HttpResponse()

    response = ContextMiddleware(view)(RequestFactory().get(path, headers=headers))
    return seen[0], response["X-Request-ID"]


@pytest.mark.parametrize("sent", ["abcdefgh", "A-z_0.9:" * 8, "0198f0c2-7b1e-7000-8000-aa00"])
def test_request_id_well_formed_accepted_and_echoed(sent):
    context, echoed = through_middleware(**{"X-Request-ID": sent})
    assert (context.request_id, echoed) == (sent, sent)


@pytest.mark.parametrize(
    "sent",
    ["", "short", "x" * 65, "with space", "<script>", "line\nbreak", "réquest-1", "a" * 5000],
)
def test_request_id_malformed_replaced_by_a_fresh_one(sent):
    context, echoed = through_middleware(**{"X-Request-ID": sent})
    assert re.fullmatch(r"[0-9a-f]{32}", echoed)
    assert context.request_id == echoed


def test_request_id_made_anew_for_each_request():
    assert through_middleware()[1] != through_middleware()[1]


@pytest.mark.parametrize(
    ("path", "source"),
    [("/admin/core/user/", Source.ADMIN), ("/api/orders", Source.API), ("/administer", Source.API)],
)
def test_source_told_from_the_path(path, source):
    assert through_middleware(path)[0].source == source


def test_context_of_a_request_gone_after_it():
    with use_context(CONTEXT):
        through_middleware()
        assert current_context() == CONTEXT


def actor_seen(method: str, user: User | AnonymousUser) -> str:
    """The actor that a view sees for a request of `user`."""
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_context().actor)
        return HttpResponse()

    request = RequestFactory().generic(method, "/admin/")
    request.user = user
    with use_context(Context(request_id="request-0001")):
        ActorMiddleware(view)(request)
    return seen[0]


def test_actor_is_the_signed_in_user():
    assert actor_seen("POST", User(pk=12)) == "user:12"


def test_actor_of_an_anonymous_request_is_the_system():
    assert actor_seen("POST", AnonymousUser()) == "system"


def test_context_changed_in_part_and_put_back():
    with use_context(CONTEXT):
        with change_context(source=Source.SYNC, reason="inner"):
            inner = current_context()
        assert current_context() == CONTEXT
    assert (inner.source, inner.reason, inner.actor, inner.request_id) == (
        "sync",
        "inner",
        "user:7",
        "request-0001",
    )


def test_log_lines_carry_the_context_only_inside_it():
    with use_context(CONTEXT):
        inside = structlog.contextvars.get_contextvars()
    assert (inside["request_id"], inside["actor"], inside["source"]) == (
        "request-0001",
        "user:7",
        "admin",
    )
    assert structlog.contextvars.get_contextvars().get("request_id") != "request-0001"


def test_user_actor_names_the_id_only():
    assert user_actor(5) == "user:5"


def test_message_carries_the_context_of_its_sender():
    headers: dict[str, object] = {}
    with use_context(CONTEXT):
        add_context(headers=headers)
    assert headers == {
        HEADER: {
            "request_id": "request-0001",
            "actor": "user:7",
            "source": "admin",
            "organization_id": "3",
            "reason": "asked",
        }
    }


def test_messages_outside_any_context_each_start_a_request(monkeypatch):
    monkeypatch.setattr("core.context._current", ContextVar("nothing", default=None))
    first: dict[str, dict[str, str]] = {}
    second: dict[str, dict[str, str]] = {}
    add_context(headers=first)
    add_context(headers=second)
    assert first[HEADER]["actor"] == second[HEADER]["actor"] == "system"
    assert first[HEADER]["request_id"] != second[HEADER]["request_id"]
    assert context_in_force() is None


def test_task_runs_in_the_context_of_its_sender_through_a_real_worker(committed_db):
    with (
        start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="ERROR"),
        use_context(CONTEXT),
    ):
        note_context.apply_async(retry=False)
        wait_for_task()
    assert _seen_by_task == [
        Context(
            request_id="request-0001",
            actor="user:7",
            source=Source.TASK,
            organization_id="3",
            reason="asked",
        )
    ]


def wait_for_task() -> None:
    """Return as soon as the task ran; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not _seen_by_task:
        assert time.monotonic() < deadline, "the worker did not run the task"
        time.sleep(0.02)


def test_context_of_a_task_gone_after_it():
    with use_context(CONTEXT):
        note_context.apply()
        assert current_context() == CONTEXT
    assert (len(_seen_by_task), _seen_by_task[0].source) == (1, Source.TASK)
