"""The guard against a pull that takes away too much at once."""

from __future__ import annotations

from django.conf import settings

from integrations.zoho.errors import GuardRefused


class Guard:
    """Counts what a pull would take away of `total`; a forced one may take all."""

    def __init__(self, *, what: str, total: int, is_forced: bool) -> None:
        self.what = what
        self.total = total
        self.is_forced = is_forced

    def allows(self, affected: int) -> bool:
        """Whether so many may go."""
        return self.is_forced or affected <= self.total * settings.ZOHO_GUARD_SHARE

    def check(self, affected: int) -> None:
        """Raise GuardRefused when so many may not go."""
        if not self.allows(affected):
            raise GuardRefused(
                what=self.what,
                affected=affected,
                total=self.total,
                share=settings.ZOHO_GUARD_SHARE,
            )
