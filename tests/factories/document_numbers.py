"""Companies with financial years, branches and series."""

from __future__ import annotations

from datetime import date
from itertools import count

from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    Organization,
    YearStatus,
)
from settings_modules.organizations.services.document_series import create_series

_numbers = count(1)


def make_company(**fields: object) -> Organization:
    """An organization that does not sell."""
    return Organization.objects.create(name=f"Numbered company {next(_numbers)}", **fields)


def make_year(
    organization: Organization,
    begins: int = 2026,
    *,
    status: YearStatus = YearStatus.OPEN,
    is_active: bool = True,
) -> FinancialYear:
    """April of that year to March of the next."""
    return FinancialYear.objects.create(
        organization=organization,
        name=f"FY {begins}",
        start_date=date(begins, 4, 1),
        end_date=date(begins + 1, 3, 31),
        status=status,
        is_active=is_active,
    )


def make_branch(organization: Organization) -> GstRegistration:
    """A registration of the organization."""
    number = next(_numbers)
    return GstRegistration.objects.create(
        organization=organization,
        gstin=f"27AAACM{number:04d}A1Z8",
        branch_code=f"B{number}",
        is_primary=not organization.gst_registrations.exists(),
    )


def make_series(
    organization: Organization,
    document_type: DocumentType = DocumentType.INVOICE,
    prefix: str = "INV",
    **values: object,
) -> DocumentSeries:
    """A series made by its service."""
    return create_series(
        organization=organization,
        values={"document_type": document_type, "prefix": prefix, **values},
    )
