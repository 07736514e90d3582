""" "Find a request" shows the request itself, its background tasks and its log lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from celery import shared_task
from celery.app.trace import build_tracer
from celery.exceptions import Retry
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from core.celery_context import tell_sent
from core.context import Context, Source, use_context
from core.operations import kept_lines
from core.operations.kept_lines import request_lines
from core.operations.line_files import LineFiles, line_files
from tests.admin.conftest import make_staff, sign_in

FIND = "/admin/core/slowoperation/request/"
REQUEST_ID = "request-of-this-test-0002"
log = structlog.get_logger("tests.found_lines")


@shared_task(name="tests.count_and_tell")
def count_and_tell() -> None:
    """Two statements and a line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    log.info("counted", phone="+964 770 123 4567", name="<b>Cable</b>")


@shared_task(name="tests.fail")
def fail() -> None:
    """Fails."""
    raise RuntimeError("no route to 0770 123 4567")


@shared_task(name="tests.try_again")
def try_again() -> None:
    """Asks to be carried out later."""
    raise Retry()


@pytest.fixture
def kept(settings, tmp_path) -> Iterator[Path]:
    """The folder in which this process keeps its lines."""
    folder = tmp_path / "lines"
    settings.LOG_LINES_FOLDER = str(folder)
    lines = LineFiles(folder, most_bytes=10_000_000, hours=1)
    handler = logging.StreamHandler(lines)
    told = django_settings.LOGGING["formatters"]["lines"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=told["processors"], foreign_pre_chain=told["foreign_pre_chain"]
        )
    )
    logging.getLogger().addHandler(handler)
    yield folder
    logging.getLogger().removeHandler(handler)


def page(client: Client, request_id: str = REQUEST_ID) -> str:
    answer = client.get(FIND, {"request_id": request_id})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def in_the_request():
    return use_context(Context(request_id=REQUEST_ID, source=Source.API))


def run(task, task_id: str) -> None:
    """The task as a worker runs it, sent by the request."""
    with in_the_request():
        context = {"request_id": REQUEST_ID, "actor": "system", "source": "api"}
        tell_sent(sender=task.name, headers={"id": task_id, "tradepost_context": context})
    request = {"id": task_id, "is_eager": True, "retries": 0, "tradepost_context": context}
    build_tracer(task.name, task, app=task.app, eager=True)(task_id, (), {}, request)


def test_any_request_is_shown_with_status_time_and_sql(kept, client, boss_client):
    answer = client.get(
        "/api/v1/consumer/products/no-such-product", headers={"X-Request-ID": REQUEST_ID}
    )
    assert answer.status_code == 404
    text = page(boss_client)
    assert "GET api/v1/consumer/products/" in text
    assert "<td>404</td>" in text
    assert re.search(r"<td>[\d.]+ ms</td><td>[1-9] SQL statements, [\d.]+ ms</td>", text)
    assert "Looked through all log lines kept on this machine: 0.0 MiB" in text
    assert "Background tasks" not in text.partition("The request</strong>")[2]


def test_defect_is_shown_with_its_traceback(kept, monkeypatch, boss_client):
    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a defect with sales@tradepost.example")

    monkeypatch.setattr("catalog.selectors.shelf.find_product", fall_over)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/consumer/products/5", headers={"X-Request-ID": REQUEST_ID})
    assert answer.status_code == 500
    assert answer.json()["error"]["request_id"] == REQUEST_ID
    text = page(boss_client)
    assert "<td>500</td>" in text
    assert "ZeroDivisionError: a defect with [email]" in text
    assert "sales@tradepost.example" not in text


@pytest.mark.django_db
def test_tasks_are_shown_with_state_cost_error_and_their_own_lines(kept, boss_client):
    run(count_and_tell, "task-1")
    run(fail, "task-2")
    run(try_again, "task-3")
    first, second, third = request_lines(REQUEST_ID).tasks
    assert (first.name, first.state, first.sql_count) == ("tests.count_and_tell", "SUCCESS", 2)
    assert first.sent_at <= first.started_at <= first.ended_at
    assert [line.event for line in first.lines] == ["counted"]
    assert (second.state, second.error) == ("FAILURE", "RuntimeError: no route to [phone]")
    assert third.state == "RETRY"
    text = page(boss_client)
    for shown in ("succeeded", "failed", "tried again later", "RuntimeError: no route to [phone]"):
        assert shown in text
    assert "phone=[phone] · name=&lt;b&gt;Cable&lt;/b&gt;" in text
    assert "770" not in text.partition("Background tasks</strong>")[2].partition("</section>")[0]


def test_task_that_has_not_ended_is_queued_or_running(kept, boss_client):
    with in_the_request():
        log.info("task_sent", task="tests.waits", task_id="task-8")
        log.info("task_started", task="tests.works", task_id="task-9")
    waits, works = request_lines(REQUEST_ID).tasks
    assert (waits.started_at, works.ended_at) == (None, None)
    text = page(boss_client)
    assert text.index("tests.waits") < text.index(">queued</span>") < text.index("tests.works")
    assert ">running</span>" in text


def test_lines_of_other_requests_are_not_shown(kept, boss_client):
    with use_context(Context(request_id=f"{REQUEST_ID}-longer", source=Source.API)):
        log.warning("not_of_this_one", mentions=REQUEST_ID)
    assert request_lines(REQUEST_ID).is_empty
    text = page(boss_client)
    assert "not_of_this_one" not in text
    assert "Neither the database nor the log lines kept here carry this request id." in text


def test_says_how_far_it_looked_when_it_did_not_look_through_everything(
    kept, boss_client, monkeypatch
):
    with in_the_request():
        log.info("an_older_line")
    [older] = line_files(kept)
    lines = LineFiles(kept, most_bytes=10_000_000, hours=1)
    lines.write("{}\n" * 400)
    monkeypatch.setattr(kept_lines, "MOST_BYTES", 1250)
    found = request_lines(REQUEST_ID)
    assert found.is_empty
    assert (found.search.is_whole, found.search.size) == (False, 1200)
    assert found.search.since == line_files(kept)[1].last_written
    assert older.path == line_files(kept)[1].path
    assert "older ones were not looked through" in page(boss_client)


def test_newest_lines_are_kept_of_too_many(kept, monkeypatch):
    monkeypatch.setattr(kept_lines, "MOST_LINES", 2)
    with in_the_request():
        for number in range(5):
            log.info("numbered", number=number)
    found = request_lines(REQUEST_ID)
    assert [line.values["number"] for line in found.others] == [3, 4]
    assert found.search.is_cut


def test_line_cut_off_and_line_still_written_are_passed_over(kept):
    kept.mkdir()
    whole = f'{{"event": "whole", "request_id": "{REQUEST_ID}"}}\n'
    cut = f'{{"event": "cut", "request_id": "{REQUEST_ID}", "x": \n'
    other = f'["{REQUEST_ID}"]\n'
    (kept / "20260101T000000000000Z-1.jsonl").write_text(cut + other + whole + whole[:-3])
    assert [line.event for line in request_lines(REQUEST_ID).others] == ["whole"]


def test_nothing_written_yet_is_said(settings, tmp_path, boss_client):
    settings.LOG_LINES_FOLDER = str(tmp_path / "nothing-here")
    assert "No log lines are kept on this machine yet." in page(boss_client)


def test_page_in_arabic_runs_from_right_to_left(kept, client, boss_client):
    client.get("/api/nowhere", headers={"X-Request-ID": REQUEST_ID})
    boss_client.cookies["django_language"] = "ar"
    text = page(boss_client)
    assert 'dir="rtl"' in text
    assert "<strong>الطلب</strong>" in text
    assert "بُحث في كل أسطر السجل" in text
    assert '<bdi dir="ltr">GET ' in text


@pytest.mark.django_db
def test_lines_are_for_those_who_may_see_events(kept):
    client = sign_in(make_staff("core.view_slowoperation"))
    assert client.get(FIND, {"request_id": REQUEST_ID}).status_code == 403
