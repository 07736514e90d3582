"""Where the tiers of a commission leave something out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext, override

from core.money import grouped_number
from settings_modules.commodities.enums import CommissionType
from settings_modules.commodities.models import CommissionStructure, CommissionTier


@dataclass(frozen=True, slots=True)
class TierGap:
    """Deals from `starts_at` on and below `ends_below` (None: without end) that no tier is for."""

    currency: str
    starts_at: Decimal
    ends_below: Decimal | None

    def text(self, language: str) -> str:
        """The gap in a sentence, in that language."""
        values = {
            "start": grouped_number(self.starts_at),
            "end": "" if self.ends_below is None else grouped_number(self.ends_below),
            "currency": self.currency,
        }
        with override(language):
            if self.ends_below is None:
                return gettext("No tier in %(currency)s is for %(start)s and above.") % values
            return gettext("No tier in %(currency)s is for %(start)s to %(end)s.") % values


def tier_gaps(tiers: Iterable[CommissionTier]) -> list[TierGap]:
    """What the tiers leave out, by currency and from below; tiers do not overlap."""
    ordered = sorted(tiers, key=lambda tier: (tier.currency, tier.starts_at))
    found: list[TierGap] = []
    for currency, group in groupby(ordered, key=lambda tier: tier.currency):
        reached: Decimal | None = Decimal(0)
        for tier in group:
            if reached is not None and tier.starts_at > reached:
                found.append(TierGap(currency, reached, tier.starts_at))
            reached = tier.ends_below
        if reached is not None:
            found.append(TierGap(currency, reached, None))
    return found


def gaps_of(commission: CommissionStructure) -> list[TierGap]:
    """As `tier_gaps`, of a commission that goes by tiers; one without any leaves out all."""
    if commission.commission_type != CommissionType.TIERED:
        return []
    tiers = list(commission.tiers.all())
    return tier_gaps(tiers) if tiers else [TierGap(commission.currency, Decimal(0), None)]
