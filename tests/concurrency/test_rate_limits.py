"""One limit over two web processes: exactly as many calls pass as it says."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.test import Client

from core.identity.models import User
from tests.concurrency.threads import run_together
from tests.concurrency.web_processes import serving, status_of

LIMIT, CALLS = 20, 100
PATH = "/api/v1/catalog/categories"


def answers(database: str, counted_by: str) -> Counter[int]:
    """The statuses of 100 calls at once, half of them to each of two processes."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with serving(
        database=database,
        settings="tests.concurrency.limited_settings",
        count=2,
        COUNTED_BY=counted_by,
    ) as ports:
        calls = [ports[number % 2] for number in range(CALLS)]
        return Counter(run_together(lambda port: status_of(port, PATH, cookie), calls, threads=50))


def test_limit_of_twenty_lets_exactly_twenty_of_a_hundred_pass(committed_db):
    assert answers(committed_db, "us") == {200: LIMIT, 429: CALLS - LIMIT}


def test_counter_that_reads_and_writes_back_lets_more_pass_negative_control(committed_db):
    seen = answers(committed_db, "drf")
    assert seen[200] + seen[429] == CALLS
    assert seen[200] > LIMIT
    print(f"\nDRF's own counter: {seen[200]} of {CALLS} passed a limit of {LIMIT}")
