"""What is usually measured of cotton, pulses, grains, oil seeds and yarn: where one begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from settings_modules.commodities.enums import ParameterType

#: Where the bounds come from.
SOURCE = "Industry standard"


@dataclass(frozen=True, slots=True)
class SeedCategory:
    """A category by its code, and what it is called when it is not there yet."""

    code: str
    name_en: str
    name_ar: str
    parent: SeedCategory | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """One template: its category and its values."""

    category: SeedCategory
    values: dict[str, Any]


_FIBERS = SeedCategory("natural-fiber", "Natural Fiber", "ألياف طبيعية")
_COTTON = SeedCategory("cotton", "Cotton", "قطن", _FIBERS)
_PULSES = SeedCategory("pulses", "Pulses", "بقوليات")
_GRAINS = SeedCategory("grains", "Grains", "حبوب")
_OIL_SEEDS = SeedCategory("seed", "Seed", "بذور")
_YARN = SeedCategory("yarn", "Yarn", "غزول")

_N, _T, _R = ParameterType.NUMERIC, ParameterType.TEXT, ParameterType.RANGE
#: Category, name, how it is given, measured in, least, most, whether it is mandatory.
_ROWS: tuple[tuple[SeedCategory, str, ParameterType, str, str, str, bool], ...] = (
    (_COTTON, "Staple Length", _R, "mm", "22", "34", True),
    (_COTTON, "Micronaire", _R, "ug/inch", "2.5", "6.0", True),
    (_COTTON, "Strength", _R, "g/tex", "22", "35", True),
    (_COTTON, "Color Grade", _T, "", "", "", True),
    (_COTTON, "Trash Content", _R, "%", "0", "5", True),
    (_COTTON, "Moisture Content", _R, "%", "6.0", "8.5", True),
    (_PULSES, "Moisture Content", _R, "%", "10", "12", True),
    (_PULSES, "Foreign Matter", _R, "%", "0", "1", True),
    (_PULSES, "Damaged Grains", _R, "%", "0", "3", True),
    (_PULSES, "Protein Content", _R, "%", "18", "25", False),
    (_PULSES, "Weevilled Grains", _R, "%", "0", "1", True),
    (_GRAINS, "Moisture Content", _R, "%", "12", "14", True),
    (_GRAINS, "Foreign Matter", _R, "%", "0", "2", True),
    (_GRAINS, "Broken Grains", _R, "%", "0", "5", True),
    (_GRAINS, "Test Weight", _R, "kg/hl", "72", "82", False),
    (_GRAINS, "Protein Content", _R, "%", "10", "14", False),
    (_OIL_SEEDS, "Oil Content", _R, "%", "35", "45", True),
    (_OIL_SEEDS, "Moisture Content", _R, "%", "6", "9", True),
    (_OIL_SEEDS, "Foreign Matter", _R, "%", "0", "2", True),
    (_OIL_SEEDS, "Damaged Seeds", _R, "%", "0", "3", True),
    (_OIL_SEEDS, "Free Fatty Acid", _R, "%", "0.5", "2.0", False),
    (_YARN, "Count", _T, "Ne", "", "", True),
    (_YARN, "Ply", _N, "", "1", "6", True),
    (_YARN, "Twist Per Inch", _R, "TPI", "10", "30", False),
    (_YARN, "Strength", _R, "cN/tex", "12", "18", False),
    (_YARN, "Moisture Content", _R, "%", "6.5", "8.5", False),
)


def _bound(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def seed_rows() -> Iterator[Seed]:
    """The 26 templates."""
    for category, name, kind, unit, least, most, is_mandatory in _ROWS:
        yield Seed(
            category,
            {
                "parameter_name": name,
                "parameter_type": kind.value,
                "unit": unit,
                "min_value": _bound(least),
                "max_value": _bound(most),
                "is_mandatory": is_mandatory,
                "source": SOURCE,
            },
        )
