"""Starting a pull and asking how fresh the catalogue is, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.identity.models import User
from core.jobs.models import Job, JobState
from integrations.zoho.models import Connection, Cursor, Stream, SyncRun
from integrations.zoho.services.connections import create_connection
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
STATUS = "/api/v1/consumer/sync/status"
START = "/api/consumer/sync/inventory"


@pytest.fixture
def connection() -> Connection:
    return create_connection(
        values={
            "name": "Sandbox",
            "accounts_url": "http://127.0.0.1:9",
            "api_url": "http://127.0.0.1:9",
            "zoho_organization_id": "710000001",
            "client_id": "1000.CLIENT",
            "client_secret": "secret",
            "refresh_token": "token",
        }
    )


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "not-used-here"))
    return client


def test_pull_started_answers_202_with_its_run(boss, connection):
    answer = boss.post(START)
    run = SyncRun.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "status": "success",
        "message": "The pull has been queued.",
        "message_ar": "تمت إضافة المزامنة إلى قائمة الانتظار.",
        "run_id": str(run.job_id),
        "total_items": 0,
        "updated_items": 0,
    }
    assert (run.kind, run.job.state) == ("full", JobState.QUEUED)
    assert run.job.actor == User.objects.get()


def test_second_pull_refused_while_one_is_queued(boss, connection):
    boss.post(START)
    answer = boss.post(START)
    assert answer.status_code == 409
    assert answer.json()["error_detail"]["code"] == "sync_already_running"
    assert SyncRun.objects.count() == 1


def test_status_before_any_pull(client):
    make_product(stock="5")
    make_product(stock="0")
    make_product(is_active=False)
    assert client.get(STATUS).json() == {
        "status": "success",
        "total_products": 2,
        "in_stock_products": 1,
        "out_of_stock_products": 1,
        "last_sync": None,
        "last_result": None,
        "is_stale": True,
    }


def test_status_names_the_older_of_items_and_stock(client, connection):
    newer, older = timezone.now(), timezone.now() - timedelta(hours=25)
    for stream, completed in ((Stream.ITEMS, newer), (Stream.STOCK, older)):
        Cursor.objects.create(
            connection=connection,
            stream=stream,
            value="",
            instant=datetime(2026, 1, 1, tzinfo=UTC),
            completed_at=completed,
        )
    job = Job.objects.create(kind="zoho.stock", request_id="r", state=JobState.PARTIAL)
    SyncRun.objects.create(job=job, connection=connection, kind="stock")
    body = client.get(STATUS).json()
    assert body["last_sync"] == older.isoformat()
    assert (body["last_result"], body["is_stale"]) == ("partial", True)
