"""Plans: what a caller may do in a minute, counted exactly and told in headers."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from catalog.models import Category
from core.context import change_context
from core.identity.models import User
from core.rate_limits import _count

pytestmark = pytest.mark.django_db
CATEGORIES = "/api/v1/catalog/categories"
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining")


@pytest.fixture(autouse=True)
def _small_plans(settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "staff": 3}
    settings.THROTTLE_WRITE_RATES = {"staff": 1}
    settings.ORGANIZATION_RATE_FACTOR = 2


def sign_in(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(email))
    return client


def told(answer) -> tuple[str, ...]:
    return tuple(answer[name] for name in HEADERS)


def test_reads_counted_down_and_refused_above_the_plan():
    boss = sign_in("boss@example.com")
    answers = [boss.get(CATEGORIES) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [told(answer) for answer in answers] == [("3", "2"), ("3", "1"), ("3", "0"), ("3", "0")]
    refused = answers[-1]
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_writes_counted_apart_from_reads_and_refused_without_an_effect():
    boss = sign_in("boss@example.com")
    sent = {"content_type": "application/json"}
    first = boss.post(CATEGORIES, {"name_en": "Cables"}, **sent)
    second = boss.post(CATEGORIES, {"name_en": "Lamps"}, **sent)
    assert (first.status_code, told(first)) == (201, ("1", "0"))
    assert (second.status_code, Category.objects.count()) == (429, 1)
    assert boss.get(CATEGORIES).status_code == 200


def test_callers_do_not_count_for_each_other():
    boss, other = sign_in("boss@example.com"), sign_in("other@example.com")
    for _ in range(4):
        last = boss.get(CATEGORIES)
    assert (last.status_code, other.get(CATEGORIES).status_code) == (429, 200)


def test_organization_counts_its_people_together(monkeypatch):
    clients = [sign_in(f"clerk-{number}@example.com") for number in range(3)]
    with change_context(organization_id="7") as context:
        monkeypatch.setattr("core.rate_limits.current_context", lambda: context)
        answers = [client.get(CATEGORIES).status_code for _ in range(3) for client in clients]
    assert answers == [200] * 6 + [429] * 3


def test_counts_end_after_a_minute():
    key = "rate:tests"
    assert _count([key]) == [(1, 60_000)]
    cache = caches["counters"]
    left = cache.client.get_client().pttl(cache.client.make_key(key))
    assert 59_000 < left <= 60_000


def test_without_valkey_reads_are_let_through_uncounted():
    boss = sign_in("boss@example.com")
    away = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.2},
    }
    with override_settings(CACHES={"default": away, "counters": away}):
        answers = [boss.get(CATEGORIES) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "RateLimit-Limit" not in answers[0]


def test_public_answers_tell_nobody_what_another_may_do(client):
    assert "RateLimit-Limit" not in client.get("/api/v1/consumer/categories")
