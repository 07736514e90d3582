"""Converting quantities without loss, between all units that are counted in the same base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.money import plain_number
from settings_modules.commodities.enums import BASE_CODES, Dimension
from settings_modules.commodities.errors import QuantityNotPositive, UnitsIncompatible
from settings_modules.commodities.exact_numbers import as_decimal, whole, with_decimals
from settings_modules.commodities.models import Commodity, CommodityPackaging, Unit
from settings_modules.commodities.selectors.packagings import packagings_on, today

_PIECE = BASE_CODES[Dimension.COUNT_SIMPLE]


@dataclass(frozen=True, slots=True)
class Measure:
    """One `unit` is exactly `factor` of `base`, by default or by a commodity's `packaging`."""

    unit: Unit
    base: str
    factor: Fraction
    packaging: CommodityPackaging | None = None

    def text(self) -> str:
        """Such as "1 BALE = 170.00 KG"."""
        return f"1 {self.unit.code} = {self.amount()} {self.base}"

    def amount(self) -> str:
        """The factor with two decimals or as many as it has."""
        return with_decimals(whole(self.factor))

    def snapshot(self) -> dict[str, Any]:
        """What a document keeps of it, JSON-ready; figures as texts."""
        packaging = self.packaging
        return {
            "unit": self.unit.code,
            "factor": plain_number(whole(self.factor)),
            "base": self.base,
            "text": self.text(),
            "source": self.unit.source if packaging is None else "",
            "packaging": None if packaging is None else packaging.pk,
        }


@dataclass(frozen=True, slots=True)
class Conversion:
    """`quantity` of the first measure's unit is `result` of the second's; `exact` has no rounding.
    The measures are in the same base."""

    quantity: Decimal
    exact: Fraction
    measures: tuple[Measure, Measure]

    @property
    def result(self) -> Decimal:
        """Whole when it ends within 18 decimals, else with 28 significant digits."""
        return as_decimal(self.exact)

    def snapshot(self) -> dict[str, Any]:
        """What is answered and may be kept, JSON-ready; figures as texts."""
        source, target = self.measures
        return {
            "quantity": plain_number(self.quantity),
            "unit": source.unit.code,
            "to": target.unit.code,
            "result": plain_number(self.result),
            "base": source.base,
            "factors": distinct_factors(self.measures),
        }


class Scale:
    """How units measure a commodity on a day; without a commodity as they do by default.

    What the commodity's packagings say goes before the default: a package that one of them is for
    holds nothing else, a piece may besides weigh something.
    """

    def __init__(self, commodity: Commodity | None = None, *, on: date | None = None) -> None:
        self.commodity = commodity
        self.on = on or today()
        rows = packagings_on(commodity, self.on) if commodity is not None else []
        self._packagings = {row.unit.code: row for row in rows}

    def measures(self, unit: Unit) -> dict[str, Measure]:
        """What the unit comes to, by base; never empty."""
        found: dict[str, Measure] = {}
        own = self._packagings.get(unit.code)
        if own is not None:
            packed = _packed(unit, own)
            found[packed.base] = packed
        if own is None or unit.dimension != Dimension.COUNT:
            found.setdefault(unit.base, Measure(unit, unit.base, Fraction(unit.factor)))
        piece = self._packagings.get(_PIECE)
        if _PIECE in found and piece is not None:
            weighed = _packed(unit, piece, times=found[_PIECE].factor)
            found.setdefault(weighed.base, weighed)
        return found

    def in_one_base(self, units: Sequence[Unit]) -> list[Measure]:
        """What each of the units comes to in a base that they share.

        Raises UnitsIncompatible, naming two, when there is none.
        """
        known = [self.measures(unit) for unit in units]
        shared = set(known[0]).intersection(*known[1:])
        if not shared:
            raise _incompatible(units, known)
        usual = [unit.base for unit in units if unit.base in shared]
        base = usual[0] if usual else min(shared)
        return [found[base] for found in known]

    def convert(self, quantity: Decimal, source: Unit, target: Unit) -> Conversion:
        """The quantity of `source` in `target`.

        Raises QuantityNotPositive, UnitsIncompatible.
        """
        require_quantity(quantity)
        first, second = self.in_one_base([source, target])
        exact = Fraction(quantity) * first.factor / second.factor
        return Conversion(quantity, exact, (first, second))


def require_quantity(quantity: Decimal) -> None:
    """Raise QuantityNotPositive unless there is something to count; nor is "not a number"."""
    if not quantity.is_finite() or quantity <= 0:
        raise QuantityNotPositive(field="quantity")


def distinct_factors(measures: Sequence[Measure]) -> list[dict[str, Any]]:
    """What a document keeps of the measures, each unit once."""
    return list({each.unit.code: each.snapshot() for each in measures}.values())


def _packed(unit: Unit, packaging: CommodityPackaging, *, times: Fraction | int = 1) -> Measure:
    held = packaging.weight_unit
    factor = times * Fraction(packaging.weight) * Fraction(held.factor)
    return Measure(unit, held.base, factor, packaging)


def _incompatible(units: Sequence[Unit], known: list[dict[str, Measure]]) -> UnitsIncompatible:
    apart = [place for place, found in enumerate(known) if not set(found) & set(known[0])]
    other = apart[0] if apart else len(units) - 1
    return UnitsIncompatible(
        first=units[0].code,
        second=units[other].code,
        first_base=" / ".join(sorted(known[0])),
        second_base=" / ".join(sorted(known[other])),
    )
