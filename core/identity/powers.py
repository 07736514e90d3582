"""Who acts, and with whose power: what services ask before they grant something."""

from __future__ import annotations

from core.context import current_context
from core.identity.models import User


def acting_user_key() -> int | None:
    """The key of the account that acts; None for the system, which may do everything."""
    actor = current_context().actor
    return int(actor.removeprefix("user:")) if actor.startswith("user:") else None


def acts_with_full_power() -> bool:
    """Whether the system acts, or an active superuser; at most one query."""
    key = acting_user_key()
    if key is None:
        return True
    return User.objects.filter(pk=key, is_superuser=True, is_active=True).exists()
