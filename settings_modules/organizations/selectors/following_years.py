"""What the next year takes over from the last one, before and while it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from settings_modules.organizations.models import DocumentSeries, FinancialYear
from settings_modules.organizations.selectors.financial_years import ONE_DAY, last_day_of_year


@dataclass(frozen=True, slots=True)
class PlannedSeries:
    """A series of the last year, and how its successor will print."""

    series: DocumentSeries
    prefix: str
    suffix: str

    @property
    def first_text(self) -> str:
        """The first number as it will be printed."""
        return f"{self.prefix}{1:0{self.series.padding}d}{self.suffix}"


def following_dates(year: FinancialYear) -> tuple[date, date]:
    """First and last day of the twelve months after the year."""
    start = year.end_date + ONE_DAY
    return start, last_day_of_year(start)


def following_year(year: FinancialYear) -> FinancialYear | None:
    """The organization's year that begins the day after this one ends."""
    return FinancialYear.objects.filter(
        organization=year.organization_id, start_date=year.end_date + ONE_DAY
    ).first()


def planned_series(year: FinancialYear, following: FinancialYear | None) -> list[PlannedSeries]:
    """The active series of the year that begin anew, without those the following year has."""
    begun: set[tuple[str, int | None]] = set()
    if following is not None:
        known = DocumentSeries.objects.filter(financial_year=following, is_active=True)
        begun = set(known.values_list("document_type", "gst_registration"))
    years = (year.start_date.year, (year.end_date + ONE_DAY).year)
    return [
        PlannedSeries(row, advanced_text(row.prefix, *years), advanced_text(row.suffix, *years))
        for row in DocumentSeries.objects.filter(
            financial_year=year, reset_annually=True, is_active=True
        )
        .select_related("gst_registration", "organization")
        .order_by("document_type", "pk")
        if (row.document_type, row.gst_registration_id) not in begun
    ]


def advanced_text(text: str, old: int, new: int) -> str:
    """A prefix or suffix with the year it names moved on: INV/26-27/ becomes INV/27-28/.

    Known are 2026, 2026-27, 2026-2027, 26-27, each also with a slash, 2627, and 26 after a slash
    or hyphen. Digits that may mean something else stay.
    """
    short, long = f"{old % 100:02d}", f"{old + 1}"
    pattern = (
        rf"(?<!\d)(?P<whole>{old})(?:(?P<sign>[-/])(?P<end>{long}|{long[2:]}))?(?!\d)"
        rf"|(?<!\d){short}(?P<between>[-/]?){long[2:]}(?!\d)"
        rf"|(?<=[-/]){short}(?!\d)"
    )

    def moved(match: re.Match[str]) -> str:
        if match["whole"]:
            end = str(new + 1) if match["end"] == long else f"{(new + 1) % 100:02d}"
            return f"{new}{match['sign']}{end}" if match["sign"] else str(new)
        if match["between"] is not None:
            return f"{new % 100:02d}{match['between']}{(new + 1) % 100:02d}"
        return f"{new % 100:02d}"

    return re.sub(pattern, moved, text)
