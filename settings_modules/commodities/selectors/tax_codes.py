"""Tax codes as people look for them: by the beginning of the code, or by words."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import Case, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.functions import Length

from core.text_search import folded
from settings_modules.commodities.models import TaxCode

#: Longer texts are no search.
LONGEST_SEARCH = 200
_CODE = re.compile(r"[0-9][0-9 .]*")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "0123456789" * 3)
_CONFIG = "english"


class _WordSimilarity(Func):
    """How much of the first text is found in the second, 0 to 1."""

    function = "word_similarity"
    output_field = FloatField()


def code_prefix(text: str) -> str:
    """The digits when the text is the beginning of a code, such as "52.01"; "" for words."""
    latin = text.strip().translate(_DIGITS)
    return re.sub(r"[ .]", "", latin) if _CODE.fullmatch(latin) else ""


def search_tax_codes(text: str, rows: QuerySet[TaxCode] | None = None) -> QuerySet[TaxCode]:
    """Those of `rows` (the active codes) that the text means, the most fitting first, in one query.

    Digits are the beginning of a code. Words are looked for in English descriptions by their stems,
    then by letters that resemble them; codes whose description has all words come first.
    """
    looked_at = TaxCode.objects.filter(is_active=True) if rows is None else rows
    rows = looked_at.defer("search_text", "search_words")
    asked = text.replace("\0", "").strip()[:LONGEST_SEARCH]
    if not asked:
        return rows.none()
    prefix = code_prefix(asked)
    if prefix:
        return rows.filter(code__startswith=prefix).order_by("code", "kind")
    return _by_words(rows, asked)


def _by_words(rows: QuerySet[TaxCode], asked: str) -> QuerySet[TaxCode]:
    query = SearchQuery(asked, config=_CONFIG, search_type="websearch")
    likeness = _WordSimilarity(folded(asked), F("search_text"), output_field=FloatField())
    return (
        rows.filter(Q(search_words=query) | Q(search_text__trigram_word_similar=folded(asked)))
        .annotate(
            has_words=Case(
                When(search_words=query, then=Value(1)),
                default=Value(0),
                output_field=models.IntegerField(),
            ),
            # 1: longer descriptions count less.
            rank=SearchRank(F("search_words"), query, normalization=1),
            likeness=likeness,
        )
        .order_by("-has_words", "-rank", "-likeness", Length("code"), "code", "kind")
    )


def codes_with_all_words(words: list[str]) -> QuerySet[TaxCode]:
    """The active HSN codes whose official description has every one of the words, best first."""
    query = SearchQuery(" ".join(words), config=_CONFIG, search_type="plain")
    return (
        TaxCode.objects.filter(is_active=True, kind="hsn", search_words=query)
        .defer("search_text", "search_words")
        .annotate(rank=SearchRank(F("search_words"), query, normalization=1))
        .order_by("-rank", Length("code"), "code")
    )


def shown_code(code: TaxCode) -> str:
    """The code with the beginning of its description, for lists of choices."""
    text = code.description
    return f"{code.code} · {text[:80]}{'…' if len(text) > 80 else ''}" if text else code.code
