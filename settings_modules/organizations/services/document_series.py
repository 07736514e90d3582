"""Document series: what their numbers look like, and where they begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from settings_modules.organizations.errors import (
    NumberAlreadyIssued,
    NumberNotForTaxDocuments,
    NumberTooLong,
    OtherOrganizationsRecord,
    SeriesInUse,
    SeriesPrintsSameNumbers,
)
from settings_modules.organizations.models import (
    LARGEST_NUMBER,
    TAX_DOCUMENTS,
    DocumentSeries,
    Organization,
    longest_number,
)
from settings_modules.organizations.selectors.printed_numbers import series_printing_the_same
from settings_modules.organizations.services.removal import remove_unused

#: What a number looks like and counts for: fixed once the series has issued one.
FIXED_FIELDS = (
    "document_type",
    "reset_annually",
    "financial_year",
    "gst_registration",
    "prefix",
    "padding",
    "suffix",
)
SERIES_FIELDS = (*FIXED_FIELDS, "last_number", "is_active")

#: The most digits that a padding gives.
WIDEST_PADDING = 12
_TAX_TEXT = re.compile(r"[A-Za-z0-9/-]*")


@in_unit_of_work
def create_series(*, organization: Organization, values: Mapping[str, Any]) -> DocumentSeries:
    """A new series of the organization; emits `document_series.created`.

    `last_number` is what was printed before: the series counts from the one after it. Raises
    NumberTooLong, NumberNotForTaxDocuments, OtherOrganizationsRecord, SeriesPrintsSameNumbers,
    ValidationError.
    """
    series = DocumentSeries(organization=organization, **editable(values, SERIES_FIELDS))
    series.first_number = series.next_number
    _require_printable(series)
    return create_and_tell(row=series)


@in_unit_of_work
def update_series(
    *, series: DocumentSeries, values: Mapping[str, Any], expected_version: int | None = None
) -> DocumentSeries:
    """The series with the fields given; emits `document_series.updated` when something changed.

    Until its first number is issued everything may change, and the last number be set forward.
    Raises SeriesInUse afterwards for all but `is_active`; NumberAlreadyIssued when the last number
    would go back; what `create_series` raises, and StaleVersion.
    """
    stored = lock_row(series, expected_version=expected_version)
    given = editable(values, SERIES_FIELDS)
    changed = {name for name, value in given.items() if getattr(stored, name) != value}
    _require_changeable(stored, given, changed)
    if changed - {"is_active"} or given.get("is_active"):
        intended = DocumentSeries.objects.get(pk=stored.pk)
        for name in changed:
            setattr(intended, name, given[name])
        _require_printable(intended)
    begins = {"first_number": given["last_number"] + 1} if "last_number" in changed else {}
    return update_and_tell(row=stored, values=given, also=begins)


@in_unit_of_work
def remove_series(*, series: DocumentSeries, expected_version: int | None = None) -> None:
    """A series that never issued a number, removed; emits `document_series.removed`.

    Raises SeriesInUse, StillInUse, StaleVersion.
    """
    stored = lock_row(series, expected_version=expected_version)
    if stored.has_issued:
        raise SeriesInUse()
    remove_unused(row=stored)
    stored.emit_event("document_series.removed")


def _require_changeable(
    stored: DocumentSeries, given: Mapping[str, Any], changed: set[str]
) -> None:
    """Raise SeriesInUse or NumberAlreadyIssued when what was issued forbids the change."""
    if "last_number" in changed and given["last_number"] < stored.last_number:
        raise NumberAlreadyIssued(field="last_number", number=stored.last_number)
    fixed = [name for name in (*FIXED_FIELDS, "last_number") if name in changed]
    if fixed and stored.has_issued:
        raise SeriesInUse(field=fixed[0])


def _require_printable(series: DocumentSeries) -> None:
    """Raise unless the series' next number can be printed and is nobody else's."""
    for name in ("financial_year", "gst_registration"):
        record = getattr(series, name)
        if record is not None and record.organization_id != series.organization_id:
            raise OtherOrganizationsRecord(field=name)
    if not 1 <= series.padding <= WIDEST_PADDING or series.last_number < 0:
        # What the model itself refuses has a better message there.
        return
    _require_fitting_text(series)
    found = series_printing_the_same(series)
    if found is not None:
        raise SeriesPrintsSameNumbers(field="prefix", other=found, number=found.last_number)


def _require_fitting_text(series: DocumentSeries) -> None:
    text, longest = series.printed(series.next_number), longest_number(series.document_type)
    if series.last_number >= LARGEST_NUMBER:
        raise NumberTooLong(field="last_number", number=text, longest=WIDEST_PADDING)
    if len(text) > longest:
        raise NumberTooLong(field="prefix", number=text, longest=longest)
    for name in ("prefix", "suffix"):
        is_tax = series.document_type in TAX_DOCUMENTS
        if is_tax and not _TAX_TEXT.fullmatch(getattr(series, name)):
            raise NumberNotForTaxDocuments(field=name)
