"""Hears what allauth tells about signing in, and keeps it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in, user_logged_out
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.http import HttpRequest

from core.identity.lockout import count_attempt, fail_attempt, require_unlocked
from core.identity.models import User
from core.identity.second_factor import forget_second_factors
from core.identity.sign_in_log import record_second_factor, record_sign_in, record_sign_out


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    records = get_authentication_records(request, user)
    record_sign_in(user=user, second_factor=any(step["method"] == "mfa" for step in records))


def _signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record_sign_out(user=user)


def _code_failed(request: HttpRequest, user: User, **_: Any) -> None:
    """A wrong code counts as a wrong password does. Raises AccountLocked."""
    account = user.email.lower()
    fail_attempt(account, request, count_attempt(account, request))


def _factor_used(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """Raises AccountLocked: a right code opens nothing while the account is locked."""
    require_unlocked(user.email.lower(), request)
    record_second_factor(user=user, step="used", kind=authenticator.type)


def _factor_added(user: User, authenticator: Any, **_: Any) -> None:
    record_second_factor(user=user, step="added", kind=authenticator.type)


def _factor_removed(user: User, authenticator: Any, **_: Any) -> None:
    forget_second_factors()
    record_second_factor(user=user, step="removed", kind=authenticator.type)


def connect() -> None:
    """Listen from now on; doing so again changes nothing."""
    user_logged_in.connect(_signed_in, dispatch_uid="tradepost.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="tradepost.signed_out")
    authentication_failed.connect(_code_failed, dispatch_uid="tradepost.code_failed")
    authenticator_used.connect(_factor_used, dispatch_uid="tradepost.factor_used")
    authenticator_added.connect(_factor_added, dispatch_uid="tradepost.factor_added")
    authenticator_reset.connect(_factor_added, dispatch_uid="tradepost.factor_renewed")
    authenticator_removed.connect(_factor_removed, dispatch_uid="tradepost.factor_removed")
