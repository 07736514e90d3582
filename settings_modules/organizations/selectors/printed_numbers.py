"""Which numbers a series prints, and which of them others have printed."""

from __future__ import annotations

import re

from django.db.models import BigIntegerField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from settings_modules.organizations.models import (
    TOLD_APART_BY_NUMBER,
    DocumentSeries,
    IssuedNumber,
)


def series_printing_the_same(series: DocumentSeries) -> DocumentSeries | None:
    """Another series whose printed numbers this one would print again, if any.

    Compared are the series of the same organization, document and year; one without a year runs
    through all of them. What an inactive series will print does not count, what it printed does.
    """
    rows = DocumentSeries.objects.filter(
        _same_year(series),
        organization_id=series.organization_id,
        document_type=series.document_type,
    ).exclude(pk=series.pk)
    alike = rows.filter(prefix=series.prefix, suffix=series.suffix).order_by("-last_number")
    for other in alike.select_related("organization"):
        if _will_meet(series, other):
            return other
    return _printed_in_other_words(series, rows)


def _same_year(series: DocumentSeries) -> Q:
    if series.financial_year_id is None or series.document_type in TOLD_APART_BY_NUMBER:
        return Q()
    return Q(financial_year_id=series.financial_year_id) | Q(financial_year=None)


def _will_meet(series: DocumentSeries, other: DocumentSeries) -> bool:
    """Whether the series, of equal prefix and suffix, comes to a number that is the other's."""
    # Of different padding, numbers look the same once they fill the wider one.
    widest = max(series.padding, other.padding)
    alike_from = 1 if series.padding == other.padding else 10 ** (widest - 1)
    if other.is_active and series.is_active:
        return True
    return max(series.next_number, alike_from) <= other.last_number


def _printed_in_other_words(
    series: DocumentSeries, rows: QuerySet[DocumentSeries]
) -> DocumentSeries | None:
    """A series with a number in the ledger that reads as one of this series: prefix A1 and number
    001 look as prefix A and number 1001 do."""
    longer = rf"|[1-9][0-9]{{{series.padding},11}}" if series.padding < 12 else ""
    digits = rf"([0-9]{{{series.padding}}}{longer})"
    pattern = f"^{re.escape(series.prefix)}{digits}{re.escape(series.suffix)}$"
    read = Func(F("text"), Value(pattern), function="substring", output_field=CharField())
    issued = (
        IssuedNumber.objects.filter(series__in=rows)
        .annotate(as_number=Cast(read, BigIntegerField()))
        .filter(as_number__gt=series.last_number)
        .select_related("series__organization")
        .order_by("-id")
        .first()
    )
    return None if issued is None else issued.series
