"""Which commission holds for a deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from settings_modules.commodities.enums import CommissionParty
from settings_modules.commodities.errors import NoCommissionApplies
from settings_modules.commodities.models import CommissionStructure, Commodity, TradeType, Unit

#: Which part of a scope counts for more than all those after it together.
_WEIGHTS = {"commodity": 8, "trade_type": 4, "country": 2, "party": 1}


@dataclass(frozen=True, slots=True)
class Deal:
    """What a commission is for: `amount` in `currency`, on a day, paid by the buyer or the seller.

    None and "" are what is not known of it: rules for one commodity, trade type or country then do
    not hold. `quantity` counts in `unit`.
    """

    on: date
    party: str
    amount: Decimal = Decimal(0)
    currency: str = "INR"
    commodity: Commodity | None = None
    trade_type: TradeType | None = None
    country: str = ""
    quantity: Decimal | None = None
    unit: Unit | None = None
    is_cross_border: bool = False


def valid_on(day: date) -> Q:
    """Commissions whose days, where they have such, include this one."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    )


def applicable_commissions(deal: Deal) -> QuerySet[CommissionStructure]:
    """The active commissions whose scope and days include the deal, the one that holds first.

    The most specific scope goes first (commodity before trade type before country before who pays),
    then the lower priority, then the later first day, then the one added last.
    """
    scope = (
        _open_or("commodity", deal.commodity)
        & _open_or("trade_type", deal.trade_type)
        & Q(country__in={"", deal.country})
        & Q(applies_to__in={CommissionParty.BOTH.value, deal.party})
    )
    found = CommissionStructure.objects.filter(scope, valid_on(deal.on), is_active=True)
    return found.annotate(specificity=_specificity()).order_by(
        "-specificity", "priority", F("valid_from").desc(nulls_last=True), "-id"
    )


def applying_commission(deal: Deal) -> CommissionStructure:
    """The commission that holds for the deal, with its tiers. Raises NoCommissionApplies."""
    found = applicable_commissions(deal).select_related("tier_unit").prefetch_related("tiers")
    commission = found.first()
    if commission is None:
        raise NoCommissionApplies(day=deal.on.isoformat())
    return commission


def _open_or(name: str, wanted: object) -> Q:
    is_open = Q(**{f"{name}__isnull": True})
    return is_open if wanted is None else is_open | Q(**{name: wanted})


def _specificity() -> Any:
    """The sum of the weights of what the scope names."""
    named = {
        "commodity": Q(commodity__isnull=False),
        "trade_type": Q(trade_type__isnull=False),
        "country": ~Q(country=""),
        "party": ~Q(applies_to=CommissionParty.BOTH),
    }
    parts: list[Any] = [
        Case(When(condition, then=Value(_WEIGHTS[name])), default=Value(0))
        for name, condition in named.items()
    ]
    return sum(parts[1:], start=parts[0])
