"""Commodities as staff look for them, and counted by what they can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from core.text_search import holding_words
from settings_modules.commodities.models import Commodity

#: Values of a facet that are named, those with most commodities first.
MOST_VALUES = 200


def matching_commodities(text: str) -> QuerySet[Commodity]:
    """Commodities in whose code, names, descriptions or HS code every word occurs, however the
    Arabic letters and digits are spelled."""
    return holding_words(Commodity.objects.order_by(), text)


def commodity_with_code(code: str) -> Commodity | None:
    """The commodity with this code of the company's, in any capitals, switched off or not."""
    return Commodity.objects.filter(code__iexact=code.strip()).first()


def commodity_facets(rows: QuerySet[Commodity]) -> dict[str, Any]:
    """How many of the rows are of each category and tax code, active and not, and the range of
    their own rates. Three queries, whatever the number of rows, and no row is read."""
    rows = rows.order_by()
    totals = rows.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(is_active=True)),
        without_tax_code=Count("pk", filter=Q(tax_code=None)),
        least=Min("gst_rate"),
        most=Max("gst_rate"),
    )
    return {
        "total": totals["total"],
        "active": totals["active"],
        "inactive": totals["total"] - totals["active"],
        "without_tax_code": totals["without_tax_code"],
        "gst_rate": {"min": totals["least"], "max": totals["most"]},
        "categories": _category_counts(rows),
        "tax_codes": _tax_code_counts(rows),
    }


def _category_counts(rows: QuerySet[Commodity]) -> list[dict[str, Any]]:
    names = {f"of_{name}": F(f"category__{name}") for name in ("code", "name_en", "name_ar")}
    counted: Any = (
        rows.values(key=F("category_id"), **names)
        .annotate(count=Count("pk"))
        .order_by("-count", "key")[:MOST_VALUES]
    )
    return [
        {
            "id": each["key"],
            "code": each["of_code"],
            "name_en": each["of_name_en"],
            "name_ar": each["of_name_ar"],
            "count": each["count"],
        }
        for each in counted
    ]


def _tax_code_counts(rows: QuerySet[Commodity]) -> list[dict[str, Any]]:
    counted = (
        rows.exclude(tax_code=None)
        .values(key=F("tax_code_id"), code_text=F("tax_code__code"))
        .annotate(count=Count("pk"))
        .order_by("-count", "code_text")[:MOST_VALUES]
    )
    return [
        {"id": each["key"], "code": each["code_text"], "count": each["count"]} for each in counted
    ]
