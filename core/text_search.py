"""Text columns that are searched blind to spelling variants."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func, TextField, Value


class FoldedText(models.Func):
    """The columns joined by spaces under the database's `fold_text`.

    Lower case; Arabic and Kurdish letter variants made one; diacritics and tatweel dropped;
    Arabic-Indic, Persian and Devanagari digits made Western.
    """

    function = "fold_text"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


def folded(text: str) -> Func:
    """The text as `FoldedText` columns spell it."""
    return Func(Value(text), function="fold_text", output_field=TextField())


def holding_words(
    rows: models.QuerySet[Any], text: str, *, column: str = "search_text"
) -> models.QuerySet[Any]:
    """Those of the rows in whose folded column every word of the text occurs."""
    for word in text.split():
        rows = rows.filter(**{f"{column}__contains": folded(word)})
    return rows


def tells_arabic_letters(cursor: Any) -> bool:
    """Whether the database's trigrams know Arabic letters.

    They do not where it was made with LC_CTYPE C: Arabic words are then found slowly, and no name
    in Arabic is like another.
    """
    cursor.execute("SELECT similarity('مستودع', 'مستودع') = 1")
    [tells] = cursor.fetchone()
    return bool(tells)
