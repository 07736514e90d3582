"""Changes to people who sign in."""

from __future__ import annotations

from core.events.services import unit_of_work
from core.identity.models import User


def ensure_staff(*, email: str, password: str) -> tuple[User, bool]:
    """The superuser with this address and password, made or brought up to date.

    Returns the user and whether anything changed.
    """
    with unit_of_work():
        user = User.objects.select_for_update().filter(email__iexact=email).first()
        if user is None:
            user = User(email=email.lower(), is_staff=True, is_superuser=True)
        elif user.check_password(password) and user.is_active and user.is_staff:
            return user, False
        user.is_active = user.is_staff = user.is_superuser = True
        user.set_password(password)
        user.save()
        return user, True
