"""What a commission comes to, step by step.

Everything is computed with 50 digits and rounded once, at the end, half-up to two decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils.translation import gettext, gettext_noop, override

from core.money import grouped_number
from settings_modules.commodities.enums import CommissionType, TierBasis
from settings_modules.commodities.errors import (
    CommissionCurrencyDiffers,
    CommissionQuantityMissing,
    CommissionTierMissing,
    CommissionUnitIncompatible,
)
from settings_modules.commodities.models import CommissionStructure, CommissionTier, Unit
from settings_modules.commodities.selectors.applying_commissions import Deal

_DIGITS = 50
_CENT = Decimal("0.01")
#: Decimals of a step's numbers as they are told; computed is with all of them.
_TOLD = Decimal("0.00000001")

#: Code of a step to its text.
STEPS = {
    "country_rate": gettext_noop("For %(country)s the rate is %(rate)s instead of %(standard)s."),
    "percentage": gettext_noop(
        "%(rate)s %% of %(amount)s %(currency)s is %(result)s %(currency)s."
    ),
    "fixed": gettext_noop("The commission is a fixed amount: %(result)s %(currency)s."),
    "quantity": gettext_noop("%(quantity)s %(unit)s is %(result)s %(wanted)s."),
    "tier": gettext_noop("The deal is in the tier from %(start)s and below %(end)s."),
    "open_tier": gettext_noop("The deal is in the tier from %(start)s on."),
    "per_unit": gettext_noop(
        "%(rate)s %(currency)s for each of %(quantity)s %(wanted)s is %(result)s %(currency)s."
    ),
    "forex": gettext_noop("Across borders %(percent)s %% come on top: %(result)s %(currency)s."),
    "minimum": gettext_noop("It is raised to the least amount, %(result)s %(currency)s."),
    "maximum": gettext_noop("It is lowered to the highest amount, %(result)s %(currency)s."),
    "rounded": gettext_noop("Rounded half-up to two decimals: %(result)s %(currency)s."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with the numbers and names that its text tells."""

    code: str
    values: dict[str, str]

    def text(self, language: str) -> str:
        """The step in a sentence, in that language."""
        with override(language):
            return gettext(STEPS[self.code]) % self.values


@dataclass(frozen=True, slots=True)
class Calculation:
    """What the commission comes to, in the currency of the deal, and how."""

    commission: CommissionStructure
    amount: Decimal
    currency: str
    steps: list[Step]


@dataclass(slots=True)
class _Course:
    """The calculation so far."""

    commission: CommissionStructure
    deal: Deal
    steps: list[Step] = field(default_factory=list)

    def tell(self, code: str, **values: Decimal | str) -> None:
        """Add a step."""
        told = {name: v if isinstance(v, str) else _shown(v) for name, v in values.items()}
        self.steps.append(Step(code, {"currency": self.deal.currency, **told}))


def calculate_commission(*, commission: CommissionStructure, deal: Deal) -> Calculation:
    """What the commission comes to for the deal, whether or not its scope includes it.

    The deal falls in one tier, whose rate is for all of it. What is on top across borders comes
    before the bounds. Nothing is converted between currencies. Raises CommissionCurrencyDiffers,
    CommissionTierMissing, CommissionQuantityMissing, CommissionUnitIncompatible.
    """
    course = _Course(commission, deal)
    with localcontext(prec=_DIGITS):
        result = _BY_TYPE[commission.commission_type](course)
        result = _bounded(course, _across_borders(course, result))
        rounded = result.quantize(_CENT, ROUND_HALF_UP)
        if rounded != result:
            course.tell("rounded", result=rounded)
    return Calculation(commission, rounded, deal.currency, course.steps)


def quantity_in(*, quantity: Decimal, unit: Unit, wanted: Unit) -> Decimal:
    """The quantity counted in another unit, by the factors of both.

    Raises CommissionUnitIncompatible for units of another base.
    """
    if unit.base != wanted.base:
        raise CommissionUnitIncompatible(field="unit", unit=unit.code, wanted=wanted.code)
    with localcontext(prec=_DIGITS):
        return quantity * unit.factor / wanted.factor


def _shown(value: Decimal) -> str:
    return grouped_number(value.quantize(_TOLD))


def _rate(course: _Course) -> Decimal:
    """The rate of the deal's country, else the standard one."""
    commission, country = course.commission, course.deal.country
    standard = commission.rate or Decimal(0)
    if country not in commission.rate_per_country:
        return standard
    rate = Decimal(commission.rate_per_country[country])
    course.tell("country_rate", country=country, rate=rate, standard=standard)
    return rate


def _percentage(course: _Course) -> Decimal:
    return _percent_of_amount(course, _rate(course))


def _percent_of_amount(course: _Course, rate: Decimal) -> Decimal:
    result = course.deal.amount * rate / 100
    course.tell("percentage", rate=rate, amount=course.deal.amount, result=result)
    return result


def _fixed(course: _Course) -> Decimal:
    _require_own_currency(course)
    result = _rate(course)
    course.tell("fixed", result=result)
    return result


def _tiered(course: _Course) -> Decimal:
    if course.commission.tier_basis == TierBasis.AMOUNT:
        tier = _tier_at(course, course.deal.amount)
        return _percent_of_amount(course, tier.rate)
    quantity, wanted = _tier_quantity(course)
    tier = _tier_at(course, quantity)
    result: Decimal = quantity * tier.rate
    course.tell("per_unit", rate=tier.rate, quantity=quantity, wanted=wanted, result=result)
    return result


_BY_TYPE: dict[str, Callable[[_Course], Decimal]] = {
    CommissionType.PERCENTAGE: _percentage,
    CommissionType.FIXED: _fixed,
    CommissionType.TIERED: _tiered,
}


def _tier_quantity(course: _Course) -> tuple[Decimal, str]:
    """The deal's quantity in the unit of the tiers, and what that unit is called."""
    deal, wanted = course.deal, course.commission.tier_unit
    if deal.quantity is None or deal.unit is None or wanted is None:
        raise CommissionQuantityMissing(field="quantity", commission=course.commission.name)
    quantity = quantity_in(quantity=deal.quantity, unit=deal.unit, wanted=wanted)
    if deal.unit.pk != wanted.pk:
        course.tell(
            "quantity",
            quantity=deal.quantity,
            unit=deal.unit.code,
            result=quantity,
            wanted=wanted.code,
        )
    return quantity, wanted.code


def _tier_at(course: _Course, value: Decimal) -> CommissionTier:
    """The tier in the deal's currency that the value falls in."""
    tiers = list(course.commission.tiers.all())
    known = {tier.currency for tier in tiers}
    if tiers and course.deal.currency not in known:
        raise _currency_differs(course, ", ".join(sorted(known)))
    for tier in tiers:
        is_below_end = tier.ends_below is None or value < tier.ends_below
        if tier.currency == course.deal.currency and tier.starts_at <= value and is_below_end:
            code = "open_tier" if tier.ends_below is None else "tier"
            end = "" if tier.ends_below is None else tier.ends_below
            course.tell(code, start=tier.starts_at, end=end)
            return tier
    raise CommissionTierMissing(commission=course.commission.name, value=_shown(value))


def _across_borders(course: _Course, result: Decimal) -> Decimal:
    commission = course.commission
    percent = commission.forex_adjustment
    if not (course.deal.is_cross_border and commission.apply_forex_on_cross_border and percent):
        return result
    adjusted = result * (100 + percent) / 100
    course.tell("forex", percent=percent, result=adjusted)
    return adjusted


def _bounded(course: _Course, result: Decimal) -> Decimal:
    least, most = course.commission.min_amount, course.commission.max_amount
    if least is None and most is None:
        return result
    _require_own_currency(course)
    bounded: Decimal = result
    if least is not None and result < least:
        bounded = least
        course.tell("minimum", result=bounded)
    elif most is not None and result > most:
        bounded = most
        course.tell("maximum", result=bounded)
    return bounded


def _require_own_currency(course: _Course) -> None:
    """Amounts of the commission are in its own currency; nothing is converted."""
    if course.deal.currency != course.commission.currency:
        raise _currency_differs(course, course.commission.currency)


def _currency_differs(course: _Course, known: str) -> CommissionCurrencyDiffers:
    return CommissionCurrencyDiffers(
        field="currency",
        commission=course.commission.name,
        known=known,
        currency=course.deal.currency,
    )
