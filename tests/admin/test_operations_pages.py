"""Operators in the admin: what was slow, and everything that one request left behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.services.products import update_product
from core.context import Context, Source, use_context
from core.events.models import DeliveryState, EventDelivery
from core.events.verification_runs import VERIFY_EVENTS
from core.history.selectors import REACH, changes_of_request
from core.idempotency.models import IdempotencyRecord
from core.jobs.services import queue_job
from core.operations.models import SlowKind, SlowOperation
from core.operations.request_trail import request_trail
from core.webhooks.models import WebhookDelivery
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.factories.catalog import make_product

FIND = "/admin/core/slowoperation/request/"
LIST = "/admin/core/slowoperation/"
REQUEST_ID = "request-of-this-test-0001"


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def make_slow(**values: object) -> SlowOperation:
    return SlowOperation.objects.create(
        **{
            "kind": SlowKind.STATEMENT,
            "duration_ms": 350,
            "method": "GET",
            "route": "api/v1/consumer/products",
            "statement": "SELECT %s FROM catalog_product",
            "actor": "system",
            "request_id": REQUEST_ID,
            **values,
        }
    )


def in_the_request():
    return use_context(Context(request_id=REQUEST_ID, source=Source.ADMIN))


def test_slow_operations_listed_newest_first_and_linked_by_request(boss_client):
    make_slow(duration_ms=4321, happened_at=timezone.now() - timedelta(days=1))
    make_slow(duration_ms=8765, request_id="another-request-0001")
    text = shown(boss_client, LIST)
    assert 0 < text.index("8,765") < text.index("4,321")
    assert f'href="{FIND}?request_id={REQUEST_ID}"' in text
    only = shown(boss_client, f"{LIST}?request_id={REQUEST_ID}")
    assert ("4,321" in only, "8,765" in only) == (True, False)
    only = shown(boss_client, f"{LIST}?kind__exact=request")
    assert ("4,321" in only, "8,765" in only) == (False, False)


def test_page_of_a_slow_statement_shows_it(boss_client):
    row = make_slow()
    text = shown(boss_client, f"{LIST}{row.pk}/change/")
    assert "SELECT %s FROM catalog_product" in text


def test_request_found_with_all_that_it_left_behind(boss_client):
    make_slow()
    webhook = ROWS["core.WebhookEndpoint"]()
    webhook.event_types = ["*"]
    webhook.save()
    product = make_product()
    with in_the_request():
        update_product(product=product, values={"name_en": "Lantern"})
        job = queue_job(kind=VERIFY_EVENTS)
    event_id = request_trail(REQUEST_ID).events[0].pk
    EventDelivery.objects.create(
        event_id=event_id,
        subscriber="example-subscriber",
        stream_type="product",
        stream_id="1",
        position=1,
        state=DeliveryState.DEAD,
        next_attempt_at=timezone.now(),
    )
    sent = WebhookDelivery.objects.create(
        endpoint=webhook,
        event_id=event_id,
        event_type="product.updated",
        body="{}",
        give_up_at=timezone.now(),
    )
    text = shown(boss_client, f"{FIND}?request_id={REQUEST_ID}")
    for link in (
        f"/admin/catalog/product/{product.pk}/history/",
        f"/admin/core/event/{event_id}/change/",
        f"/admin/core/job/{job.pk}/change/",
        f"/admin/core/webhookdelivery/{sent.pk}/change/",
        "/admin/core/eventdelivery/",
        LIST,
    ):
        assert f'href="{link}' in text
    assert "update: name_en" in text
    assert "Lantern" not in text
    assert "Log lines are not kept on this machine" in text


@pytest.mark.django_db
def test_order_with_a_key_found_by_its_request(client, boss_client):
    product = make_product(stock="3")
    order = {
        "items": [{"product_id": str(product.pk), "quantity": 1}],
        "customer_name": "Shopper",
        "customer_phone": "0770 123 4567",
    }
    headers = {"X-Request-ID": REQUEST_ID, "Idempotency-Key": "find-this-order-1"}
    answer = client.post(
        "/api/v1/consumer/orders", order, content_type="application/json", headers=headers
    )
    assert answer.status_code == 201
    assert IdempotencyRecord.objects.get().request_id == REQUEST_ID
    text = shown(boss_client, f"{FIND}?request_id={REQUEST_ID}")
    assert "Stored answers to repeated requests" in text
    assert "A shopper placed an order" in text
    assert not re.search(r"0?770 ?123|7701234567", text)


def test_changes_of_other_requests_left_out_and_only_the_newest_looked_through(
    db, django_assert_max_num_queries, monkeypatch
):
    product = make_product()
    with in_the_request():
        update_product(product=product, values={"name_en": "First"})
    with use_context(Context(request_id="another-request-0001")):
        update_product(product=product, values={"name_en": "Second"})
    with django_assert_max_num_queries(8):
        [change] = changes_of_request(REQUEST_ID, limit=10)
    assert change.changes["name_en"]["new"] == "First"
    assert REACH == 2000
    monkeypatch.setattr("core.history.selectors.REACH", 1)
    assert changes_of_request(REQUEST_ID, limit=10) == []


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("", "The request id stands on every error page"),
        (
            "unknown-request-1",
            "Neither the database nor the log lines kept here carry this request id.",
        ),
        ("<script>", "This is no request id"),
        ("' OR 1=1 --", "This is no request id"),
    ],
)
def test_what_cannot_be_found_is_said(asked, text, boss_client):
    answer = boss_client.get(FIND, {"request_id": asked})
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert '<script>"' not in answer.content.decode()


def test_page_speaks_arabic(boss_client):
    boss_client.cookies["django_language"] = "ar"
    assert "البحث عن طلب" in shown(boss_client, FIND)


def test_page_only_for_those_who_may_see_events(db):
    assert sign_in(make_staff("core.view_slowoperation")).get(FIND).status_code == 403
    client = sign_in(make_staff("core.view_event"))
    assert client.get(FIND).status_code == 200
    assert FIND in client.get("/admin/").content.decode()
    assert FIND not in sign_in(make_staff("core.view_job")).get("/admin/").content.decode()
    assert Client().get(FIND).status_code == 302
