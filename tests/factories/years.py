"""Financial years and the numbers issued in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    FinancialYear,
    IssuedNumber,
    Organization,
    YearStatus,
)
from settings_modules.organizations.selectors.financial_years import last_day_of_year, year_name


def make_year(organization: Organization, start: str = "2026-04-01", **given: Any) -> FinancialYear:
    """Twelve months of the organization, open and active unless said otherwise."""
    first = date.fromisoformat(start)
    last = given.pop("end_date", last_day_of_year(first))
    values = {"status": YearStatus.OPEN, "is_active": True, "name": year_name(first, last)} | given
    return FinancialYear.objects.create(
        organization=organization, start_date=first, end_date=last, **values
    )


def make_series(year: FinancialYear, **given: Any) -> DocumentSeries:
    """A series of invoices that begins anew each year."""
    values = {"document_type": DocumentType.INVOICE, "prefix": "INV/26-27/"} | given
    return DocumentSeries.objects.create(
        organization=year.organization, financial_year=year, reset_annually=True, **values
    )


def issue(series: DocumentSeries, number: int, **given: Any) -> IssuedNumber:
    """A row of the ledger, without stepping the series."""
    return IssuedNumber.objects.create(
        series=series,
        organization_id=series.organization_id,
        document_type=series.document_type,
        financial_year_id=series.financial_year_id,
        number=number,
        text=f"{series.prefix}{number:06d}",
        **given,
    )
