"""Which category goods belong to, by whole words of their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F

from core.text_search import folded
from settings_modules.commodities.goods_words import holds_phrase, words_of
from settings_modules.commodities.models import CommodityCategory

LONGEST_TEXT = 1_000
_WHOLE_NAME = Decimal("0.95")
_PHRASE = Decimal("0.90")
_WORD = Decimal("0.80")
#: Another category is as well known by the name.
_TIED = Decimal("0.60")
_DESCRIPTION = Decimal("0.50")


@dataclass(frozen=True, slots=True)
class CategoryMatch:
    """A category, the words it was recognized by, and whether they stand in the name."""

    category: CommodityCategory
    words: str
    in_name: bool


@dataclass(frozen=True, slots=True)
class DetectedCategory:
    """What was found: a category or none, how sure that is (0 to 1), why, and what else it could
    be. Nothing of it is stored."""

    category: CommodityCategory | None
    confidence: Decimal
    reason: str
    reason_ar: str
    words: str = ""
    alternatives: list[CategoryMatch] = field(default_factory=list)


def detect_category(name: str, description: str = "") -> DetectedCategory:
    """The category of goods of this name, in one query.

    Whole words and phrases count; the longest match in the name wins, of two as long that of the
    lower priority. The description is looked at when nothing in the name is known.
    """
    rows = list(
        CommodityCategory.objects.filter(is_active=True)
        .annotate(
            asked_name=folded(name[:LONGEST_TEXT].replace("\0", "")),
            asked_description=folded(description[:LONGEST_TEXT].replace("\0", "")),
        )
        .order_by(F("priority"), "code")
    )
    if not rows:
        return _nothing()
    named = words_of(rows[0].asked_name)
    described = words_of(rows[0].asked_description)
    found = _matches(rows, named, in_name=True) or _matches(rows, described, in_name=False)
    return _chosen(found, named) if found else _nothing()


def _matches(
    rows: Sequence[CommodityCategory], words: list[str], *, in_name: bool
) -> list[CategoryMatch]:
    """The longest match of each category, the longest first, then by priority."""
    found = []
    for row in rows:
        phrases = [phrase for each in row.keywords if (phrase := words_of(each))]
        held = [phrase for phrase in phrases if holds_phrase(words, phrase)]
        if held:
            longest = max(held, key=len)
            found.append((len(longest), CategoryMatch(row, " ".join(longest), in_name)))
    found.sort(key=lambda each: -each[0])
    return [match for _, match in found]


def _chosen(found: list[CategoryMatch], named: list[str]) -> DetectedCategory:
    best, others = found[0], found[1:]
    length = len(best.words.split())
    is_tied = bool(others) and len(others[0].words.split()) == length
    if not best.in_name:
        confidence = _DESCRIPTION
    elif best.words == " ".join(named):
        confidence = _WHOLE_NAME
    elif is_tied:
        confidence = _TIED
    else:
        confidence = _PHRASE if length > 1 else _WORD
    place, place_ar = ("name", "الاسم") if best.in_name else ("description", "الوصف")
    english = best.category.name_en  # type: ignore[attr-defined]
    reason = f"“{best.words}” in the {place} is a word of {english}."
    reason_ar = f"«{best.words}» في {place_ar} من كلمات {_arabic_name(best.category)}."
    return DetectedCategory(best.category, confidence, reason, reason_ar, best.words, others)


def _arabic_name(category: CommodityCategory) -> str:
    return str(category.name_ar or category.name_en)  # type: ignore[attr-defined]


def _nothing() -> DetectedCategory:
    return DetectedCategory(
        None,
        Decimal(0),
        "No category has a word of this name.",
        "لا توجد فئة من كلماتها كلمة من هذا الاسم.",
    )
