"""How commodities, and what belongs to them, leave use."""

from __future__ import annotations

from core.references.masters import declare_master
from settings_modules.commodities.models import ExchangeRate


def declare() -> None:
    """Tell core."""
    _declare_exchange_rates()


def _declare_exchange_rates() -> None:
    """A rate is of one day and source: none is a double of another, and a wrong one is mended or
    removed."""
    declare_master(ExchangeRate, meaning="An exchange rate", switch=None, is_merged=False)
