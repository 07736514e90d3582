"""The end of a financial year: closing, opening again, rolling forward, splitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.context import change_context
from core.editing.services import edit_row
from core.errors import FieldError
from core.events.services import in_unit_of_work
from core.history.context import history_context
from settings_modules.organizations.approval_kinds import Proposal
from settings_modules.organizations.errors import (
    NumbersIssuedAfterSplit,
    SplitDateOutside,
    YearIsLocked,
    YearMustBeClosed,
    YearMustBeOpen,
    YearNotReadyToClose,
    YearNotSplittable,
    YearReasonNeeded,
)
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    DocumentSeries,
    FinancialYear,
    IssuedNumber,
    YearStatus,
)
from settings_modules.organizations.selectors.financial_years import (
    ONE_DAY,
    CheckedItem,
    closing_checklist,
    midnight,
    year_name,
)
from settings_modules.organizations.selectors.following_years import (
    PlannedSeries,
    following_dates,
    following_year,
    planned_series,
)
from settings_modules.organizations.services.approvals import request_change
from settings_modules.organizations.services.document_series import create_series
from settings_modules.organizations.services.financial_years import (
    activate_year,
    create_year,
    lock_year_row,
    open_year,
)

LONGEST_WAIVER = 200


@dataclass(frozen=True, slots=True)
class YearAfter:
    """The year that follows, and the series that were made in it."""

    year: FinancialYear
    series: list[DocumentSeries]


@in_unit_of_work
def close_year(
    *,
    year: FinancialYear,
    waivers: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> FinancialYear:
    """An open year closed: no document takes a number in it any more.

    Every point of its checklist is settled, or waived with a reason: `waivers` is code to reason.
    It stays the active one until another takes its place. Emits `financial_year.closed`. Raises
    YearMustBeOpen, YearNotReadyToClose with each unsettled point, StaleVersion.
    """
    stored = lock_year_row(year, expected_version)
    if stored.status != YearStatus.OPEN:
        raise YearMustBeOpen(year=stored.name)
    given = {code: text.strip()[:LONGEST_WAIVER] for code, text in (waivers or {}).items()}
    unsettled = [item for item in closing_checklist(stored) if not item.is_settled]
    refused = [item for item in unsettled if item.is_blocking or not given.get(item.code)]
    if refused:
        details = [_refusal(item) for item in refused]
        raise YearNotReadyToClose(year=stored.name, count=len(refused), details=details)
    waived = {item.code: given[item.code] for item in unsettled}
    values = {"status": YearStatus.CLOSED.value, "closing_waivers": waived}
    closed = edit_row(row=stored, values=values).row
    closed.emit_event("financial_year.closed", {"waived": sorted(waived)})
    return closed


def _refusal(item: CheckedItem) -> FieldError:
    if item.is_blocking:
        code = "closing_check_blocks"
        texts = "{count} found; this cannot be waived.", "وُجد {count}؛ لا يمكن التجاوز عن هذا."
    else:
        code = "closing_check_unsettled"
        texts = "{count} found; settle it or give a reason.", "وُجد {count}؛ سوِّها أو اذكر السبب."
    english, arabic = (text.format(count=item.count) for text in texts)
    return FieldError(f"waivers.{item.code}", code, english, arabic)


@in_unit_of_work
def reopen_year(
    *, year: FinancialYear, reason: str, expected_version: int | None = None
) -> ApprovalRequest:
    """The reopening of a closed year, asked for: it is open once another person agrees.

    Raises YearReasonNeeded, YearIsLocked, YearMustBeClosed, StaleVersion, and as `request_change`.
    """
    stored = lock_year_row(year, expected_version)
    if not reason.strip():
        raise YearReasonNeeded(field="reason")
    _require_closed(stored)
    return request_change(
        kind=ApprovalKind.REOPEN_YEAR,
        organization=stored.organization,
        target_id=stored.pk,
        seen_version=stored.version,
        proposal={"status": YearStatus.OPEN.value},
        reason=reason,
    )


@in_unit_of_work
def apply_reopening(request: ApprovalRequest, proposal: Proposal) -> FinancialYear:
    """The closed year opened again, with the reason of who asked; `financial_year.reopened`.

    What was waived when it closed is forgotten: it closes by a new checklist. Raises YearIsLocked,
    YearMustBeClosed, NotFound.
    """
    target = FinancialYear(pk=request.target_id, organization_id=request.organization_id)
    with change_context(reason=request.reason), history_context():
        stored = lock_year_row(target, request.seen_version)
        _require_closed(stored)
        values = {"status": proposal["status"], "closing_waivers": {}}
        reopened = edit_row(row=stored, values=values).row
        reopened.emit_event("financial_year.reopened", {"approval_request_id": request.pk})
    return reopened


def _require_closed(year: FinancialYear) -> None:
    if year.status == YearStatus.LOCKED:
        raise YearIsLocked(year=year.name)
    if year.status != YearStatus.CLOSED:
        raise YearMustBeClosed(year=year.name)


@in_unit_of_work
def roll_forward(
    *, year: FinancialYear, activate: bool = False, expected_version: int | None = None
) -> YearAfter:
    """The twelve months after the year, open, with a series for each that begins anew.

    A following year that is there already is used, and series it has already are left alone: doing
    it twice changes nothing the second time. The new series count from 1; a year named in prefix or
    suffix moves on. The following year becomes active when asked, and when this one is the active
    one and no longer open. Raises YearMustBeOpen for a draft or a following year that is closed;
    SeriesPrintsSameNumbers for a series of orders whose prefix and suffix name no year, since
    numbers of orders are never printed twice; NumberTooLong, YearsOverlap, StaleVersion,
    ValidationError.
    """
    stored = lock_year_row(year, expected_version)
    if stored.status == YearStatus.DRAFT:
        raise YearMustBeOpen(year=stored.name)
    following = _open_following(stored)
    made = [_clone(planned, following) for planned in planned_series(stored, following)]
    if activate or (stored.is_active and stored.status != YearStatus.OPEN):
        following = activate_year(year=following)
    return YearAfter(following, made)


def _open_following(year: FinancialYear) -> FinancialYear:
    following = following_year(year)
    if following is None:
        start, end = following_dates(year)
        following = create_year(
            organization=year.organization, values={"start_date": start, "end_date": end}
        )
    if following.status == YearStatus.DRAFT:
        return open_year(year=following)
    if following.status != YearStatus.OPEN:
        raise YearMustBeOpen(year=following.name)
    return following


def _clone(planned: PlannedSeries, year: FinancialYear) -> DocumentSeries:
    """The successor of a series in the year; emits `document_series.created`."""
    last = planned.series
    return create_series(
        organization=last.organization,
        values={
            "document_type": last.document_type,
            "reset_annually": True,
            "financial_year": year,
            "gst_registration": last.gst_registration,
            "prefix": planned.prefix,
            "padding": last.padding,
            "suffix": planned.suffix,
        },
    )


@in_unit_of_work
def split_year(*, year: FinancialYear, at: date, expected_version: int | None = None) -> YearAfter:
    """The year ended the day before `at`, and a second one from there to its old end.

    The second part has the year's status and a successor of each of its series, counting from 1; it
    does not become active by itself. Emits `financial_year.split`. Raises YearNotSplittable unless
    the year may be shorter, YearMustBeOpen once it is closed, SplitDateOutside,
    NumbersIssuedAfterSplit when the year's ledger goes on beyond; StaleVersion, ValidationError.
    """
    stored = lock_year_row(year, expected_version)
    _require_splittable(stored, at)
    end = stored.end_date
    is_named_by_dates = stored.name == year_name(stored.start_date, end)
    values: dict[str, object] = {"end_date": at - ONE_DAY}
    if is_named_by_dates:
        values["name"] = year_name(stored.start_date, at - ONE_DAY)
    first = edit_row(row=stored, values=values).row
    second = create_year(
        organization=first.organization,
        values={"start_date": at, "end_date": end, "allow_year_split": True},
    )
    if first.status == YearStatus.OPEN:
        second = open_year(year=second)
    made = [_clone(planned, second) for planned in planned_series(first, second)]
    first.emit_event("financial_year.split", {"second_id": second.pk, "at": at.isoformat()})
    return YearAfter(second, made)


def _require_splittable(year: FinancialYear, at: date) -> None:
    if year.status not in {YearStatus.DRAFT, YearStatus.OPEN}:
        raise YearMustBeOpen(year=year.name)
    if not year.allow_year_split:
        raise YearNotSplittable(year=year.name)
    earliest, latest = year.start_date + 2 * ONE_DAY, year.end_date - ONE_DAY
    if not earliest <= at <= latest:
        raise SplitDateOutside(field="at", first=earliest, last=latest)
    later = IssuedNumber.objects.filter(financial_year=year, issued_at__gte=midnight(at)).count()
    if later:
        raise NumbersIssuedAfterSplit(field="at", count=later, year=year.name, date=at)
