"""Reading units: by any of their words, by what they measure, as a catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Upper

from settings_modules.commodities.enums import BASE_CODES, Dimension
from settings_modules.commodities.errors import UnitUnknown
from settings_modules.commodities.models import Unit, UnitAlias

#: Of a catalogue; far more than there are.
MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The units in use of one dimension, and the code of the one that they are counted in."""

    dimension: Dimension
    base: str
    units: list[Unit]


def units_in_use() -> QuerySet[Unit]:
    """The units that may be chosen, by dimension and code."""
    return Unit.objects.filter(is_active=True).order_by("dimension", "code")


def units_of(dimension: str) -> QuerySet[Unit]:
    """The units in use of a dimension; none of one that does not exist."""
    return units_in_use().filter(dimension=dimension)


def unit_catalogue() -> list[UnitGroup]:
    """The units in use with their other words, grouped by what they measure."""
    units = list(units_in_use().prefetch_related("aliases")[:MOST_UNITS])
    return [
        UnitGroup(
            dimension,
            BASE_CODES[dimension],
            [unit for unit in units if unit.dimension == dimension],
        )
        for dimension in Dimension
    ]


def find_units(words: Iterable[str]) -> dict[str, Unit]:
    """The units in use that the words are codes of, or other words for; whatever their case and
    the blanks around them. Words that mean no unit are left out. Two queries."""
    folded = {word: word.replace("\0", "").strip().upper() for word in words}
    asked = set(folded.values())
    coded = Unit.objects.annotate(word=Upper("code")).filter(is_active=True, word__in=asked)
    called = UnitAlias.objects.annotate(word=Upper("alias"))
    called = called.filter(unit__is_active=True, word__in=asked).select_related("unit")
    meant = {row.alias: row.unit for row in called} | {unit.code: unit for unit in coded}
    return {word: meant[usual] for word, usual in folded.items() if usual in meant}


def find_unit(word: str) -> Unit | None:
    """The unit in use that the word means; None when there is none."""
    return find_units([word]).get(word)


def resolve_unit(word: str, *, field: str = "") -> Unit:
    """As `find_unit`. Raises UnitUnknown, which names the word, on that field."""
    found = find_unit(word)
    if found is None:
        raise UnitUnknown(field=field, unit=word.strip())
    return found


def unit_of_word(word: str) -> Unit | None:
    """The unit, in use or not, that has the word already as its code or another word."""
    usual = word.strip().upper()
    coded = Unit.objects.filter(code__iexact=usual).first()
    return coded or Unit.objects.filter(aliases__alias__iexact=usual).first()
