"""What an organization turns over, which an upper layer knows, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from settings_modules.organizations.models import FinancialYear, Organization

#: Takes an organization's key, a first and a last day; the sum in the organization's base currency.
TurnoverOf = Callable[[int, date, date], Decimal]

#: Older turnover says nothing about the company of today.
_YEARS_LOOKED_AT = 10

_known_to: list[TurnoverOf] = []


def register_turnover(turnover_of: TurnoverOf) -> None:
    """Say how turnover is found; the last registration counts."""
    _known_to[:] = [turnover_of]


def einvoices_are_required(organization: Organization) -> bool:
    """Whether tax documents need an e-invoice reference: by the switch, or because the turnover of
    a financial year reached the threshold.

    The active year and those before it are looked at, newest first; at most one query for each.
    Without an active year only the switch counts.
    """
    if organization.einvoice_required:
        return True
    threshold = organization.threshold_limit
    if threshold is None or not _known_to:
        return False
    active = FinancialYear.objects.filter(organization=organization, is_active=True).first()
    if active is None:
        return False
    years = FinancialYear.objects.filter(
        organization=organization, start_date__lte=active.start_date
    ).order_by("-start_date")
    return any(
        _known_to[0](organization.pk, year.start_date, year.end_date) >= threshold
        for year in years[:_YEARS_LOOKED_AT]
    )
