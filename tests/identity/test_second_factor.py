"""Setting a second factor up, losing it, and being made to have one."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.core import mail
from django.test import Client

from core.encryption import key_id
from core.events.models import Event
from core.identity.accounts import erase_user
from core.identity.models import User
from core.key_rotation import rotate_keys
from tests.identity.people import (
    PASSWORD,
    SECOND_STEP,
    SECRET,
    current_code,
    give_password,
    is_signed_in,
    make_person,
    protect,
)


def signed_in_again() -> Client:
    """Somebody who has signed in and just given the password again."""
    make_person()
    client = Client()
    give_password(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def _secret_on(page: str) -> str:
    (secret,) = re.findall(r'value="([A-Z2-7]{32})"', page)
    return secret


def test_app_is_set_up_with_its_codes_and_everything_is_recorded(committed_db):
    client = signed_in_again()
    user = User.objects.get()
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    code = format_hotp_value(hotp_value(_secret_on(page), int(time.time()) // 30))
    response = client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert response.status_code == 302
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    assert sorted(kinds) == ["recovery_codes", "totp"]
    added = Event.objects.filter(type="user.second_factor_added", stream_id=str(user.pk))
    assert sorted(event.data["kind"] for event in added) == ["recovery_codes", "totp"]
    assert [message.subject for message in mail.outbox] == [
        "Tradepost: Authenticator App Activated"
    ]
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert Event.objects.filter(type="user.second_factor_removed").count() == 2


def test_secrets_of_the_app_are_encrypted_at_rest(db):
    user = make_person()
    protect(user)
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert SECRET not in stored
    assert re.fullmatch(r"[0-9a-f]{8}:.+", stored)


def test_rotating_keys_takes_second_factors_along(db, settings):
    user = make_person()
    protect(user)
    newest = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [newest, *settings.FIELD_KEYS]
    assert rotate_keys() >= 2
    settings.FIELD_KEYS = [newest]
    for row in Authenticator.objects.filter(user=user):
        held = row.data.get("secret") or row.data["seed"]
        assert held.startswith(f"{key_id(newest)}:")
    assert rotate_keys() == 0
    client = Client()
    give_password(client)
    client.post(SECOND_STEP, {"code": current_code()})
    assert is_signed_in(client)


def test_recovery_code_opens_once(db):
    user = make_person()
    protect(user)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
        client.post(SECOND_STEP, {"code": code})
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_passkeys_are_offered_by_our_own_scripts(db):
    page = signed_in_again().get("/accounts/2fa/webauthn/add/").content.decode()
    assert '"publicKey"' in page
    assert '"rp": {"name": "testserver", "id": "testserver"}' in page
    scripts = re.findall(r'src="([^"]+)"', page)
    assert "/static/mfa/js/webauthn.js" in scripts
    assert all(script.startswith("/static/") for script in scripts)


def test_change_of_factors_wants_the_password_again(db):
    make_person()
    client = Client()
    give_password(client)
    response = client.get("/accounts/2fa/totp/activate/")
    assert response["Location"].startswith("/accounts/reauthenticate/")


@pytest.fixture
def demanded(db, settings):
    settings.STAFF_MFA_REQUIRED = True


@pytest.mark.parametrize("address", ["/admin/", "/admin/core/user/", "/admin/core/user/1/change/"])
def test_staff_without_a_factor_reach_no_page_of_the_admin(address, demanded):
    client = Client()
    client.force_login(make_person(is_superuser=True))
    assert client.get(address)["Location"] == "/accounts/2fa/"
    page = client.get("/accounts/2fa/").content.decode()
    assert "Your account needs a second factor before you can go on." in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_factor_get_the_code_on_the_api(method, demanded):
    client = Client()
    client.force_login(make_person(is_superuser=True))
    response = getattr(client, method)("/api/v1/catalog/products")
    assert (response.status_code, response.json()["error"]["code"]) == (
        403,
        "second_factor_required",
    )


def test_staff_with_a_factor_and_people_outside_the_staff_are_let_through(demanded):
    staff, shopper = make_person(is_superuser=True), make_person("b@example.com", is_staff=False)
    protect(staff)
    for user, address, status in (
        (staff, "/admin/", 200),
        (staff, "/api/v1/catalog/products", 200),
        (shopper, "/api/v1/consumer/products", 200),
    ):
        client = Client()
        client.force_login(user)
        assert client.get(address).status_code == status


def test_recovery_codes_alone_are_no_factor(demanded):
    user = make_person(is_superuser=True)
    protect(user)
    Authenticator.objects.filter(type="totp").delete()
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 302


def test_last_factor_is_kept_where_one_is_demanded(demanded):
    user = make_person()
    protect(user)
    client = Client()
    give_password(client)
    client.post(SECOND_STEP, {"code": current_code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_nothing_is_demanded_locally(settings):
    assert settings.STAFF_MFA_REQUIRED is False


def test_erasing_a_person_removes_the_factors(db):
    user = make_person(is_staff=False)
    protect(user)
    erase_user(user=user)
    assert not Authenticator.objects.filter(user=user).exists()
