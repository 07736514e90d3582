"""What is counted beside the plans: searches, new tokens, and looks at the sign-in pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from core.identity.models import ApiToken, User
from tests.factories.catalog import make_product

PRODUCTS = "/api/v1/consumer/products"
#: In the middle of a minute, so that no test sees two.
NOON = datetime(2026, 5, 4, 12, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_minute():
    with time_machine.travel(NOON, tick=False):
        yield


def search(words: str, address: str = "10.0.0.1"):
    return Client().get(PRODUCTS, {"search": words}, REMOTE_ADDR=address)


@pytest.fixture
def two_searches(settings, committed_db) -> None:
    settings.SEARCHES_PER_MINUTE = 2
    make_product(name="Cable")


def test_searches_above_the_rate_are_refused_cached_ones_too(two_searches):
    answers = [search(words) for words in ("cable", "cable", "cable", "lamp")]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json()["error"]["code"] == "too_many_requests"
    # The minute of each address begins at a moment of its own.
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert search("cable", "10.0.0.2").status_code == 200


def test_browsing_goes_on_for_who_searched_too_much(two_searches):
    for _ in range(3):
        search("cable")
    browsed = Client().get(PRODUCTS, {"search": ""}, REMOTE_ADDR="10.0.0.1")
    assert (browsed.status_code, browsed.json()["total"]) == (200, 1)


def test_searches_go_on_without_the_counters(two_searches, settings):
    gone = {**settings.CACHES["counters"], "LOCATION": "unix:///nowhere/valkey.sock?db=1"}
    settings.CACHES = {**settings.CACHES, "counters": gone}
    assert [search("cable").status_code for _ in range(4)] == [200] * 4


@pytest.mark.django_db
def test_new_tokens_above_the_rate_are_refused_and_not_made(settings):
    settings.TOKEN_POSTS_PER_MINUTE = 1
    statuses = []
    for email in ("a@example.com", "a@example.com", "b@example.com"):
        user, _ = User.objects.get_or_create(email=email, is_staff=True)
        client = Client()
        client.force_login(user)
        sent = client.post("/api/v1/tokens", {"name": "till"}, content_type="application/json")
        statuses.append(sent.status_code)
    assert statuses == [201, 429, 201]
    assert ApiToken.objects.count() == 2


@pytest.mark.django_db
def test_pages_of_the_back_office_above_the_rate_are_refused(settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "back-office": 2}
    client, other = Client(), Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    other.force_login(User.objects.create_superuser("other@example.com"))
    answers = [client.get("/admin/catalog/product/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "41"
    assert "Too many requests" in answers[2].content.decode()
    assert other.get("/admin/catalog/product/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/_allauth/app/v1/config"])
def test_looks_at_sign_in_above_the_rate_are_refused(address, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "sign-in-read": 2}
    caller = {"REMOTE_ADDR": f"10.0.1.{len(address)}"}
    answers = [Client().get(address, **caller) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "41"
