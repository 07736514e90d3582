"""Apps sign people in without cookies: the same door, the same locks."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.test import Client

from core.events.models import Event
from core.identity.models import User
from core.identity.sessions import end_other_sessions, sessions_of
from tests.identity.people import PASSWORD, current_code, make_person, protect, wrong_code

pytestmark = pytest.mark.django_db
BASE = "/_allauth/app/v1"
AUDIT = "/api/v1/audit/recent"


def call(method: str, address: str, data: object = None, token: str = "", **extra: str):
    headers = {"x-session-token": token} if token else {}
    body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
    client = Client(raise_request_exception=False)
    return getattr(client, method)(f"{BASE}{address}", **body, headers=headers, **extra)


def sign_in(email: str = "sara@example.com", password: str = PASSWORD, **extra: str):
    return call("post", "/auth/login", {"email": email, "password": password}, **extra)


def ask(token: str, address: str = AUDIT):
    return Client(headers={"x-session-token": token}).get(address)


@pytest.fixture
def sara(db: None) -> User:
    return make_person(is_staff=False)


def test_shopper_signs_in_and_has_no_staff_rights(sara):
    response = sign_in()
    token = response.json()["meta"]["session_token"]
    assert (response.status_code, response.json()["meta"]["is_authenticated"]) == (200, True)
    assert "sessionid" not in response.cookies
    answer = ask(token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert ask(token, "/api/v1/consumer/products").status_code == 200
    assert Client(headers={"x-session-token": token}).get("/admin/").status_code == 302


def test_staff_act_by_their_session_token(sara):
    User.objects.update(is_staff=True)
    token = sign_in().json()["meta"]["session_token"]
    assert ask(token).status_code == 200


def test_second_factor_is_asked_of_apps_too(sara):
    User.objects.update(is_staff=True)
    protect(sara)
    response = sign_in()
    token = response.json()["meta"]["session_token"]
    assert response.status_code == 401
    assert "mfa_authenticate" in [flow["id"] for flow in response.json()["data"]["flows"]]
    before = ask(token)
    assert (before.status_code, before.json()["error"]["code"]) == (401, "session_over")
    done = call("post", "/auth/2fa/authenticate", {"code": current_code()}, token)
    assert done.status_code == 200
    after = done.json()["meta"]["session_token"]
    assert after != token
    assert ask(after).status_code == 200
    told = Event.objects.filter(stream_id=str(sara.pk)).order_by("position")
    assert [event.type for event in told] == ["user.second_factor_used", "user.signed_in"]


def test_second_step_needs_the_session_of_the_password(sara):
    protect(sara)
    response = call("post", "/auth/2fa/authenticate", {"code": current_code(), "user": sara.pk})
    assert response.status_code == 401
    assert not Event.objects.filter(type="user.signed_in").exists()


def test_demanded_second_factor_closes_the_api(sara, settings):
    User.objects.update(is_staff=True)
    settings.STAFF_MFA_REQUIRED = True
    answer = ask(sign_in().json()["meta"]["session_token"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor_required")


@pytest.mark.parametrize("email", ["sara@example.com", "none@example.com"])
def test_failures_lock_as_on_the_pages(email, sara):
    answers = [sign_in(email, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 4 + [429]
    assert answers[4].json()["error"]["code"] == "account_locked"
    assert 895 <= int(answers[4]["Retry-After"]) <= 900
    page = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert page.status_code == 429


def test_wrong_codes_lock_as_on_the_pages(sara):
    protect(sara)
    token = sign_in().json()["meta"]["session_token"]
    wrong = wrong_code()
    statuses = [
        call("post", "/auth/2fa/authenticate", {"code": wrong}, token).status_code for _ in range(5)
    ]
    assert statuses == [400] * 4 + [429]
    right = call("post", "/auth/2fa/authenticate", {"code": current_code()}, token)
    assert right.json()["error"]["code"] == "account_locked"


def test_failures_read_the_same(sara):
    known, unknown = (sign_in(email, "wrong") for email in ("sara@example.com", "no@example.com"))
    assert known.json() == unknown.json()


def test_without_counters_the_coded_503(sara, settings):
    settings.CACHES = {
        **settings.CACHES,
        "counters": {**settings.CACHES["counters"], "LOCATION": "unix:///nowhere/v.sock?db=1"},
    }
    answer = sign_in()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "dependency_down")


def test_signing_out_ends_the_token(sara):
    token = sign_in().json()["meta"]["session_token"]
    call("delete", "/auth/session", token=token)
    assert ask(token).json()["error"]["code"] == "session_over"


def test_session_of_an_app_is_listed_and_ended_like_the_others(sara):
    token = sign_in().json()["meta"]["session_token"]
    assert len(sessions_of(sara)) == 1
    end_other_sessions(user=sara, current_key=None)
    assert ask(token).json()["error"]["code"] == "session_over"


def test_reset_sends_a_link_to_our_own_page(sara, settings):
    settings.PUBLIC_BASE_URL = "https://tradepost.example"
    assert call("post", "/auth/password/request", {"email": sara.email}).status_code == 200
    assert "https://tradepost.example/accounts/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize("key", ["-", "-1", "-x-y", "0-", "zzz-1", "x"])
def test_key_of_a_reset_that_is_none_is_refused(key, sara):
    address = "/_allauth/app/v1/auth/password/reset"
    asked = Client().get(address, headers={"x-password-reset-key": key})
    sent = Client().post(
        address, {"key": key, "password": "another-long-one"}, content_type="application/json"
    )
    assert (asked.status_code, sent.status_code) == (400, 400)
    assert {each["param"] for each in sent.json()["errors"]} == {"key"}


@pytest.mark.parametrize("address", ["/auth/signup", "/account/email", "/account/phone"])
def test_what_is_not_offered_is_not_there(address, sara):
    assert (
        call("post", address, {"email": "new@example.com", "password": PASSWORD}).status_code == 404
    )
