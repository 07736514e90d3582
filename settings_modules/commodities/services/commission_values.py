"""What the values and tiers of a commission must be before they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from core.errors import DomainError
from core.money import plain_number
from core.registration_numbers.checking import checked_values
from core.registration_numbers.contact import checked_country, checked_currency
from settings_modules.commodities.enums import CommissionType, TierBasis
from settings_modules.commodities.errors import (
    CommissionPercentageTooHigh,
    CommissionRateMissing,
    CommissionTierBasisMissing,
    CommissionTierEmpty,
    CommissionTiersOverlap,
    CommissionTierUnitMissing,
    CommissionValueMisplaced,
    CountryRatesMalformed,
)
from settings_modules.commodities.models import CommissionStructure, CommissionTier

#: A tier as values of its columns.
Tier = dict[str, Any]
TIER_FIELDS = ("currency", "starts_at", "ends_below", "rate")
_OF_KIND = ("commission_type", "rate", "rate_per_country", "tier_basis", "tier_unit")
#: What a commission without tiers has nothing of, and what one with tiers has nothing of.
_EMPTY_WITHOUT_TIERS: dict[str, Any] = {"tier_basis": "", "tier_unit": None}
_EMPTY_WITH_TIERS: dict[str, Any] = {"rate": None, "rate_per_country": {}}
_FOUR_DECIMALS = Decimal("0.0001")
_HIGHEST_RATE = Decimal(10) ** 8
_MOST_COUNTRIES = 249


def checked_commission_values(
    values: Mapping[str, Any], stored: CommissionStructure
) -> dict[str, Any]:
    """The values in their usual form, with what follows from the kind of commission.

    `stored` is the row before the change, an unsaved one when it is new. What a commission of the
    kind has nothing of is emptied, and refused when it is sent. Raises InvalidInput for codes that
    are none, CountryRatesMalformed, CommissionValueMisplaced, CommissionRateMissing,
    CommissionPercentageTooHigh, CommissionTierBasisMissing, CommissionTierUnitMissing.
    """
    given = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    given = checked_values(given, {"currency": checked_currency, "country": checked_country})
    if "country" in given:
        given["country"] = given["country"] or ""
    if "tier_basis" in given:
        given["tier_basis"] = given["tier_basis"] or ""
    if "rate_per_country" in given:
        given["rate_per_country"] = _country_rates(given["rate_per_country"] or {})
    if not given.keys().isdisjoint(_OF_KIND) or stored.pk is None:
        return given | _of_kind(given, stored)
    return given


def checked_tiers(tiers: Iterable[Mapping[str, Any]], *, basis: str) -> list[Tier]:
    """The tiers in order. Raises ValidationError, CurrencyUnknown, CommissionTierEmpty,
    CommissionTiersOverlap, CommissionPercentageTooHigh."""
    found = [_checked_tier(index, tier) for index, tier in enumerate(tiers)]
    if basis == TierBasis.AMOUNT and any(tier["rate"] > 100 for tier in found):
        raise CommissionPercentageTooHigh(field="tiers")
    found.sort(key=lambda tier: (tier["currency"], tier["starts_at"]))
    for tier, following in pairwise(found):
        if tier["currency"] != following["currency"]:
            continue
        if tier["ends_below"] is None or tier["ends_below"] > following["starts_at"]:
            raise CommissionTiersOverlap(
                field="tiers",
                currency=tier["currency"],
                at=plain_number(following["starts_at"]),
            )
    return found


def _checked_tier(index: int, tier: Mapping[str, Any]) -> Tier:
    row = CommissionTier(**{name: tier[name] for name in TIER_FIELDS if name in tier})
    try:
        row.currency = checked_currency(row.currency)
        row.clean_fields(exclude=["structure"])
    except ValidationError as error:
        raise ValidationError(
            {f"tiers[{index}].{name}": wrong for name, wrong in error.error_dict.items()}
        ) from error
    except DomainError as error:
        error.field = f"tiers[{index}].currency"
        raise
    if row.ends_below is not None and row.ends_below <= row.starts_at:
        raise CommissionTierEmpty(
            field=f"tiers[{index}].ends_below", at=plain_number(row.ends_below)
        )
    return {name: getattr(row, name) for name in TIER_FIELDS}


def _of_kind(given: dict[str, Any], stored: CommissionStructure) -> dict[str, Any]:
    """What is stored beside the values given for the kind of commission."""
    after = {name: given.get(name, getattr(stored, name)) for name in _OF_KIND}
    is_tiered = after["commission_type"] == CommissionType.TIERED
    empty = _EMPTY_WITH_TIERS if is_tiered else _EMPTY_WITHOUT_TIERS
    for name in empty:
        if given.get(name) not in (None, "", {}):
            raise CommissionValueMisplaced(field=name)
    if is_tiered:
        return empty | _tiers_count_in(after)
    if after["rate"] is None:
        raise CommissionRateMissing(field="rate")
    _require_percentages(after)
    return dict(empty)


def _tiers_count_in(after: Mapping[str, Any]) -> dict[str, Any]:
    """Tiers by amount need no unit; those by quantity need one."""
    if not after["tier_basis"]:
        raise CommissionTierBasisMissing(field="tier_basis")
    if after["tier_basis"] == TierBasis.AMOUNT:
        return {"tier_unit": None}
    if after["tier_unit"] is None:
        raise CommissionTierUnitMissing(field="tier_unit")
    return {}


def _require_percentages(after: Mapping[str, Any]) -> None:
    if after["commission_type"] != CommissionType.PERCENTAGE:
        return
    if after["rate"] > 100:
        raise CommissionPercentageTooHigh(field="rate")
    if any(Decimal(rate) > 100 for rate in after["rate_per_country"].values()):
        raise CommissionPercentageTooHigh(field="rate_per_country")


def _country_rates(rates: Any) -> dict[str, str]:
    """ISO code to rate with four decimals as text. Raises CountryRatesMalformed."""
    if not isinstance(rates, Mapping) or len(rates) > _MOST_COUNTRIES:
        raise CountryRatesMalformed(field="rate_per_country")
    found: dict[str, str] = {}
    for country, rate in rates.items():
        try:
            code = checked_country(str(country))
            found[code] = _country_rate(rate)
        except (DomainError, InvalidOperation) as error:
            raise CountryRatesMalformed(field="rate_per_country") from error
    return dict(sorted(found.items()))


def _country_rate(rate: Any) -> str:
    """Raises InvalidOperation for what is no plain number of at most four decimals."""
    if isinstance(rate, float | bool):
        raise InvalidOperation
    number = Decimal(str(rate))
    if not number.is_finite() or not 0 <= number < _HIGHEST_RATE:
        raise InvalidOperation
    exact = number.quantize(_FOUR_DECIMALS)
    if exact != number:
        raise InvalidOperation
    return f"{exact:f}"
