"""Suggestions of tax codes for goods: ranked, with source, confidence and reason.

Nothing is stored: a person takes a suggestion or leaves it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from settings_modules.commodities.enums import CodeKind, KnowledgeSource
from settings_modules.commodities.goods_words import holds_phrase, phrases_of, words_of
from settings_modules.commodities.models import HsnKnowledge, TaxCode
from settings_modules.commodities.selectors.tax_codes import codes_with_all_words
from settings_modules.commodities.selectors.tax_rates import EffectiveRate, effective_rates
from settings_modules.commodities.starting_rows.hsn_headings import USUAL_RATES

LONGEST_NAME = 200
MOST_SUGGESTIONS = 10
#: Knowledge that is looked at for one name.
_MOST_KNOWLEDGE = 100
_MOST_OFFICIAL = 5
OFFICIAL = "OFFICIAL"
_PARTIAL = Decimal("0.8")
_BY_DESCRIPTION = Decimal("0.40")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that goods may have. `confidence` is 0 to 1; `rate` that of the day, None without.

    `usual_rate` is percent of the table that Tradepost came with, where no rate is entered: nobody
    has compared it with the notifications.
    """

    tax_code: TaxCode
    source: str
    confidence: Decimal
    is_verified: bool
    reason: str
    reason_ar: str
    knowledge_id: int | None = None
    rate: EffectiveRate | None = None
    usual_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The codes, best first; when there are none, `reason` says why."""

    items: list[Suggestion] = field(default_factory=list)
    reason: str = ""
    reason_ar: str = ""


def suggest_tax_codes(
    name: str, *, category: int | None = None, day: datetime.date | None = None
) -> Suggestions:
    """Codes that goods of the name may have, at most ten, each once.

    Knowledge of exactly this name comes first, then that of whole words of it (with less
    confidence), then official descriptions that have all its words. Of two the verified one, the
    surer, the more used goes before; knowledge of `category` before that of others. Unknown goods
    get an empty list with a reason, never a made-up code.
    """
    words = words_of(_folded(name))
    if not words:
        return Suggestions([], "Name the goods.", "سمّ البضاعة.")
    found = _from_knowledge(words, category)
    if not found:
        found = _from_descriptions(words)
    if not found:
        return Suggestions(
            [],
            "Neither the knowledge nor the official list has goods of this name. Search the list.",
            "لا تعرف المعرفة ولا القائمة الرسمية بضاعة بهذا الاسم. ابحث في القائمة.",
        )
    return Suggestions(_with_rates(_each_once(found), day))


def _folded(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_text(%s)", [text[:LONGEST_NAME].replace("\0", "")])
        [value] = cursor.fetchone()
    return str(value)


def _from_knowledge(words: list[str], category: int | None) -> list[Suggestion]:
    asked = " ".join(words)
    rows = (
        HsnKnowledge.objects.filter(is_active=True, tax_code__is_active=True)
        .filter(Q(folded_name__in=set(phrases_of(words))) | Q(folded_name__contains=asked))
        .select_related("tax_code")
        .order_by("-is_verified", "-confidence", "-usage_count", "id")[:_MOST_KNOWLEDGE]
    )
    ranked: list[tuple[tuple[Any, ...], Suggestion]] = []
    for row in rows:
        known = words_of(row.folded_name)
        if not (holds_phrase(words, known) or holds_phrase(known, words)):
            continue
        is_exact = known == words
        shared = min(len(known), len(words))
        is_other = category is not None and row.category_id not in (None, category)
        order = (not is_exact, is_other, -shared, not row.is_verified, -row.confidence)
        ranked.append(((*order, -row.usage_count, row.pk), _known(row, known, words)))
    ranked.sort(key=lambda each: each[0])
    return [suggestion for _, suggestion in ranked]


def _known(row: HsnKnowledge, known: list[str], words: list[str]) -> Suggestion:
    if known == words:
        confidence = row.confidence
        why, why_ar = "is known by this name", "معروفة بهذا الاسم"
    elif len(known) < len(words):
        confidence = _less(row.confidence)
        why, why_ar = "is a part of the name", "جزء من الاسم"
    else:
        confidence = _less(row.confidence)
        why, why_ar = "has this name in its own", "يحوي هذا الاسم"
    label, label_ar = _SOURCES[KnowledgeSource(row.source)]
    sure, sure_ar = (
        ("verified", "متحقق منه") if row.is_verified else ("not verified", "غير متحقق منه")
    )
    return Suggestion(
        tax_code=row.tax_code,
        source=row.source,
        confidence=confidence,
        is_verified=row.is_verified,
        reason=f"“{row.commodity_name}” {why} ({label}, {sure}).",
        reason_ar=f"«{row.commodity_name}» {why_ar} ({label_ar}، {sure_ar}).",
        knowledge_id=row.pk,
    )


_SOURCES = {
    KnowledgeSource.API: ("external service", "خدمة خارجية"),
    KnowledgeSource.MANUAL: ("entered by a person", "أدخله شخص"),
    KnowledgeSource.LEARNED: ("learned from a commodity", "مأخوذ من سلعة"),
    KnowledgeSource.SEED: ("supplied with Tradepost", "مورّد مع Tradepost"),
}
_VERIFIED = {True: ("verified", "متحقق منه"), False: ("not verified", "غير متحقق منه")}


def _less(confidence: Decimal) -> Decimal:
    return (confidence * _PARTIAL).quantize(_CENT, ROUND_HALF_UP)


def _from_descriptions(words: list[str]) -> list[Suggestion]:
    shown = " ".join(words)
    return [
        Suggestion(
            tax_code=code,
            source=OFFICIAL,
            confidence=_BY_DESCRIPTION,
            is_verified=False,
            reason=f"The official description of {code.code} has the words “{shown}”.",
            reason_ar=f"الوصف الرسمي للرمز {code.code} فيه الكلمات «{shown}».",
        )
        for code in codes_with_all_words(words)[:_MOST_OFFICIAL]
    ]


def _each_once(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The best suggestion of each code, at most `MOST_SUGGESTIONS`."""
    best: dict[int, Suggestion] = {}
    for suggestion in found:
        best.setdefault(suggestion.tax_code.pk, suggestion)
    return list(best.values())[:MOST_SUGGESTIONS]


def _with_rates(found: list[Suggestion], day: datetime.date | None) -> list[Suggestion]:
    rates = effective_rates([each.tax_code.pk for each in found], day)
    return [_with_rate(each, rates.get(each.tax_code.pk)) for each in found]


def _with_rate(suggestion: Suggestion, rate: EffectiveRate | None) -> Suggestion:
    code = suggestion.tax_code
    is_goods = code.kind == CodeKind.HSN
    usual = USUAL_RATES.get(code.code[:4]) if rate is None and is_goods else None
    return replace(suggestion, rate=rate, usual_rate=usual)
