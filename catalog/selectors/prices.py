"""Which price holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Price, PriceList


@dataclass(frozen=True, slots=True)
class Bracket:
    """A price from a minimum quantity on."""

    minimum_quantity: Decimal
    amount: Decimal


def active_price_list(code: str) -> PriceList | None:
    """The active list of that code."""
    return PriceList.objects.filter(code=code, is_active=True).first()


def price_brackets(price_list: PriceList, product_ids: Iterable[int]) -> dict[int, list[Bracket]]:
    """The prices of each product on the list, the largest minimum quantity first."""
    found: dict[int, list[Bracket]] = {}
    rows = Price.objects.filter(price_list=price_list, product_id__in=list(product_ids)).order_by(
        "product_id", "-minimum_quantity"
    )
    for product_id, minimum, amount in rows.values_list("product_id", "minimum_quantity", "amount"):
        found.setdefault(product_id, []).append(Bracket(minimum, amount))
    return found


def price_for(brackets: list[Bracket], quantity: int) -> Decimal | None:
    """The amount a piece when `quantity` are bought; None when no bracket holds."""
    for bracket in brackets:
        if bracket.minimum_quantity <= quantity:
            return bracket.amount
    return None
