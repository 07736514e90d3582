"""What a quantity costs when it is counted in one unit and priced in another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.iso_codes import CURRENCIES, currency_decimals
from core.money import grouped_number, plain_number
from core.registration_numbers.errors import CurrencyUnknown
from settings_modules.commodities.errors import RateNotPositive
from settings_modules.commodities.exact_numbers import as_decimal, rounded
from settings_modules.commodities.models import Commodity, Unit
from settings_modules.commodities.selectors.conversion import (
    Measure,
    Scale,
    distinct_factors,
    require_quantity,
)

#: Of amounts whose commodity has no currency and for which none is asked.
USUAL_CURRENCY = "INR"


@dataclass(frozen=True, slots=True)
class Billed:
    """`quantity` of `counted` at `rate` for one `priced` costs `amount`.

    The amount is rounded once, half up, to the decimals of the currency; everything before is
    exact. `base` measures the unit in which quantity and rate are told besides.
    """

    scale: Scale
    quantity: Decimal
    rate: Decimal
    currency: str
    counted: Measure
    priced: Measure
    base: Measure

    @property
    def quantity_in_base(self) -> Decimal:
        return as_decimal(Fraction(self.quantity) * self.counted.factor / self.base.factor)

    @property
    def rate_per_base(self) -> Decimal:
        return as_decimal(Fraction(self.rate) * self.base.factor / self.priced.factor)

    @property
    def amount(self) -> Decimal:
        exact = (
            Fraction(self.quantity) * self.counted.factor / self.priced.factor * Fraction(self.rate)
        )
        return rounded(exact, currency_decimals(self.currency))

    @property
    def measures(self) -> tuple[Measure, Measure, Measure]:
        """The factors used."""
        return self.counted, self.priced, self.base

    def formula(self) -> str:
        """How the amount comes about, in one line."""
        counted, priced = self.counted, self.priced
        return (
            f"{grouped_number(self.quantity)} {counted.unit.code}"
            f" × {counted.amount()} {counted.base} per {counted.unit.code}"
            f" ÷ {priced.amount()} {priced.base} per {priced.unit.code}"
            f" × {self.currency} {grouped_number(self.rate)} per {priced.unit.code}"
            f" = {self.currency} {self.amount:,f}"
        )

    def snapshot(self) -> dict[str, Any]:
        """Everything that a document keeps of it, JSON-ready; figures as texts. What changes later
        in units and packagings does not change it."""
        commodity = self.scale.commodity
        return {
            "commodity": None if commodity is None else commodity.pk,
            "on": self.scale.on.isoformat(),
            "quantity": plain_number(self.quantity),
            "unit": self.counted.unit.code,
            "rate": plain_number(self.rate),
            "rate_unit": self.priced.unit.code,
            "currency": self.currency,
            "base_unit": self.base.unit.code,
            "quantity_in_base": plain_number(self.quantity_in_base),
            "rate_per_base": plain_number(self.rate_per_base),
            "amount": f"{self.amount:f}",
            "decimals": currency_decimals(self.currency),
            "factors": distinct_factors(self.measures),
            "formula": self.formula(),
        }


def calculate_billing(
    *,
    quantity: Decimal,
    unit: Unit,
    rate: Decimal,
    rate_unit: Unit,
    base_unit: Unit,
    currency: str = USUAL_CURRENCY,
    scale: Scale | None = None,
) -> Billed:
    """What `quantity` of `unit` costs at `rate` for one `rate_unit`.

    `scale` says how the units measure a commodity on a day. Raises QuantityNotPositive,
    RateNotPositive, UnitsIncompatible, CurrencyUnknown.
    """
    require_quantity(quantity)
    if not rate.is_finite() or rate <= 0:
        raise RateNotPositive(field="rate")
    if currency not in CURRENCIES:
        raise CurrencyUnknown(field="currency")
    scale = scale or Scale()
    counted, priced, base = scale.in_one_base([unit, rate_unit, base_unit])
    return Billed(scale, quantity, rate, currency, counted, priced, base)


@dataclass(frozen=True, slots=True)
class BillingUnits:
    """In which units and currency a commodity is counted, priced and stored."""

    unit: Unit
    rate_unit: Unit
    base_unit: Unit
    currency: str


def billing_units(commodity: Commodity) -> BillingUnits:
    """What the commodity says; deals and prices are in the base unit where it says nothing."""
    return BillingUnits(
        unit=commodity.trade_unit or commodity.base_unit,
        rate_unit=commodity.rate_unit or commodity.trade_unit or commodity.base_unit,
        base_unit=commodity.base_unit,
        currency=commodity.default_currency or USUAL_CURRENCY,
    )
