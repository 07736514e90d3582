"""How commodities and what belongs to them leave use."""

from __future__ import annotations

from typing import TypeVar

from core.references.masters import declare_master
from settings_modules.commodities.models import (
    BargainType,
    CommissionStructure,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.services.commissions import remove_commission
from settings_modules.commodities.services.terms import update_term

Term = TypeVar("Term", bound=TermMaster)

_TERMS = {
    TradeType: "A trade type",
    BargainType: "A bargain type",
    PassingTerm: "A passing term",
    WeightmentTerm: "A weightment term",
    DeliveryTerm: "A delivery term",
    PaymentTerm: "A payment term",
}


def switch_term(row: Term, *, is_active: bool, expected_version: int | None) -> Term:
    """The term switched off or on."""
    return update_term(term=row, values={"is_active": is_active}, expected_version=expected_version)


def declare_terms() -> None:
    """Tell core of the terms of contracts."""
    for model, meaning in _TERMS.items():
        declare_master(model, meaning=meaning, switch=switch_term)


def declare_commissions() -> None:
    """Tell core of commissions. Each has a scope, days and a rate of its own: none is a double."""
    declare_master(
        CommissionStructure,
        meaning="A commission",
        remove=lambda row, expected_version: remove_commission(
            commission=row, expected_version=expected_version
        ),
        is_merged=False,
    )


def declare() -> None:
    """Tell core."""
    declare_terms()
    declare_commissions()
