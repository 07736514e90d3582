"""Signing in: one door, a password, a second factor that cannot be walked around."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from core.events.models import Event
from core.identity.models import User
from tests.identity.people import (
    LOGIN,
    PASSWORD,
    SECOND_STEP,
    current_code,
    give_password,
    is_signed_in,
    make_person,
    protect,
    wrong_code,
)

pytestmark = pytest.mark.django_db


def told(user: User | None = None) -> list[str]:
    """What the record says of the account, or of nobody, in its order."""
    stream = "nobody" if user is None else str(user.pk)
    events = Event.objects.filter(stream_type="user", stream_id=stream).order_by("position")
    return list(events.values_list("type", flat=True))


@pytest.mark.parametrize("typed", ["sara@example.com", "SARA@Example.com", " sara@example.com "])
def test_right_password_opens_the_back_office(typed):
    user = make_person()
    client = Client()
    response = give_password(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.session["_auth_user_id"] == str(user.pk)
    (event,) = Event.objects.filter(stream_type="user", stream_id=str(user.pk))
    assert (event.type, event.data, event.actor, event.source) == (
        "user.signed_in",
        {"second_factor": False},
        f"user:{user.pk}",
        "admin",
    )


def test_admin_login_takes_no_password_and_leads_to_the_one_door():
    user = make_person(is_superuser=True)
    other = make_person("other@example.com")
    protect(user)
    client = Client()
    credentials = {"username": user.email, "password": PASSWORD, "next": "/admin/"}
    response = client.post("/admin/login/?next=/admin/core/user/", credentials)
    assert response["Location"] == f"{LOGIN}?next=/admin/core/user/"
    client.force_login(other)
    response = client.post("/admin/login/", credentials)
    assert response["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(other.pk)


def test_admin_login_sends_nobody_to_a_stranger():
    client = Client()
    client.force_login(make_person())
    response = client.get("/admin/login/?next=https://evil.example/")
    assert response["Location"] == "/admin/"


def test_somebody_without_staff_rights_is_refused_by_the_admin():
    make_person(is_staff=False)
    client = Client()
    assert give_password(client)["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_session_key_changes_at_sign_in():
    """A key that somebody planted before is worth nothing afterwards."""
    make_person()
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    give_password(client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_session_key_changes_after_the_second_factor_too():
    protect(make_person())
    client = Client()
    give_password(client)
    before = client.session.session_key
    client.post(SECOND_STEP, {"code": current_code()})
    assert is_signed_in(client)
    assert client.session.session_key != before


def test_second_factor_is_asked_for_and_recorded():
    user = make_person()
    protect(user)
    client = Client()
    assert give_password(client)["Location"] == SECOND_STEP
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302
    assert client.post(SECOND_STEP, {"code": current_code()})["Location"] == "/admin/"
    assert told(user) == ["user.second_factor_used", "user.signed_in"]
    assert Event.objects.get(type="user.signed_in").data == {"second_factor": True}
    assert Event.objects.get(type="user.second_factor_used").data == {"kind": "totp"}


def test_code_works_once():
    protect(make_person())
    code = current_code()
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
        client.post(SECOND_STEP, {"code": code})
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_second_step_cannot_be_reached_without_the_password_step():
    user = make_person()
    protect(user)
    client = Client()
    assert client.get(SECOND_STEP)["Location"] == LOGIN
    for guess in ({}, {"user": user.pk}, {"user_id": user.pk}, {"login": user.email}):
        response = client.post(SECOND_STEP, {"code": current_code(), **guess})
        assert response["Location"] == LOGIN
    assert not is_signed_in(client)


def test_second_step_belongs_to_who_gave_the_password():
    """A right code of somebody else opens neither account."""
    protect(make_person())
    mine = make_person("mine@example.com")
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415  (only this test has two apps)

    TOTP.activate(mine, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    client = Client()
    give_password(client, "mine@example.com")
    client.post(SECOND_STEP, {"code": current_code(), "user": "1"})
    assert not is_signed_in(client)


def test_second_step_ends_with_the_session_that_began_it():
    protect(make_person())
    first, second = Client(), Client()
    give_password(first)
    response = second.post(SECOND_STEP, {"code": current_code()})
    assert response["Location"] == LOGIN
    assert not is_signed_in(second)


def test_failures_read_the_same_for_known_and_unknown_accounts():
    user = make_person()
    texts = []
    for email in ("sara@example.com", "none@example.com"):
        response = give_password(Client(), email, "wrong")
        assert response.status_code == 200
        text = re.sub(r'value="[^"]*"', "", response.content.decode())
        texts.append(re.sub(r"csrf\w+", "", text))
    assert texts[0] == texts[1]
    assert "The email address and/or password you specified are not correct." in texts[0]
    assert (told(user), told()) == (["user.sign_in_failed"], ["user.sign_in_failed"])
    assert not Event.objects.filter(data__icontains="example.com").exists()


def test_unknown_account_costs_one_hash_as_a_known_one_does(settings, monkeypatch):
    """What takes the time is the hashing of a password: it is done once in either case."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: PLC0415  (counted here)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    make_person()
    hashed = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self, password, salt, iterations=None):
        hashed.append(iterations or self.iterations)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    costs = []
    for email in ("sara@example.com", "none@example.com"):
        hashed.clear()
        give_password(Client(), email, "wrong")
        costs.append(list(hashed))
    assert costs[0] == costs[1]
    assert len(costs[0]) == 1


def test_reset_reads_the_same_and_sends_one_mail_for_known_and_unknown(settings):
    settings.PUBLIC_BASE_URL = "https://tradepost.example"
    make_person()
    for email in ("sara@example.com", "none@example.com"):
        response = Client().post("/accounts/password/reset/", {"email": email})
        assert response["Location"] == "/accounts/password/reset/done/"
    assert [message.to for message in mail.outbox] == [["sara@example.com"], ["none@example.com"]]
    assert "https://tradepost.example/accounts/password/reset/key/" in mail.outbox[0].body
    assert "/reset/key/" not in mail.outbox[1].body
    assert "/signup/" not in mail.outbox[1].body


def test_reset_by_mail_ends_other_sessions_and_asks_for_the_second_factor():
    user = make_person()
    protect(user)
    elsewhere = Client()
    elsewhere.force_login(user)
    client = Client()
    client.post("/accounts/password/reset/", {"email": user.email})
    (link,) = re.findall(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
    page = client.get(link)["Location"]
    short = {"password1": "short12", "password2": "short12"}
    assert "at least 12" in client.post(page, short).content.decode()
    new = {"password1": "another good phrase", "password2": "another good phrase"}
    assert client.post(page, new)["Location"] == "/accounts/password/reset/key/done/"
    assert not is_signed_in(client)
    assert elsewhere.get("/admin/").status_code == 302
    assert told(user) == ["user.password_changed"]
    assert not is_signed_in(client)
    assert give_password(client, password="another good phrase")["Location"] == SECOND_STEP
    # The link opens once.
    assert "invalid" in Client().get(link, follow=True).content.decode().lower()


def test_own_password_is_changed_by_a_service():
    user = make_person()
    client = Client()
    give_password(client)
    version = User.objects.get().version
    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "another good phrase",
            "password2": "another good phrase",
        },
    )
    user.refresh_from_db()
    assert user.check_password("another good phrase")
    assert user.version == version + 1
    assert told(user) == ["user.signed_in", "user.password_changed"]
    assert client.get("/admin/").status_code == 200


def test_signing_out_is_a_post_and_is_recorded():
    user = make_person()
    client = Client()
    give_password(client)
    assert client.get("/admin/logout/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/admin/logout/")["Location"] == LOGIN
    assert not is_signed_in(client)
    assert told(user) == ["user.signed_in", "user.signed_out"]


def test_inactive_account_stays_outside():
    make_person(is_active=False)
    client = Client()
    assert give_password(client)["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_nobody_signs_up():
    new = {"email": "new@example.com", "password1": PASSWORD}
    for response in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", new)):
        assert "Sign Up Closed" in response.content.decode()
    assert not User.objects.exists()


PAGES = [LOGIN, "/accounts/password/reset/", "/accounts/inactive/"]
OWN_PAGES = [
    "/accounts/2fa/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("address", PAGES + OWN_PAGES)
def test_pages_speak_both_languages_and_ask_nobody_outside(address, language):
    client = Client()
    if address in OWN_PAGES:
        client.force_login(make_person())
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    text = response.content.decode()
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text
    assert "tp-sign-in" in text
    outside = [link for link in re.findall(r'(?:src|href)="([^"]+)"', text) if "//" in link]
    assert outside == []


def test_wrong_code_leaves_outside():
    protect(make_person())
    client = Client()
    give_password(client)
    assert client.post(SECOND_STEP, {"code": wrong_code()}).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/password/change/",
        "/accounts/password/reset/",
        "/accounts/2fa/",
        "/accounts/reauthenticate/",
        "/_allauth/app/v1/config",
        "/_allauth/app/v1/auth/session",
    ],
)
def test_no_page_of_sign_in_is_kept_by_anybody(address):
    for client in (Client(), signed_in_client()):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def test_somebody_without_a_password_is_led_to_set_one():
    client = Client()
    client.force_login(User.objects.create_user("nopassword@example.com"))
    answer = client.get("/accounts/password/change/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/set/")
    assert client.get("/accounts/password/set/").status_code == 200


def signed_in_client() -> Client:
    client = Client()
    user = User.objects.create_user("sara@example.com", "correct horse battery", is_staff=True)
    client.force_login(user)
    return client
