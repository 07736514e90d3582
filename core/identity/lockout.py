"""Locking an account for an address after too many failures.

Attempts are counted in Valkey before a password is looked at, by one atomic step, so that of many
at once no more are carried out than one after the other. With Valkey away nobody signs in: the
error passes through and is answered with the coded 503.
"""

from __future__ import annotations

import hashlib
from typing import Any

from axes.handlers.base import AxesHandler
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from core.identity.errors import AccountLocked
from core.identity.sign_in_log import record_failed_sign_in, record_lockout
from core.throttling import client_address


def account_of(
    request: HttpRequest,  # noqa: ARG001  (django-axes asks with both)
    credentials: dict[str, Any] | None = None,
) -> str:
    """The account that somebody wants to sign in to, as typed, in lower case."""
    given = credentials or {}
    return str(given.get("email") or given.get("username") or "").strip().lower()


def _key(account: str, request: HttpRequest) -> str:
    pair = f"{account}|{client_address(request)}"
    return f"lockout:{hashlib.sha256(pair.encode()).hexdigest()}"


def count_attempt(account: str, request: HttpRequest) -> int:
    """Count one attempt before it is made; which one of the present series it is.

    Raises AccountLocked when the series is used up.
    """
    cache, key = caches["counters"], _key(account, request)
    cache.add(key, 0, timeout=settings.SIGN_IN_LOCK_SECONDS)
    try:
        number: int = cache.incr(key)
    except ValueError:
        # It ran out between the two steps: a new series begins.
        cache.add(key, 1, timeout=settings.SIGN_IN_LOCK_SECONDS)
        return 1
    if number > settings.SIGN_IN_FAILURES_ALLOWED:
        raise _locked(key)
    cache.touch(key, timeout=settings.SIGN_IN_LOCK_SECONDS)
    return number


def forgive_attempt(account: str, request: HttpRequest) -> None:
    """Take back the count of an attempt that did not fail."""
    cache, key = caches["counters"], _key(account, request)
    if int(cache.get(key, 0)) > 0:
        cache.decr(key)


def forget_attempts(account: str, request: HttpRequest) -> None:
    """Begin a new series: somebody has signed in."""
    caches["counters"].delete(_key(account, request))


def require_unlocked(account: str, request: HttpRequest) -> None:
    """Raise AccountLocked while the account is locked for this address."""
    key = _key(account, request)
    if int(caches["counters"].get(key, 0)) >= settings.SIGN_IN_FAILURES_ALLOWED:
        raise _locked(key)


def fail_attempt(account: str, request: HttpRequest, number: int) -> None:
    """Record that the attempt of this number failed. Raises AccountLocked when it was the last."""
    record_failed_sign_in(account=account)
    if number >= settings.SIGN_IN_FAILURES_ALLOWED:
        record_lockout(account=account)
        raise _locked(_key(account, request))


def _locked(key: str) -> AccountLocked:
    counters: Any = caches["counters"]
    left = counters.ttl(key)
    seconds = max(1, int(left or 0))
    return AccountLocked(minutes=-(-seconds // 60), retry_after=seconds)


class PairLockout(AxesHandler):  # type: ignore[misc]  # the package has no types
    """What django-axes asks and tells, answered with the counters above."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """True, with the attempt counted. Raises AccountLocked instead of being False."""
        request.sign_in_attempt = count_attempt(  # type: ignore[attr-defined]
            account_of(request, credentials), request
        )
        return True

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Raises AccountLocked when this was the last attempt of the series."""
        if request is not None:
            number: int = request.sign_in_attempt  # type: ignore[attr-defined]
            fail_attempt(account_of(request, credentials), request, number)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        forget_attempts(user.email.lower(), request)

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        return int(caches["counters"].get(_key(account_of(request, credentials), request), 0))
