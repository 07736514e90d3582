"""What contradicts what is known of the tax codes of goods."""

from __future__ import annotations

from django.db.models import QuerySet

from settings_modules.commodities.models import HsnKnowledge, TaxCode, TaxCodeConflict
from settings_modules.commodities.selectors.tax_codes import codes_with_all_words

#: Digits of a code that name its chapter of the list.
_CHAPTER = 2


def candidates_of(conflict: TaxCodeConflict) -> QuerySet[HsnKnowledge]:
    """What is known of the goods of the conflict, by confidence: one of it may be kept."""
    return (
        HsnKnowledge.objects.filter(folded_name=conflict.goods, is_active=True)
        .select_related("tax_code")
        .order_by("-is_verified", "-confidence", "id")
    )


def contradicting_description(row: HsnKnowledge, words: list[str]) -> TaxCode | None:
    """The best code whose official description has every word of the goods, when no such code is
    of the chapter that the row says; None when the list does not speak of them, or agrees."""
    if not words:
        return None
    fitting = codes_with_all_words(words)
    if fitting.filter(code__startswith=row.tax_code.code[:_CHAPTER]).exists():
        return None
    return fitting.first()
