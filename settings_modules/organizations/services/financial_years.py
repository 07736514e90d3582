"""Financial years: planned, opened, made the active one, locked, removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from core.editing.services import (
    create_and_tell,
    edit_row,
    editable,
    lock_row,
    update_and_tell,
)
from core.events.services import in_unit_of_work
from core.identity.powers import acting_user_key
from settings_modules.organizations.errors import (
    ActiveYearStays,
    YearAlreadyOpened,
    YearDatesFixed,
    YearInUse,
    YearIsLocked,
    YearMustBeClosed,
    YearMustBeOpen,
    YearsOverlap,
)
from settings_modules.organizations.locks import lock_organization
from settings_modules.organizations.models import (
    DocumentSeries,
    FinancialYear,
    Organization,
    YearStatus,
)
from settings_modules.organizations.selectors.financial_years import year_name, years_in_the_way

#: What people may edit; the dates only while the year is a draft.
YEAR_FIELDS = ("name", "start_date", "end_date", "allow_year_split")
_DATES = ("start_date", "end_date")


@in_unit_of_work
def create_year(
    *, organization: Organization, values: Mapping[str, Any], activate: bool = False
) -> FinancialYear:
    """A new draft year; with `activate` it is opened and made the active one.

    Without a name it is called after its dates. Emits `financial_year.created`, then as `open_year`
    and `activate_year`. Raises YearsOverlap, ValidationError.
    """
    lock_organization(organization.pk)
    year = FinancialYear(organization=organization, **editable(values, YEAR_FIELDS))
    if year.start_date is not None and year.end_date is not None:
        _require_free(year.organization_id, year.start_date, year.end_date)
        year.name = year.name.strip() or year_name(year.start_date, year.end_date)
    year = create_and_tell(row=year)
    if activate:
        year = activate_year(year=open_year(year=year))
    return year


@in_unit_of_work
def update_year(
    *, year: FinancialYear, values: Mapping[str, Any], expected_version: int | None = None
) -> FinancialYear:
    """The year with the fields given; emits `financial_year.updated` when something changed.

    A year called after its dates is called after the new ones, unless it is given a name.
    Raises YearIsLocked, YearDatesFixed once it was opened, YearsOverlap, StaleVersion,
    ValidationError.
    """
    stored = lock_year_row(year, expected_version)
    given = editable(values, YEAR_FIELDS)
    if stored.status == YearStatus.LOCKED:
        raise YearIsLocked(year=stored.name)
    moved = [
        name for name in _DATES if given.get(name, getattr(stored, name)) != getattr(stored, name)
    ]
    if moved and stored.status != YearStatus.DRAFT:
        raise YearDatesFixed(field=moved[0], year=stored.name)
    start, end = (given.get(name, getattr(stored, name)) for name in _DATES)
    if moved:
        _require_free(stored.organization_id, start, end, besides=stored.pk)
    was_named_by_dates = stored.name == year_name(stored.start_date, stored.end_date)
    if not given.get("name", stored.name).strip() or (
        was_named_by_dates and given.get("name", stored.name) == stored.name
    ):
        given["name"] = year_name(start, end)
    return update_and_tell(row=stored, values=given)


@in_unit_of_work
def open_year(*, year: FinancialYear, expected_version: int | None = None) -> FinancialYear:
    """A draft year opened; the organization's first one becomes active with it.

    Emits `financial_year.opened`. Raises YearAlreadyOpened, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    if stored.status != YearStatus.DRAFT:
        raise YearAlreadyOpened(year=stored.name)
    opened = edit_row(row=stored, values={"status": YearStatus.OPEN.value}).row
    opened.emit_event("financial_year.opened")
    if _active_year(opened.organization_id) is None:
        return _make_active(opened, None)
    return opened


@in_unit_of_work
def activate_year(*, year: FinancialYear, expected_version: int | None = None) -> FinancialYear:
    """The year made the one that documents are numbered in, in place of the one before.

    One transaction: there is no moment without an active year. Emits `financial_year.activated`.
    Raises YearMustBeOpen, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    if stored.is_active:
        return stored
    if stored.status != YearStatus.OPEN:
        raise YearMustBeOpen(year=stored.name)
    return _make_active(stored, _active_year(stored.organization_id))


@in_unit_of_work
def lock_year(*, year: FinancialYear, expected_version: int | None = None) -> FinancialYear:
    """A closed year locked for good; emits `financial_year.locked`.

    Raises YearMustBeClosed, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    if stored.status != YearStatus.CLOSED:
        raise YearMustBeClosed(year=stored.name)
    locked = edit_row(row=stored, values={"status": YearStatus.LOCKED.value}).row
    locked.emit_event("financial_year.locked")
    return locked


@in_unit_of_work
def note_audit(
    *, year: FinancialYear, is_noted: bool = True, expected_version: int | None = None
) -> FinancialYear:
    """The audit of an open year noted, with when and by whom, or the note taken back.

    Emits `financial_year.audit_noted`, `financial_year.audit_note_taken_back`. Raises
    YearMustBeOpen, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    if stored.status != YearStatus.OPEN:
        raise YearMustBeOpen(year=stored.name)
    if is_noted == (stored.audit_noted_at is not None):
        return stored
    values = {
        "audit_noted_at": timezone.now() if is_noted else None,
        "audit_noted_by_id": acting_user_key() if is_noted else None,
    }
    noted = edit_row(row=stored, values=values).row
    what = "audit_noted" if is_noted else "audit_note_taken_back"
    noted.emit_event(f"financial_year.{what}")
    return noted


@in_unit_of_work
def remove_year(
    *,
    year: FinancialYear,
    successor: FinancialYear | None = None,
    expected_version: int | None = None,
) -> None:
    """A draft, or an open year without series, removed; emits `financial_year.removed`.

    The active one goes only when another of the organization takes its place. Raises
    ActiveYearStays, YearInUse, YearMustBeOpen for the successor, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    is_used = DocumentSeries.objects.filter(financial_year=stored).exists()
    if is_used or stored.status not in {YearStatus.DRAFT, YearStatus.OPEN}:
        raise YearInUse(year=stored.name)
    if stored.is_active:
        if successor is None or successor.organization_id != stored.organization_id:
            raise ActiveYearStays(year=stored.name)
        activate_year(year=successor)
    stored.emit_event("financial_year.removed")
    FinancialYear.objects.filter(pk=stored.pk).delete()


def lock_year_row(year: FinancialYear, expected_version: int | None) -> FinancialYear:
    """The stored year, locked after its organization. Raises StaleVersion, NotFound."""
    organization = lock_organization(year.organization_id)
    stored = lock_row(year, expected_version=expected_version)
    stored.organization = organization
    return stored


def _active_year(organization_id: int) -> FinancialYear | None:
    return FinancialYear.objects.filter(organization=organization_id, is_active=True).first()


def _make_active(year: FinancialYear, previous: FinancialYear | None) -> FinancialYear:
    """The index allows one active year at any time, so the previous one steps down first."""
    if previous is not None:
        edit_row(row=previous, values={"is_active": False})
    active = edit_row(row=year, values={"is_active": True}).row
    active.emit_event(
        "financial_year.activated", {"previous_id": previous.pk if previous else None}
    )
    return active


def _require_free(
    organization_id: int, start: date, end: date, *, besides: int | None = None
) -> None:
    names = years_in_the_way(organization_id, start, end, besides=besides)
    if names:
        raise YearsOverlap(field="start_date", years=", ".join(names))
