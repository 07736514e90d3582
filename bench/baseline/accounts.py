"""allauth's models without its demand for a middleware, which plain DRF would not have."""

from __future__ import annotations

from allauth.account.apps import AccountConfig


class AccountsWithoutMiddleware(AccountConfig):  # type: ignore[misc]  # the package has no types
    def ready(self) -> None:
        """Nothing is checked."""
