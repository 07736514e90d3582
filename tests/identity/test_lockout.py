"""Five failures lock an account for an address: on every way in, over processes, and no longer."""

from __future__ import annotations

import re
import time

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from core.events.models import Event
from core.identity import lockout
from core.identity.models import User
from tests.concurrency.processes import run_module
from tests.concurrency.threads import run_together
from tests.identity.people import (
    SECOND_STEP,
    current_code,
    give_password,
    is_signed_in,
    make_person,
    protect,
    wrong_code,
)

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def sara(db: None) -> User:
    return make_person()


def fail(times: int, email: str = "sara@example.com", address: str = HERE) -> list[int]:
    return [
        give_password(Client(), email, "wrong", REMOTE_ADDR=address).status_code
        for _ in range(times)
    ]


@pytest.mark.parametrize("email", ["sara@example.com", "none@example.com"])
def test_fifth_failure_locks_and_says_for_how_long(email, sara):
    assert fail(4, email) == [200] * 4
    response = give_password(Client(), email, "wrong", REMOTE_ADDR=HERE)
    assert response.status_code == 429
    assert "locked for 15 more minutes" in response.content.decode()
    assert 895 <= int(response["Retry-After"]) <= 900
    stream = str(sara.pk) if email == sara.email else "nobody"
    told = Event.objects.filter(stream_type="user", stream_id=stream).order_by("position")
    assert [event.type for event in told] == ["user.sign_in_failed"] * 5 + ["user.locked_out"]


def test_page_of_the_lock_speaks_arabic(sara):
    fail(5)
    client = Client(headers={"accept-language": "ar"})
    text = give_password(client, REMOTE_ADDR=HERE).content.decode()
    assert "تسجيل الدخول مقفل لمدة 15 دقيقة أخرى" in text
    assert 'dir="rtl"' in text


def test_right_password_does_not_open_a_locked_account(sara):
    fail(5)
    client = Client()
    assert give_password(client, REMOTE_ADDR=HERE).status_code == 429
    assert not is_signed_in(client)
    assert not Event.objects.filter(type="user.signed_in").exists()


def test_lock_is_of_the_pair(sara):
    make_person("other@example.com")
    fail(5)
    for email, address in (("sara@example.com", THERE), ("other@example.com", HERE)):
        client = Client()
        give_password(client, email, REMOTE_ADDR=address)
        assert is_signed_in(client)


def test_spelling_of_the_account_makes_no_new_one(sara):
    for typed in ("sara@example.com", "SARA@example.com", " Sara@Example.com", "sara@EXAMPLE.com"):
        assert fail(1, typed) == [200]
    assert fail(1) == [429]


def test_success_begins_anew(sara):
    fail(4)
    assert give_password(Client(), REMOTE_ADDR=HERE).status_code == 302
    assert fail(4) == [200] * 4


def test_lock_ends_by_itself(sara, settings):
    settings.SIGN_IN_LOCK_SECONDS = 1
    fail(5)
    assert give_password(Client(), REMOTE_ADDR=HERE).status_code == 429
    time.sleep(1.1)
    assert give_password(Client(), REMOTE_ADDR=HERE).status_code == 302


def test_wrong_codes_lock_as_wrong_passwords_do(sara):
    protect(sara)
    client = Client()
    give_password(client, REMOTE_ADDR=HERE)
    wrong = wrong_code()
    statuses = [
        client.post(SECOND_STEP, {"code": wrong}, REMOTE_ADDR=HERE).status_code for _ in range(5)
    ]
    assert statuses == [200] * 4 + [429]
    response = client.post(SECOND_STEP, {"code": current_code()}, REMOTE_ADDR=HERE)
    assert response.status_code == 429
    assert not is_signed_in(client)
    assert give_password(Client(), REMOTE_ADDR=HERE).status_code == 429


def test_password_given_again_does_not_buy_more_codes(sara):
    """Knowing the password, one has five codes in all, not five a sign-in."""
    protect(sara)
    wrong = wrong_code()
    statuses = []
    for _ in range(5):
        client = Client()
        give_password(client, REMOTE_ADDR=HERE)
        statuses.append(client.post(SECOND_STEP, {"code": wrong}, REMOTE_ADDR=HERE).status_code)
    assert statuses == [200] * 4 + [429]


def test_password_asked_again_is_guarded_too(sara):
    client = Client(REMOTE_ADDR=HERE)
    give_password(client)
    statuses = [
        client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code
        for _ in range(5)
    ]
    assert statuses == [200] * 4 + [429]
    assert give_password(Client(), REMOTE_ADDR=HERE).status_code == 429


def test_own_proxies_are_believed_and_nobody_else(sara, settings):
    def wrong(forwarded: str) -> int:
        return give_password(
            Client(), password="wrong", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded
        ).status_code

    assert [wrong(f"203.0.113.{number}") for number in range(5)] == [200] * 4 + [429]
    settings.TRUSTED_PROXY_COUNT = 1
    assert [wrong(f"198.51.100.{number}") for number in range(5)] == [200] * 5


@time_machine.travel("2026-05-04T12:00:20Z", tick=False)
def test_more_posts_than_the_rate_are_refused(sara, settings):
    settings.SIGN_IN_POSTS_PER_MINUTE = 3
    statuses = [
        give_password(Client(), f"nobody{number}@example.com", "x", REMOTE_ADDR=HERE).status_code
        for number in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_without_counters_nobody_signs_in(address, sara, settings):
    settings.CACHES = {
        **settings.CACHES,
        "counters": {
            **settings.CACHES["counters"],
            "LOCATION": "unix:///nowhere/valkey.sock?db=1",
        },
    }
    client = Client()
    data = {"login": "sara@example.com", "password": "correct horse battery", "email": "a@b.co"}
    response = client.post(address, data)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "not available" in response.content.decode()
    assert not is_signed_in(client)


@pytest.fixture
def checks(monkeypatch) -> list[str]:
    """Every password that is looked at, each look taking its time."""
    looked: list[str] = []
    check = User.check_password

    def slow_check(self, raw_password):
        looked.append(raw_password)
        time.sleep(0.2)
        return check(self, raw_password)

    monkeypatch.setattr(User, "check_password", slow_check)
    return looked


def storm_of_guesses(count: int) -> list[int]:
    """Wrong passwords, all at once; the statuses."""
    answers = run_together(
        lambda _: give_password(Client(), password="wrong", REMOTE_ADDR=HERE), range(count)
    )
    return sorted(answer.status_code for answer in answers)


def test_of_many_guesses_at_once_five_are_looked_at(committed_db, settings, storm, checks):
    settings.SIGN_IN_POSTS_PER_MINUTE = 1000
    user = make_person()
    count = 60 if storm else 16
    assert storm_of_guesses(count) == [200] * 4 + [429] * (count - 4)
    assert len(checks) == 5
    told = Event.objects.filter(stream_id=str(user.pk)).values_list("type", flat=True)
    assert sorted(told) == ["user.locked_out"] + ["user.sign_in_failed"] * 5


def test_counted_only_after_the_look_more_would_be_looked_at(
    committed_db, settings, checks, monkeypatch
):
    """The same storm with the count moved behind the look at the password."""
    settings.SIGN_IN_POSTS_PER_MINUTE = 1000
    make_person()

    def only_ask(self, request, credentials=None):
        lockout.require_unlocked(lockout.account_of(request, credentials), request)
        return True

    def count_late(self, sender, credentials, request=None, **kwargs):
        account = lockout.account_of(request, credentials)
        lockout.fail_attempt(account, request, lockout.count_attempt(account, request))

    monkeypatch.setattr(lockout.PairLockout, "is_allowed", only_ask)
    monkeypatch.setattr(lockout.PairLockout, "user_login_failed", count_late)
    storm_of_guesses(16)
    assert len(checks) > 5


def test_two_processes_count_together(committed_db):
    make_person()
    runs = run_together(
        lambda _: run_module("tests.identity.guesses", 6, database=committed_db, seconds=60),
        range(2),
    )
    statuses = [int(line) for run in runs for line in run.stdout.split()]
    assert sorted(statuses) == [200] * 4 + [429] * 8, [run.stderr for run in runs]


def test_addresses_are_not_readable_in_the_counters(sara):
    fail(2)
    stored = caches["counters"].client.get_client().keys("*")
    assert stored
    assert [key for key in stored if re.search(rb"sara|192\.0\.2", key)] == []
