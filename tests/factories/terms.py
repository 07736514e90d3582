"""Terms of contracts."""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

from settings_modules.commodities.models import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TermMaster,
    TradeType,
    WeightmentTerm,
)

Term = TypeVar("Term", bound=TermMaster)
#: Address below `commodities/` to the kind of terms.
TERMS: dict[str, type[TermMaster]] = {
    "trade-types": TradeType,
    "bargain-types": BargainType,
    "passing-terms": PassingTerm,
    "weightment-terms": WeightmentTerm,
    "delivery-terms": DeliveryTerm,
    "payment-terms": PaymentTerm,
}
_numbers = count(1)


def make_term(model: type[Term], **given: Any) -> Term:
    """A term of the kind under a name of its own."""
    values = {"name_en": f"Term {next(_numbers)}"} | given
    return model._default_manager.create(**values)
