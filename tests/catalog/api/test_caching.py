"""Cached answers: fresh after a change, the same for everybody, dispensable."""

import gzip
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from catalog.models import Product
from catalog.selectors import shelf
from catalog.services.orders import cancel_order, ship_order
from core.caching import RecentAnswers
from core.events.models import DeliveryState, EventDelivery
from core.events.relay import run_relay
from core.events.services import unit_of_work
from core.identity.models import User
from tests.factories.catalog import make_order, make_product

LIST = "/api/v1/consumer/products"


def _edit_name(product, name):
    with unit_of_work():
        Product.objects.filter(pk=product.pk).update(name_en=name)
        product.emit_event("product.updated", {"changes": {}})


def _names(client):
    return [item["name"] for item in client.get(LIST).json()["items"]]


def test_second_request_comes_from_the_cache(client, committed_db):
    make_product()
    first = client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(LIST)
    assert len(queries) == 0
    assert again.content == first.content


def test_change_is_seen_by_the_next_request(client, committed_db):
    product = make_product(name="Before")
    detail = f"{LIST}/{product.sku}"
    assert _names(client) == ["Before"]
    assert client.get(detail).json()["product"]["name"] == "Before"
    _edit_name(product, "After")
    assert _names(client) == ["After"]
    assert client.get(detail).json()["product"]["name"] == "After"


def test_change_is_not_seen_without_the_prompt_subscriber_negative_control(
    client, committed_db, monkeypatch
):
    monkeypatch.setattr("core.events.relay.deliver_prompt", lambda events: None)
    product = make_product(name="Before")
    _names(client)
    _edit_name(product, "After")
    assert _names(client) == ["Before"]
    EventDelivery.objects.update(next_attempt_at="2020-01-01T00:00Z")
    assert run_relay() == 1
    assert _names(client) == ["After"]


def test_order_and_its_end_are_seen_by_the_next_request(client, committed_db):
    product = make_product(stock="10")
    detail = f"{LIST}/{product.pk}"

    def available():
        listed = client.get(LIST).json()["items"][0]["actual_available_stock"]
        assert client.get(detail).json()["product"]["actual_available_stock"] == listed
        return listed

    assert available() == 10
    kept, dropped = make_order((product, 2)), make_order((product, 3))
    assert available() == 5
    cancel_order(order=dropped)
    assert available() == 8
    ship_order(order=kept)
    run_relay()
    assert available() == 8
    assert EventDelivery.objects.exclude(state=DeliveryState.DONE).count() == 0


def test_wire_headers_and_revalidation(client, committed_db):
    make_product()
    first = client.get(LIST)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Expires" not in first.headers
    assert "Cookie" not in first.headers["Vary"]
    again = client.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(LIST, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_compressed_when_asked(client, committed_db):
    for _ in range(5):
        make_product()
    plain = client.get(LIST)
    packed = client.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    again = client.get(
        LIST,
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]},
    )
    assert again.status_code == 304


def test_unknown_parameters_and_hosts_share_one_entry(client, committed_db, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_product()
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{LIST}?utm_source=x&limit=50&page=1")
        client.get(LIST, headers={"host": "elsewhere.example"})
        client.get(f"{LIST}/")
    assert len(queries) == 0


def test_languages_do_not_share_an_entry(client, committed_db):
    make_product(name="Cable", name_ar="كابل")
    assert _names(client) == ["Cable"]
    arabic = client.get(LIST, headers={"Accept-Language": "ar"}).json()
    assert arabic["items"][0]["name"] == "كابل"


def test_not_found_is_never_cached(client, committed_db):
    assert client.get(f"{LIST}/NEW-1").status_code == 404
    make_product(sku="NEW-1")
    assert client.get(f"{LIST}/NEW-1").status_code == 200


def test_failure_is_never_cached(client, committed_db, monkeypatch):
    make_product(name="Cable")
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "list_products", lambda question: 1 / 0)
        failed = client.get(LIST)
    assert failed.status_code == 500
    assert "ZeroDivision" not in failed.content.decode()
    assert _names(client) == ["Cable"]


def test_lost_mirror_brings_nothing_stale_back(client, committed_db):
    product = make_product(name="Before")
    _names(client)
    _edit_name(product, "After")
    versions = cache.client.get_client()
    for key in versions.keys("*version:*"):
        versions.delete(key)
    assert _names(client) == ["After"]


def test_reads_answer_without_valkey(client, committed_db, settings):
    make_product(name="Cable")
    gone = "unix:///nonexistent/valkey.sock?db=1"
    settings.CACHES = {name: {**one, "LOCATION": gone} for name, one in settings.CACHES.items()}
    assert _names(client) == ["Cable"]
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert client.get("/health/live").status_code == 200


def test_throttle_counts_cached_answers(client, committed_db, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "consumer-read": 3}
    make_product()
    statuses = [client.get(LIST, REMOTE_ADDR="10.9.9.9").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.get(LIST, REMOTE_ADDR="10.9.9.8").status_code == 200


@pytest.mark.parametrize("path", [LIST, "/api/v1/consumer/categories", "/api/consumer/products"])
def test_two_people_get_the_same_public_answer(client, committed_db, path):
    make_product()
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff@example.com", "not-used-here"))
    assert client.get(path).content == staff.get(path).content
    token = client.get(path, headers={"Authorization": "Token x", "X-Api-Key": "y"})
    assert token.content == client.get(path).content


def test_answer_survives_in_the_process_when_valkey_forgets_the_body(client, committed_db):
    make_product()
    first = client.get(LIST)
    store = cache.client.get_client()
    for key in store.keys("*views.decorators.cache*"):
        store.delete(key)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(LIST)
    assert len(queries) == 0
    assert again.content == first.content


def test_answer_in_the_process_ends_with_its_lifetime(client, committed_db, settings):
    settings.CACHE_SECONDS_PRODUCTS = 1
    make_product()
    client.get(LIST)
    time.sleep(1.1)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) == 1


def test_answers_kept_in_the_process_are_bounded():
    kept = RecentAnswers(most=2)
    for number in range(3):
        response = HttpResponse(b"{}", headers={"ETag": '"x"', "Expires": http_date(2**31)})
        kept.keep((number,), response)
    assert kept.get((0,)) is None
    assert kept.get((2,)).content == b"{}"
