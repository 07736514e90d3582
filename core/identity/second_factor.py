"""Who has a second factor, and who must have one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

#: Recovery codes alone are none: they come with one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: Any) -> bool:
    """Whether the account has an authenticator app or a passkey; one query."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def lacks_second_factor(user: Any) -> bool:
    """Whether this is somebody of the staff who must set a second factor up before all else."""
    return bool(
        settings.STAFF_MFA_REQUIRED
        and user.is_authenticated
        and user.is_staff
        and not has_second_factor(user)
    )
