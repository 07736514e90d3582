"""One line a request with what it cost in SQL; what was slow is warned of and kept."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from celery import shared_task
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from core.context import Context, change_context, use_context
from core.identity.models import User
from core.operations import services
from core.operations.measuring import MOST_SLOW_STATEMENTS, shown_statement, sql_measured
from core.operations.models import SlowOperation
from core.operations.request_log import RequestLogMiddleware
from core.operations.services import MinuteAllowance, purge_slow_operations

LIST = "/api/v1/consumer/products"
REQUEST_ID = "request-0001"


@pytest.fixture(autouse=True)
def _whole_allowance(monkeypatch):
    monkeypatch.setattr(services, "_allowance", MinuteAllowance(services.MOST_KEPT_PER_MINUTE))


@shared_task(name="tests.sleep_in_sql")
def sleep_in_sql() -> None:
    """One slow statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s), 'a literal'", [0.06])


def sent(response: HttpResponse) -> None:
    """What a server does at the end of an answer; the test keeps its connection."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


def answered(view, rf, **settings_of_request) -> tuple[HttpResponse, list[dict]]:
    """The answer of `view` behind the middleware, and the lines that were logged."""
    request = rf.get("/api/nowhere")
    for name, value in settings_of_request.items():
        setattr(request, name, value)
    with use_context(Context(request_id=REQUEST_ID)), capture_logs() as lines:
        response = RequestLogMiddleware(view)(request)
        sent(response)
    return response, lines


def run_sql(count: int, seconds: float = 0) -> HttpResponse:
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute("SELECT pg_sleep(%s)", [seconds])
    return HttpResponse(status=204)


@pytest.mark.django_db
def test_line_tells_route_cost_and_caller(rf):
    def view(request):
        with change_context(actor="user:7", organization_id="3"):
            return run_sql(3, 0.01)

    _, [line] = answered(view, rf)
    spent, in_sql = line.pop("ms"), line.pop("sql_ms")
    assert 30 <= in_sql <= spent < 1000
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "(none)",
        "status": 204,
        "sql_count": 3,
        "actor": "user:7",
        "organization": "3",
    }


@pytest.mark.django_db
def test_signed_in_user_named_without_a_query_of_its_own(django_assert_num_queries):
    user = User.objects.create_user(email="clerk@tradepost.example", password="x", is_staff=True)
    client = Client()
    client.force_login(user)
    with capture_logs() as lines:
        client.get("/admin/login/")
        client.get(LIST)
    shown = [line for line in lines if line["event"] == "request"]
    assert [line["actor"] for line in shown] == [f"user:{user.pk}", "system"]
    assert [line["route"] for line in shown] == ["admin/login/", "api/v1/consumer/products"]
    with capture_logs() as lines, django_assert_num_queries(shown[0]["sql_count"]):
        client.get("/admin/login/")


@pytest.mark.django_db
def test_probe_is_no_line_at_the_usual_level():
    with capture_logs() as lines:
        Client().get("/health/live")
    assert [(line["event"], line["log_level"], line["sql_count"]) for line in lines] == [
        ("request", "debug", 0)
    ]


@pytest.mark.django_db
def test_slow_request_and_statement_warned_of_and_kept(rf, settings):
    settings.SLOW_REQUEST_MS, settings.SLOW_QUERY_MS = 100, 50
    _, lines = answered(lambda request: run_sql(2, 0.06), rf)
    assert [line["event"] for line in lines] == [
        "request",
        "slow_statement",
        "slow_statement",
        "slow_request",
    ]
    assert lines[1]["statement"] == "SELECT pg_sleep(%s)"
    request, *statements = SlowOperation.objects.order_by("id")
    assert (request.kind, request.status, request.sql_count) == ("request", 204, 2)
    assert request.duration_ms >= request.sql_ms >= 120
    assert [(row.kind, row.statement, row.sql_count) for row in statements] == [
        ("statement", "SELECT pg_sleep(%s)", None)
    ] * 2
    assert {row.request_id for row in SlowOperation.objects.all()} == {REQUEST_ID}


@pytest.mark.django_db
def test_quick_request_keeps_nothing(rf):
    _, lines = answered(lambda request: run_sql(2), rf)
    assert [line["event"] for line in lines] == ["request"]
    assert SlowOperation.objects.count() == 0


@pytest.mark.django_db
def test_row_of_a_slow_request_is_written_after_its_answer(rf, settings):
    settings.SLOW_REQUEST_MS = 0
    response = RequestLogMiddleware(lambda request: HttpResponse())(rf.get("/x"))
    assert SlowOperation.objects.count() == 0
    sent(response)
    assert SlowOperation.objects.count() == 1


@pytest.mark.django_db
def test_slow_statement_of_a_task_kept_under_its_name(settings):
    settings.SLOW_QUERY_MS = 50
    sleep_in_sql.apply()
    row = SlowOperation.objects.get()
    assert (row.kind, row.route, row.method) == ("statement", "tests.sleep_in_sql", "")
    assert len(row.request_id) == 32
    assert row.statement == "SELECT pg_sleep(%s), '?'"


def test_statement_shown_without_literals_and_cut():
    assert shown_statement("SELECT 'it''s me',\n  %s  FROM x") == "SELECT '?', %s FROM x"
    assert len(shown_statement("SELECT " + "a, " * 9000)) == 2000


@pytest.mark.django_db
def test_slow_statements_of_one_request_bounded(settings):
    settings.SLOW_QUERY_MS = 0
    with sql_measured() as cost:
        run_sql(MOST_SLOW_STATEMENTS + 5)
    assert (cost.count, len(cost.slow)) == (15, 10)


@pytest.mark.django_db
def test_failed_statement_counts(settings):
    with sql_measured() as cost, pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing_of_this")
    assert cost.count == 1
    with sql_measured() as later:
        pass
    assert (later.count, connection.execute_wrappers) == (0, [])


@pytest.mark.django_db
def test_rows_of_a_minute_bounded_and_allowed_again_in_the_next(monkeypatch):
    now = 600.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    allowance = MinuteAllowance(30)
    assert [allowance.take(20), allowance.take(20), allowance.take(20)] == [20, 10, 0]
    now = 660.0
    assert allowance.take(20) == 20


@pytest.mark.django_db
def test_storing_beyond_the_allowance_leaves_the_rest_out():
    rows = [SlowOperation(kind="request", duration_ms=1, route="x") for _ in range(40)]
    assert services.keep_slow_operations(operations=rows) == 30
    assert services.keep_slow_operations(operations=rows) == 0
    assert SlowOperation.objects.count() == 30


@pytest.mark.django_db
def test_slow_operations_forgotten_after_14_days():
    now = timezone.now()
    for age in (timedelta(days=14, minutes=1), timedelta(days=13, hours=23), timedelta(days=90)):
        SlowOperation.objects.create(
            kind="request", duration_ms=1, route="x", happened_at=now - age
        )
    assert purge_slow_operations() == 2
    assert SlowOperation.objects.get().happened_at == now - timedelta(days=13, hours=23)
