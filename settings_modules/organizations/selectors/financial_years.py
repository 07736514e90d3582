"""Reading financial years: their neighbours and gaps, their days, what keeps one from closing."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from settings_modules.organizations.closing_checks import Found, closing_checks
from settings_modules.organizations.models import DocumentSeries, FinancialYear, IssuedNumber

ONE_DAY = timedelta(days=1)


def today() -> date:
    """The day it is in the installation's time zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def last_day_of_year(start: date) -> date:
    """The day before the same day of the next year, as the database counts it."""
    last_of_month = calendar.monthrange(start.year + 1, start.month)[1]
    return start.replace(year=start.year + 1, day=min(start.day, last_of_month)) - ONE_DAY


def year_name(start: date, end: date) -> str:
    """What a year is called: FY 2026-27, FY 2027; a shorter one by its months or days."""
    if end == last_day_of_year(start):
        return f"FY {start.year}" if start.year == end.year else f"FY {start.year}-{end:%y}"
    if start.day == 1 and (end + ONE_DAY).day == 1:
        return f"FY {start:%Y-%m}/{end:%Y-%m}"
    return f"FY {start.isoformat()}/{end.isoformat()}"


def span_of(year: FinancialYear) -> tuple[datetime, datetime]:
    """The first moment of the year and the first one after it."""
    return midnight(year.start_date), midnight(year.end_date + ONE_DAY)


def midnight(day: date) -> datetime:
    """The first moment of the day in the time zone of the installation."""
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


# Neighbours


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two years that belong to none."""

    first: date
    last: date


def with_neighbours(years: QuerySet[FinancialYear]) -> QuerySet[FinancialYear]:
    """The years, each with `previous_end` and `next_start` of its organization, None without."""
    others = FinancialYear.objects.filter(organization=OuterRef("organization"))
    before = others.filter(start_date__lt=OuterRef("start_date")).order_by("-start_date")
    after = others.filter(start_date__gt=OuterRef("start_date")).order_by("start_date")
    return years.annotate(
        previous_end=Subquery(before.values("end_date")[:1], output_field=DateField()),
        next_start=Subquery(after.values("start_date")[:1], output_field=DateField()),
    )


def gaps_beside(year: FinancialYear) -> dict[str, Gap]:
    """The gaps "before" and "after" the year; it may come from `with_neighbours` or not."""
    known: Any = year
    if not hasattr(year, "previous_end"):
        known = with_neighbours(FinancialYear.objects.filter(pk=year.pk)).get()
    gaps = {}
    if known.previous_end is not None and known.previous_end + ONE_DAY < year.start_date:
        gaps["before"] = Gap(known.previous_end + ONE_DAY, year.start_date - ONE_DAY)
    if known.next_start is not None and year.end_date + ONE_DAY < known.next_start:
        gaps["after"] = Gap(year.end_date + ONE_DAY, known.next_start - ONE_DAY)
    return gaps


def years_in_the_way(
    organization_id: int, start: date, end: date, *, besides: int | None = None
) -> list[str]:
    """The names of up to five years of the organization that have days between the two."""
    overlapping = FinancialYear.objects.filter(
        organization=organization_id, start_date__lte=end, end_date__gte=start
    )
    if besides is not None:
        overlapping = overlapping.exclude(pk=besides)
    return list(overlapping.order_by("start_date").values_list("name", flat=True)[:5])


# The checklist


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One line of a year's checklist as it is now."""

    code: str
    label: Any
    count: int
    link: str
    is_blocking: bool

    @property
    def is_settled(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0


def closing_checklist(year: FinancialYear) -> list[CheckedItem]:
    """What must be settled or waived before the year closes, with what was found."""
    items = []
    for each in closing_checks():
        found = each.check(year)
        items.append(CheckedItem(each.code, each.label, found.count, found.link, each.is_blocking))
    return items


def audit_not_noted(year: FinancialYear) -> Found:
    """The audit that the organization requires and nobody has noted."""
    is_missing = year.organization.gst_audit_required and year.audit_noted_at is None
    return Found(
        int(is_missing), reverse("admin:organizations_financialyear_change", args=[year.pk])
    )


def series_with_missing_numbers(year: FinancialYear) -> Found:
    """Series whose ledger lacks numbers: the year's own, and continuing ones within its days.

    The link leads to what is missing in the only one, or to the series of the organization.
    """
    own = (
        DocumentSeries.objects.filter(financial_year=year)
        .annotate(held=Count("issued"))
        .exclude(held=F("last_number") - F("first_number") + 1)
    )
    first, after = span_of(year)
    continuing = (
        IssuedNumber.objects.filter(
            Q(series__organization=year.organization_id, series__financial_year=None),
            issued_at__gte=first,
            issued_at__lt=after,
        )
        .order_by()
        .values("series")
        .annotate(held=Count("id"), low=Min("number"), high=Max("number"))
        .exclude(held=F("high") - F("low") + 1)
    )
    found = [*own.values_list("pk", flat=True), *continuing.values_list("series", flat=True)]
    if len(found) == 1:
        return Found(1, reverse("admin:organizations_issuednumber_gaps", args=found))
    return Found(
        len(found), reverse("admin:organizations_organization_change", args=[year.organization_id])
    )
