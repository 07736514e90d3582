"""One key, many posts at once, over HTTP: one order, one answer; whatever dies in between."""

from __future__ import annotations

import dataclasses
import json
import signal
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from catalog.models import Order, Product, Reservation, StockLevel
from core.api.errors import error_body
from core.errors import DependencyDown, DomainError, TooManyRequests
from core.idempotency import services as idempotency
from core.idempotency.models import IdempotencyRecord
from core.idempotency.services import LEASE, Answer
from tests.concurrency.processes import run_module
from tests.concurrency.sessions import terminate_the_waiting_session
from tests.concurrency.threads import run_together
from tests.factories.catalog import make_product

PATH = "/api/v1/consumer/orders"
POSTS = 64


@pytest.fixture(autouse=True)
def _no_rates(settings):
    """These posts all come from one address."""
    settings.ORDER_POSTS_PER_MINUTE = 100_000
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "order": 100_000}


def body_of(product: Product, quantity: int = 1) -> str:
    return json.dumps(
        {
            "items": [{"product_id": str(product.pk), "quantity": quantity}],
            "customer_name": "Shopper",
            "customer_phone": "0770 123 4567",
        }
    )


def post(key: str, body: str) -> HttpResponse:
    """One post by a client of its own; a defect is an answer, as on the wire."""
    return Client(raise_request_exception=False).post(
        PATH, body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def post_together(key: str, body: str) -> list[HttpResponse]:
    return run_together(lambda _: post(key, body), range(POSTS))


def what(answer: HttpResponse) -> str:
    """An answer in a word: its status and code, and whether it is a replay."""
    found = answer.json()
    code = "" if found["success"] else f" {found['error']['code']}"
    replayed = " replayed" if "Idempotency-Replayed" in answer.headers else ""
    return f"{answer.status_code}{code}{replayed}"


def assert_acted_once(answers: list[HttpResponse], counted: Counter[str]) -> str:
    """One order placed, the others told so or asked to wait; the order's number."""
    outcomes = Counter(what(answer) for answer in answers)
    counted += outcomes
    others = outcomes["409 request_in_flight"] + outcomes["201 replayed"]
    assert (outcomes["201"], others) == (1, POSTS - 1), outcomes
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    [first] = [answer for answer in answers if what(answer) == "201"]
    number: str = first.json()["order_number"]
    return number


def test_64_posts_of_one_key_place_one_order(committed_db, storm):
    rounds = 20 if storm else 2
    product = make_product(stock="1000")
    counted: Counter[str] = Counter()
    numbers = []
    for index in range(rounds):
        key = f"posts-of-round-{index}"
        answers = post_together(key, body_of(product))
        numbers.append(assert_acted_once(answers, counted))
        [first] = [answer for answer in answers if what(answer) == "201"]
        later = post(key, body_of(product))
        assert (what(later), later.content) == ("201 replayed", first.content)
    assert sorted(Order.objects.values_list("number", flat=True)) == sorted(numbers)
    assert len(set(numbers)) == rounds
    assert StockLevel.objects.get().reserved == rounds
    print(f"\n{rounds} keys, {POSTS} posts each at once: {dict(counted)}, {rounds} orders")


def test_64_posts_of_one_key_place_more_without_the_claim_negative_control(
    committed_db, monkeypatch
):
    claim = idempotency._try_to_claim

    def claim_whatever_is_held(once):
        return claim(once) or claim(dataclasses.replace(once, key=f"other-{id(object())}"))

    monkeypatch.setattr(idempotency, "_try_to_claim", claim_whatever_is_held)
    outcomes = Counter(
        what(answer) for answer in post_together("posts-unclaimed", body_of(make_product()))
    )
    assert Order.objects.count() > 1
    assert outcomes["201"] > 1
    print(f"\nwithout the claim: {dict(outcomes)}, {Order.objects.count()} orders")


def die_inside_an_order(database: str, key: str, body: str) -> None:
    ended = run_module(
        "tests.concurrency.killed_order", key, database=database, seconds=60, given=body
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-3000:]


def end_the_lease() -> None:
    IdempotencyRecord.objects.update(lease_until=timezone.now() - timedelta(milliseconds=1))


def test_claim_of_a_killed_process_held_for_its_lease_then_taken_over(committed_db, storm):
    rounds = 20 if storm else 1
    product = make_product(stock="1000")
    counted: Counter[str] = Counter()
    for index in range(rounds):
        key, body = f"killed-in-round-{index}", body_of(product)
        die_inside_an_order(committed_db, key, body)
        assert Order.objects.count() == Reservation.objects.count() == index
        claim = IdempotencyRecord.objects.get(key=key)
        assert claim.status is None
        assert timedelta(0) < claim.lease_until - timezone.now() <= LEASE
        refused = post(key, body)
        assert (what(refused), refused.headers["Retry-After"]) == ("409 request_in_flight", "1")
        end_the_lease()
        assert_acted_once(post_together(key, body), counted)
        assert what(post(key, body)) == "201 replayed"
        assert Order.objects.count() == Reservation.objects.count() == index + 1
    assert StockLevel.objects.get().reserved == rounds
    print(f"\n{rounds} processes killed in an order, then {POSTS} posts at once: {dict(counted)}")


def test_claim_of_a_killed_process_not_taken_over_by_another_body(committed_db):
    product = make_product()
    die_inside_an_order(committed_db, "killed-other-body", body_of(product, 1))
    end_the_lease()
    assert what(post("killed-other-body", body_of(product, 2))) == "422 idempotency_key_reused"
    assert Order.objects.count() == 0


def test_same_key_with_other_bodies_at_once_places_one_of_them(committed_db):
    product = make_product(stock="1000")
    bodies = [body_of(product, quantity) for quantity in range(1, 17)]
    answers = run_together(lambda body: post("many-bodies", body), bodies)
    assert Counter(what(answer) for answer in answers) == {
        "201": 1,
        "422 idempotency_key_reused": 15,
    }
    assert Order.objects.count() == 1


def test_stored_answers_survive_an_emptied_valkey(committed_db):
    body = body_of(make_product())
    first = post("emptied-valkey", body)
    caches["counters"].client.get_client().flushdb()
    later = post("emptied-valkey", body)
    assert (what(first), what(later)) == ("201", "201 replayed")
    assert first.content == later.content
    assert Order.objects.count() == 1


def test_refusal_for_the_rate_not_stored(committed_db, settings):
    product = make_product()
    settings.ORDER_POSTS_PER_MINUTE = 1
    assert what(post("before-the-rate", body_of(product))) == "201"
    assert what(post("after-the-rate", body_of(product))) == "429 too_many_requests"
    settings.ORDER_POSTS_PER_MINUTE = 100_000
    assert what(post("after-the-rate", body_of(product))) == "201"


@pytest.mark.parametrize(
    "error", [TooManyRequests(seconds=3, retry_after=3), DependencyDown(retry_after=5)]
)
def test_error_that_may_pass_not_stored(committed_db, error):
    once = idempotency.Once(caller="anonymous", route="tests", key="may-pass-1", body_hash="b")

    def refuse(refused: DomainError) -> Answer:
        return Answer(refused.status, json.dumps(error_body(refused, path=PATH)))

    def fail() -> Answer:
        raise error

    with pytest.raises(type(error)):
        idempotency.answer_once(once, fail, refuse)
    assert IdempotencyRecord.objects.count() == 0
    assert idempotency.answer_once(once, lambda: Answer(201, "{}"), refuse) == Answer(201, "{}")


def test_order_whose_session_the_database_ended_answers_503_and_is_not_stored(committed_db):
    body = body_of(make_product())
    answers: list[HttpResponse] = []

    def post_and_note() -> None:
        answers.extend(run_together(lambda _: post("session-ended", body), range(1)))

    poster = threading.Thread(target=post_and_note)
    with transaction.atomic():
        StockLevel.objects.select_for_update().get()
        poster.start()
        terminate_the_waiting_session()
        poster.join(timeout=20)
    [refused] = answers
    assert (what(refused), refused.headers["Retry-After"]) == ("503 dependency_down", "5")
    assert (Order.objects.count(), IdempotencyRecord.objects.count()) == (0, 0)
    assert what(post("session-ended", body)) == "201"
