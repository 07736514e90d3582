"""Which series numbers a document, what its next number is, and what its ledger lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from core.errors import DomainError
from settings_modules.organizations.errors import NoActiveSeries, NumberTooLong, YearNotOpen
from settings_modules.organizations.models import (
    LARGEST_NUMBER,
    DocumentSeries,
    YearStatus,
    longest_number,
)

#: A report names so many ranges and texts at most, and counts the rest.
MOST_REPORTED = 200


@dataclass(frozen=True, slots=True)
class SeriesInForce:
    """The series that numbers a document now, and the year it is of ("—" without an active one)."""

    series: DocumentSeries
    is_year_open: bool
    year_name: str


@dataclass(frozen=True, slots=True)
class NumberPreview:
    """The next number of a series, and what keeps it from being issued now, if anything."""

    number: int
    text: str
    refusal: DomainError | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers from first to last that the ledger lacks."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NumberReport:
    """What is wrong with the numbers of a series: nothing, when both counts are 0.

    `gaps` and `duplicates` hold the first `MOST_REPORTED`.
    """

    first_number: int
    last_number: int
    missing: int
    gaps: list[Gap]
    duplicated: int
    duplicates: list[str]


def series_in_force(
    *, document_type: str, organization_id: int | None, gst_registration_id: int | None
) -> SeriesInForce | None:
    """The series that numbers such a document. Where only an active year is missing, the series
    that waits for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series_id FROM organizations_series_in_force(%s, %s, %s)",
            [str(document_type), organization_id, gst_registration_id],
        )
        row = cursor.fetchone()
    rows = DocumentSeries.objects.select_related("financial_year", "organization")
    if row is not None:
        series = rows.filter(pk=row[0]).first()
        return None if series is None else standing_of(series)
    whose = Q(organization__is_seller=True)
    if organization_id is not None:
        whose = Q(organization_id=organization_id)
    branch = Q(gst_registration=None) | Q(gst_registration_id=gst_registration_id)
    waiting = rows.filter(
        whose, branch, document_type=document_type, is_active=True, reset_annually=True
    ).first()
    return None if waiting is None else SeriesInForce(waiting, False, "—")


def standing_of(series: DocumentSeries) -> SeriesInForce:
    """The series with its own year, which is open when documents may be numbered in it."""
    year = series.financial_year
    if year is None:
        return SeriesInForce(series, True, "")
    return SeriesInForce(series, year.is_active and year.status == YearStatus.OPEN, year.name)


def refusal_of(found: SeriesInForce) -> DomainError | None:
    """What keeps this series from issuing its next number, if anything."""
    series = found.series
    if not series.is_active:
        return NoActiveSeries(document=series.get_document_type_display())
    if series.reset_annually and not found.is_year_open:
        return YearNotOpen(year=found.year_name)
    longest = longest_number(series.document_type)
    text = series.printed(series.next_number)
    if len(text) > longest or series.last_number >= LARGEST_NUMBER:
        return NumberTooLong(number=text, longest=longest)
    return None


def preview_number(series: DocumentSeries) -> NumberPreview:
    """What the series would issue now; nothing is taken."""
    text = series.printed(series.next_number)
    return NumberPreview(series.next_number, text, refusal_of(standing_of(series)))


_GAPS = """
WITH series AS (
    SELECT id, first_number, last_number FROM organizations_documentseries WHERE id = %(series)s
), held AS (
    SELECT issued.number FROM organizations_issuednumber AS issued JOIN series
        ON series.id = issued.series_id
        AND issued.number BETWEEN series.first_number AND series.last_number
    UNION ALL SELECT last_number + 1 FROM series
), stepped AS (
    SELECT number, lag(number, 1, (SELECT first_number - 1 FROM series)) OVER (ORDER BY number)
        AS previous FROM held
)
SELECT previous + 1, number - 1, sum(number - previous - 1) OVER () FROM stepped
WHERE number > previous + 1 ORDER BY number LIMIT %(most)s
"""
_DUPLICATES = """
SELECT issued.text, count(*) OVER () FROM organizations_issuednumber AS issued
WHERE issued.series_id = %(series)s AND EXISTS (
    SELECT FROM organizations_issuednumber AS other
    WHERE other.organization_id = issued.organization_id
        AND other.document_type = issued.document_type AND other.text = issued.text
        AND other.id <> issued.id AND (issued.financial_year_id IS NULL
            OR other.financial_year_id IS NULL
            OR other.financial_year_id = issued.financial_year_id))
ORDER BY issued.number LIMIT %(most)s
"""


def report_numbers(series: DocumentSeries) -> NumberReport:
    """The numbers that the series' ledger lacks, and printed texts that another document of the
    organization has as well. Two queries, as of one moment each."""
    given = {"series": series.pk, "most": MOST_REPORTED}
    with connection.cursor() as cursor:
        cursor.execute(f"{_GAPS}", given)
        gaps = cursor.fetchall()
        cursor.execute(f"{_DUPLICATES}", given)
        duplicates = cursor.fetchall()
    return NumberReport(
        first_number=series.first_number,
        last_number=series.last_number,
        missing=int(gaps[0][2]) if gaps else 0,
        gaps=[Gap(first, last) for first, last, _ in gaps],
        duplicated=duplicates[0][1] if duplicates else 0,
        duplicates=[text for text, _ in duplicates],
    )
