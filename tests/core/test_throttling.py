"""Throttles: counted here, summed up with the others, open when the counters are away."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import RequestFactory

from core import throttling
from core.errors import DependencyDown, TooManyRequests
from core.identity.models import User
from core.throttling import (
    LARGEST_TABLE,
    RECONCILE_SECONDS,
    ScopeThrottle,
    WindowCounter,
    caller_of,
    client_address,
    exact_limit,
)

#: The start of a minute, in seconds.
MINUTE = 1_800_000_000.0


def test_hits_of_one_process_counted_exactly():
    counter = WindowCounter()
    assert [counter.hit("a", MINUTE + step / 10) for step in range(8)] == list(range(1, 9))


def test_two_processes_see_each_others_hits_after_the_interval():
    one, other = WindowCounter(), WindowCounter()
    for _ in range(10):
        one.hit("a", MINUTE)
        other.hit("a", MINUTE)
    later = MINUTE + RECONCILE_SECONDS
    assert one.hit("a", later) == 11
    assert other.hit("a", later) == 22
    assert one.hit("a", later + RECONCILE_SECONDS) == 23
    assert other.hit("a", later + RECONCILE_SECONDS) == 24


def test_two_processes_do_not_see_each_other_within_the_interval():
    """The overshoot that is stated: what the others admitted in the last quarter second."""
    one, other = WindowCounter(), WindowCounter()
    one.hit("a", MINUTE)
    for _ in range(5):
        other.hit("a", MINUTE)
    assert one.hit("a", MINUTE + RECONCILE_SECONDS - 0.01) == 2


def test_hit_that_arrives_during_the_sum_not_lost(monkeypatch):
    counter = WindowCounter()
    counter.hit("a", MINUTE)
    later = MINUTE + RECONCILE_SECONDS
    add_to_sum = counter._add_to_sum
    during: list[int] = []

    def add_while_another_knocks(name: str, unsent: int) -> int | None:
        during.append(counter.hit("a", later))
        return add_to_sum(name, unsent)

    monkeypatch.setattr(counter, "_add_to_sum", add_while_another_knocks)
    assert counter.hit("a", later) == 3
    assert during == [3]
    assert counter.hit("a", later) == 4


def test_callers_counted_apart():
    counter = WindowCounter()
    counter.hit("a", MINUTE)
    assert counter.hit("b", MINUTE) == 1


def test_count_starts_anew_each_minute():
    counter = WindowCounter()
    for step in range(5):
        counter.hit("a", MINUTE + step)
    assert counter.hit("a", MINUTE + 59.9) == 6
    assert counter.hit("a", MINUTE + 60) == 1


def test_oldest_callers_forgotten_when_the_table_is_full(monkeypatch):
    monkeypatch.setattr(throttling, "LARGEST_TABLE", 3)
    counter = WindowCounter()
    for caller in "abcd":
        counter.hit(caller, MINUTE)
    assert counter.hit("d", MINUTE) == 2
    assert counter.hit("a", MINUTE) == 1
    assert LARGEST_TABLE == 50_000


@pytest.fixture
def counters_away(settings, monkeypatch):
    """The counter server does not answer."""
    settings.CACHES = {
        **settings.CACHES,
        "counters": {
            **settings.CACHES["counters"],
            "LOCATION": "unix:///nowhere/counters.sock?db=1",
        },
    }
    yield
    caches["counters"].close()


@pytest.mark.usefixtures("counters_away")
def test_count_goes_on_in_process_when_the_counters_are_away():
    counter = WindowCounter()
    assert [counter.hit("a", MINUTE + step) for step in range(4)] == [1, 2, 3, 4]


def test_hits_made_while_the_counters_were_away_are_added_later(monkeypatch):
    counter, other = WindowCounter(), WindowCounter()
    with monkeypatch.context() as patched:
        patched.setattr(counter, "_add_to_sum", lambda name, unsent: None)
        for step in range(4):
            counter.hit("a", MINUTE + step)
    assert counter.hit("a", MINUTE + 5) == 5
    other.hit("a", MINUTE + 5)
    assert other.hit("a", MINUTE + 6) == 7


def test_post_refused_when_its_count_was_lost_between_two_calls(settings):
    """A counter server that answers nothing at all: no reason to blame the caller with a 429."""
    settings.CACHES = {
        **settings.CACHES,
        "counters": {
            **settings.CACHES["counters"],
            "LOCATION": "unix:///nowhere/counters.sock?db=1",
            "OPTIONS": {**settings.CACHES["counters"]["OPTIONS"], "IGNORE_EXCEPTIONS": True},
        },
    }
    with pytest.raises(DependencyDown) as refused:
        exact_limit(
            request_of(AnonymousUser()), group="g", rate="3/m", key=lambda group, request: "caller"
        )
    assert refused.value.retry_after == 5
    caches["counters"].close()


class View:
    """All that a throttle looks at."""

    throttle_scope = "order"


def request_of(user, **meta):
    request = RequestFactory().get("/api/orders", **meta)
    request.user = user
    return request


def test_scope_throttle_admits_its_rate_and_no_more(settings, monkeypatch):
    settings.THROTTLE_RATES = {"order": 3}
    monkeypatch.setattr(throttling, "_counter", WindowCounter())
    request = request_of(AnonymousUser())
    assert [ScopeThrottle().allow_request(request, View()) for _ in range(5)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert ScopeThrottle().allow_request(request_of(User(pk=1)), View()) is True


def test_wait_lasts_until_the_minute_ends(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: MINUTE + 42.5)
    assert ScopeThrottle().wait() == 17.5


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "9.9.9.9", "10.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (2, "1.1.1.1, 9.9.9.9, 8.8.8.8", "9.9.9.9"),
        (2, "9.9.9.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_address_taken_from_our_own_proxies_only(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    request.META["REMOTE_ADDR"] = "10.0.0.1"
    assert client_address(request) == expected


def test_caller_is_the_user_when_signed_in():
    assert caller_of(request_of(User(pk=4))) == "user:4"
    assert caller_of(request_of(AnonymousUser(), REMOTE_ADDR="10.0.0.2")) == "address:10.0.0.2"


def limit_by_address(times: int) -> list[str]:
    """What `times` requests under "2/m" get: "ok" or the code of the refusal."""
    answers = []
    for _ in range(times):
        try:
            exact_limit(request_of(AnonymousUser()), group="tests.group", rate="2/m")
        except (TooManyRequests, DependencyDown) as error:
            answers.append(error.code)
        else:
            answers.append("ok")
    return answers


def test_exact_limit_refuses_above_the_rate():
    assert limit_by_address(4) == ["ok", "ok", "too_many_requests", "too_many_requests"]


@pytest.mark.usefixtures("counters_away")
def test_exact_limit_refuses_when_the_counters_are_away():
    assert limit_by_address(1) == ["dependency_down"]
