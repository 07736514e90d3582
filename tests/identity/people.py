"""People who sign in, and what they type."""

from __future__ import annotations

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client

from core.identity.models import User

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"
SECOND_STEP = "/accounts/2fa/authenticate/"


def make_person(email: str = "sara@example.com", **fields: object) -> User:
    return User.objects.create_user(email, PASSWORD, **{"is_staff": True, **fields})


def protect(user: User) -> None:
    """Give the account an authenticator app and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def current_code(steps: int = 0) -> str:
    """The code that the app shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def wrong_code() -> str:
    """A code that the app shows at no time near now."""
    near = {current_code(steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", *map(str, range(111111, 111119))) if code not in near)


def give_password(
    client: Client, email: str = "sara@example.com", password: str = PASSWORD, **headers: str
) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
