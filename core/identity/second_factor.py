"""Who has a second factor, and who must have one."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

#: Recovery codes alone are none: they come with one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


#: For so long a process believes that somebody who had a second factor has one.
REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 10_000
_seen: dict[int, float] = {}


def has_second_factor(user: Any) -> bool:
    """Whether the account has an authenticator app or a passkey.

    One query, and none within a minute of a yes: where a factor is demanded the last one is not
    given up (`SecondFactorAdapter`), so a yes stays true but for an operator's own hand.
    """
    now = time.monotonic()
    if _seen.get(user.pk, 0.0) > now:
        return True
    found = bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())
    if found:
        if len(_seen) >= _MOST_REMEMBERED:
            _seen.clear()
        _seen[user.pk] = now + REMEMBERED_SECONDS
    return found


def forget_second_factors() -> None:
    """Ask the database again for everybody."""
    _seen.clear()


def lacks_second_factor(user: Any) -> bool:
    """Whether this is somebody of the staff who must set a second factor up before all else."""
    return bool(
        settings.STAFF_MFA_REQUIRED
        and user.is_authenticated
        and user.is_staff
        and not has_second_factor(user)
    )
