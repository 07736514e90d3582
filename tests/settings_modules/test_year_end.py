"""The end of a year: the checklist, closing, opening again, rolling forward, splitting."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from core.context import Source, change_context
from core.editing.errors import StaleVersion
from core.errors import PermissionRefused
from core.events.models import Event
from core.identity.models import User
from settings_modules.organizations import closing_checks
from settings_modules.organizations.closing_checks import Found, declare_closing_check
from settings_modules.organizations.errors import (
    ChangeAlreadyWaiting,
    NumbersIssuedAfterSplit,
    SecondPersonNeeded,
    SeriesPrintsSameNumbers,
    SplitDateOutside,
    YearIsLocked,
    YearMustBeClosed,
    YearMustBeOpen,
    YearNotReadyToClose,
    YearNotSplittable,
    YearReasonNeeded,
    YearsOverlap,
)
from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    Organization,
    YearStatus,
)
from settings_modules.organizations.selectors.financial_years import (
    audit_not_noted,
    closing_checklist,
    series_with_missing_numbers,
)
from settings_modules.organizations.selectors.following_years import advanced_text
from settings_modules.organizations.services.approvals import agree_to_change
from settings_modules.organizations.services.financial_years import (
    activate_year,
    lock_year,
    note_audit,
)
from settings_modules.organizations.services.year_end import (
    close_year,
    reopen_year,
    roll_forward,
    split_year,
)
from tests.factories.organizations import make_member
from tests.factories.years import issue, make_series, make_year

pytestmark = pytest.mark.django_db


def acting(user: User):
    return change_context(actor=f"user:{user.pk}", source=Source.ADMIN)


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


@pytest.fixture
def year(organization) -> FinancialYear:
    return make_year(organization, "2026-04-01")


@pytest.fixture
def checks(monkeypatch) -> dict[str, int]:
    """Two lines of a checklist of its own, "soft" and "hard", and how much each finds."""
    counts = {"soft": 0, "hard": 0}
    monkeypatch.setattr(closing_checks, "_checks", {})
    declare_closing_check("soft", "Soft", lambda _: Found(counts["soft"], "/soft/"))
    declare_closing_check("hard", "Hard", lambda _: Found(counts["hard"]), is_blocking=True)
    return counts


def told(row: FinancialYear) -> list[tuple[str, dict]]:
    rows = Event.objects.filter(stream_type="financial_year", stream_id=str(row.pk))
    return list(rows.order_by("position").values_list("type", "data"))


# Closing


def test_year_with_a_clean_checklist_closes_and_stays_active(checks, year):
    closed = close_year(year=year, expected_version=1)
    closed.refresh_from_db()
    assert (closed.status, closed.is_active, closed.closing_waivers) == ("closed", True, {})
    assert told(year) == [("financial_year.closed", {"waived": []})]


def test_checklist_has_the_blocking_lines_first(checks, year):
    checks["soft"] = 2
    lines = [
        (item.code, item.count, item.link, item.is_blocking, item.is_settled)
        for item in closing_checklist(year)
    ]
    assert lines == [("hard", 0, "", True, True), ("soft", 2, "/soft/", False, False)]


def test_unsettled_points_refuse_the_closing_by_name(checks, year):
    checks.update(soft=2, hard=1)
    with pytest.raises(YearNotReadyToClose) as refused:
        close_year(year=year, waivers={"soft": " ", "other": "x"})
    details = [(detail.field, detail.code, detail.message) for detail in refused.value.details]
    assert details == [
        ("waivers.hard", "closing_check_blocks", "1 found; this cannot be waived."),
        ("waivers.soft", "closing_check_unsettled", "2 found; settle it or give a reason."),
    ]
    year.refresh_from_db()
    assert (year.status, told(year)) == ("open", [])


def test_point_is_waived_with_a_reason_that_is_kept(checks, year):
    checks["soft"] = 2
    closed = close_year(year=year, waivers={"soft": " they ship in May ", "hard": "unused"})
    assert closed.closing_waivers == {"soft": "they ship in May"}
    assert told(year) == [("financial_year.closed", {"waived": ["soft"]})]


def test_blocking_point_is_not_waived(checks, year):
    checks["hard"] = 1
    with pytest.raises(YearNotReadyToClose):
        close_year(year=year, waivers={"hard": "never mind"})


@pytest.mark.parametrize("status", ["draft", "closed", "locked"])
def test_only_an_open_year_closes(status, checks, organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, status=status, is_active=False)
    with pytest.raises(YearMustBeOpen):
        close_year(year=year)


def test_closing_another_version_is_stale(checks, year):
    with pytest.raises(StaleVersion):
        close_year(year=year, expected_version=2)


def test_audit_stands_in_the_way_while_it_is_required_and_not_noted(year):
    assert audit_not_noted(year).count == 0
    Organization.objects.filter(pk=year.organization_id).update(gst_audit_required=True)
    year = FinancialYear.objects.get(pk=year.pk)
    assert audit_not_noted(year) == Found(
        1, f"/admin/organizations/financialyear/{year.pk}/change/"
    )
    with pytest.raises(YearNotReadyToClose) as refused:
        close_year(year=year, waivers={"audit_not_noted": "never mind"})
    assert [detail.field for detail in refused.value.details] == ["waivers.audit_not_noted"]
    note_audit(year=year)
    assert close_year(year=year).status == "closed"


def test_series_whose_ledger_lacks_a_number_stands_in_the_way(year):
    series = make_series(year, last_number=3)
    whole = make_series(year, document_type=DocumentType.RECEIPT, last_number=2)
    for number in (1, 3):
        issue(series, number)
    for number in (1, 2):
        issue(whole, number)
    gaps = f"/admin/organizations/issuednumber/series/{series.pk}/gaps/"
    assert series_with_missing_numbers(year) == Found(1, gaps)
    other = make_series(year, document_type=DocumentType.QUOTATION, last_number=1)
    organization = f"/admin/organizations/organization/{year.organization_id}/change/"
    assert series_with_missing_numbers(year) == Found(2, organization)
    issue(series, 2)
    issue(other, 1)
    assert series_with_missing_numbers(year).count == 0


def test_continuing_series_counts_with_what_it_issued_in_the_year(year):
    series = DocumentSeries.objects.create(
        organization=year.organization, document_type=DocumentType.ORDER, last_number=9
    )
    for number, day in ((1, date(2026, 3, 31)), (4, date(2026, 4, 1)), (5, date(2027, 3, 31))):
        issue(series, number, issued_at=datetime(day.year, day.month, day.day, tzinfo=UTC))
    issue(series, 8, issued_at=datetime(2027, 4, 1, tzinfo=UTC))
    assert series_with_missing_numbers(year).count == 0
    issue(series, 7, issued_at=datetime(2027, 3, 31, 23, 59, tzinfo=UTC))
    assert series_with_missing_numbers(year).count == 1


def test_checklist_asks_as_often_for_many_series_as_for_one(year, django_assert_num_queries):
    make_series(year)
    year = FinancialYear.objects.select_related("organization").get()
    # Own series, continuing series; the applications above add theirs.
    with django_assert_num_queries(2):
        series_with_missing_numbers(year)
    for document_type in (DocumentType.RECEIPT, DocumentType.CONTRACT):
        issue(make_series(year, document_type=document_type, last_number=1), 1)
    with django_assert_num_queries(2):
        series_with_missing_numbers(year)


def test_database_takes_no_number_into_a_year_that_is_not_open(checks, year):
    series = make_series(year)
    issue(series, 1)
    DocumentSeries.objects.update(last_number=1)
    close_year(year=year)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        issue(series, 2)
    cause = refused.value.__cause__
    assert cause.diag.constraint_name == "organizations_number_in_open_year"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE organizations_financialyear SET status = 'draft'")


# Opening again


@pytest.fixture
def closed(checks, year) -> FinancialYear:
    checks["soft"] = 1
    return close_year(year=year, waivers={"soft": "known"})


def test_year_is_open_again_once_a_second_person_agrees(closed, organization):
    asker, second = make_member(organization, "finance"), make_member(organization, "owner")
    with acting(asker):
        request = reopen_year(year=closed, reason=" a late invoice ")
    closed.refresh_from_db()
    assert (closed.status, request.reason, request.seen_version) == ("closed", "a late invoice", 2)
    with acting(asker), pytest.raises(SecondPersonNeeded):
        agree_to_change(approval=request)
    with acting(second):
        agree_to_change(approval=request)
    closed.refresh_from_db()
    assert (closed.status, closed.is_active, closed.closing_waivers) == ("open", True, {})
    event = Event.objects.get(type="financial_year.reopened")
    assert (event.actor, event.data) == (
        f"user:{second.pk}",
        {"approval_request_id": request.pk},
    )
    history = apps.get_model("organizations.FinancialYearHistory").objects.latest("pgh_id")
    assert (history.status, history.pgh_context["reason"]) == ("open", "a late invoice")


def test_reopening_needs_a_reason(closed, organization):
    with acting(make_member(organization, "owner")), pytest.raises(YearReasonNeeded):
        reopen_year(year=closed, reason="  ")


def test_reopening_waits_once(closed, organization):
    with acting(make_member(organization, "owner")):
        reopen_year(year=closed, reason="a late invoice")
        with pytest.raises(ChangeAlreadyWaiting):
            reopen_year(year=closed, reason="a late invoice")


@pytest.mark.parametrize(
    ("status", "error"),
    [("draft", YearMustBeClosed), ("open", YearMustBeClosed), ("locked", YearIsLocked)],
)
def test_only_a_closed_year_is_opened_again(status, error, organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, status=status, is_active=False)
    with acting(make_member(organization, "owner")), pytest.raises(error):
        reopen_year(year=year, reason="a late invoice")


def test_year_locked_meanwhile_is_not_opened_again(closed, organization):
    with acting(make_member(organization, "finance")):
        request = reopen_year(year=closed, reason="a late invoice")
    lock_year(year=closed)
    with acting(make_member(organization, "owner")), pytest.raises(StaleVersion):
        agree_to_change(approval=request)
    closed.refresh_from_db()
    assert closed.status == "locked"


def test_reopening_is_agreed_to_by_who_may_reopen(closed, organization):
    with acting(make_member(organization, "finance")):
        request = reopen_year(year=closed, reason="a late invoice")
    second = make_member(organization, "finance")
    role = second.memberships.get().role
    role.permissions.remove(role.permissions.get(codename="reopen_financialyear"))
    with acting(second), pytest.raises(PermissionRefused):
        agree_to_change(approval=request)


# Rolling forward


@pytest.mark.parametrize(
    ("start", "name", "end"),
    [("2026-04-01", "FY 2027-28", "2028-03-31"), ("2026-01-01", "FY 2027", "2027-12-31")],
)
def test_rolling_forward_makes_the_following_twelve_months(start, name, end, organization):
    year = make_year(organization, start)
    following = roll_forward(year=year).year
    assert (following.name, following.status, following.is_active) == (name, "open", False)
    assert following.end_date == date.fromisoformat(end)


def test_rolling_forward_clones_the_series_that_begin_anew(year, organization):
    branch = GstRegistration.objects.create(
        organization=organization, gstin="27AAACM1234A1Z8", is_primary=True
    )
    invoices = make_series(year, last_number=41, padding=4, prefix="INV/", suffix="/26")
    make_series(year, gst_registration=branch, prefix="MH-2026-27-", padding=5)
    make_series(year, document_type=DocumentType.RECEIPT, is_active=False)
    DocumentSeries.objects.create(organization=organization, document_type=DocumentType.ORDER)
    made = roll_forward(year=year)
    rows = [
        (
            *(row.document_type, row.prefix, row.padding, row.suffix, row.gst_registration),
            *(row.first_number, row.last_number, row.is_active, row.reset_annually),
        )
        for row in made.series
    ]
    assert rows == [
        ("invoice", "INV/", 4, "/27", None, 1, 0, True, True),
        ("invoice", "MH-2027-28-", 5, "", branch, 1, 0, True, True),
    ]
    assert {row.financial_year for row in made.series} == {made.year}
    invoices.refresh_from_db()
    assert (invoices.last_number, invoices.is_active) == (41, True)


def test_rolling_forward_refuses_orders_that_would_be_numbered_as_before(year, organization):
    make_series(year, document_type=DocumentType.ORDER, prefix="SO-")
    with pytest.raises(SeriesPrintsSameNumbers):
        roll_forward(year=year)
    assert FinancialYear.objects.count() == 1
    DocumentSeries.objects.update(prefix="SO-26-")
    [successor] = roll_forward(year=year).series
    assert successor.prefix == "SO-27-"


def test_rolling_forward_again_changes_nothing(year):
    make_series(year)
    first = roll_forward(year=year)
    again = roll_forward(year=year)
    assert (again.year, again.series) == (first.year, [])
    assert (FinancialYear.objects.count(), DocumentSeries.objects.count()) == (2, 2)


def test_rolling_forward_uses_a_draft_that_is_there(year, organization):
    draft = make_year(organization, "2027-04-01", status="draft", is_active=False, name="Next")
    following = roll_forward(year=year).year
    assert (following.pk, following.status, following.name) == (draft.pk, "open", "Next")


@pytest.mark.parametrize(
    ("status", "ask", "active"),
    [
        ("open", False, False),
        ("open", True, True),
        ("closed", False, True),
        ("locked", False, True),
    ],
)
def test_following_year_is_active_when_asked_or_when_the_old_one_is_over(
    status, ask, active, organization
):
    year = make_year(organization, status=status)
    following = roll_forward(year=year, activate=ask).year
    year.refresh_from_db()
    assert (following.is_active, year.is_active) == (active, not active)


def test_year_that_is_not_the_active_one_hands_nothing_over(organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, status=YearStatus.CLOSED, is_active=False)
    assert roll_forward(year=year).year.is_active is False


def test_draft_is_not_rolled_forward(organization):
    year = make_year(organization, status=YearStatus.DRAFT, is_active=False)
    with pytest.raises(YearMustBeOpen):
        roll_forward(year=year)


def test_nothing_is_rolled_into_a_closed_year(year, organization):
    make_year(organization, "2027-04-01", status=YearStatus.CLOSED, is_active=False)
    with pytest.raises(YearMustBeOpen, match="FY 2027-28"):
        roll_forward(year=year)


def test_following_year_with_other_dates_is_in_the_way(year, organization):
    make_year(organization, "2028-01-01", is_active=False)
    with pytest.raises(YearsOverlap, match=r"overlap FY 2028\."):
        roll_forward(year=year)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("INV/26-27/", "INV/27-28/"),
        ("INV-2026-27-", "INV-2027-28-"),
        ("2026/2027-", "2027/2028-"),
        ("2026-", "2027-"),
        ("F2627-", "F2728-"),
        ("/26", "/27"),
        ("INV-26", "INV-27"),
        ("A26", "A26"),
        ("12026-", "12026-"),
        ("/2600", "/2600"),
        ("INV-", "INV-"),
        ("", ""),
    ],
)
def test_year_named_in_a_prefix_moves_on(text, moved):
    assert advanced_text(text, 2026, 2027) == moved


def test_turn_of_the_century_moves_on():
    texts = ["99-00/", "1999-00/", "1999-2000/", "/99"]
    moved = ["00-01/", "2000-01/", "2000-2001/", "/00"]
    assert [advanced_text(text, 1999, 2000) for text in texts] == moved


# Splitting


@pytest.fixture
def splittable(year) -> FinancialYear:
    FinancialYear.objects.filter(pk=year.pk).update(allow_year_split=True)
    return FinancialYear.objects.get(pk=year.pk)


def test_year_is_split_in_two_with_series_in_each(splittable):
    make_series(splittable, prefix="INV-", last_number=7)
    made = split_year(year=splittable, at=date(2026, 10, 1))
    splittable.refresh_from_db()
    parts = [
        (part.name, part.start_date, part.end_date, part.status, part.is_active)
        for part in (splittable, made.year)
    ]
    assert parts == [
        ("FY 2026-04/2026-09", date(2026, 4, 1), date(2026, 9, 30), "open", True),
        ("FY 2026-10/2027-03", date(2026, 10, 1), date(2027, 3, 31), "open", False),
    ]
    assert [(row.prefix, row.last_number) for row in made.series] == [("INV-", 0)]
    assert told(splittable) == [
        ("financial_year.split", {"second_id": made.year.pk, "at": "2026-10-01"})
    ]
    assert activate_year(year=made.year).is_active is True


def test_name_that_was_given_stays_when_a_year_is_split(splittable):
    FinancialYear.objects.update(name="First year")
    split_year(year=splittable, at=date(2026, 10, 1))
    splittable.refresh_from_db()
    assert splittable.name == "First year"


def test_draft_is_split_into_drafts(organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, status="draft", is_active=False, allow_year_split=True)
    assert split_year(year=year, at=date(2026, 10, 1)).year.status == "draft"


def test_year_that_may_not_be_shorter_is_not_split(year):
    with pytest.raises(YearNotSplittable):
        split_year(year=year, at=date(2026, 10, 1))


@pytest.mark.parametrize("status", ["closed", "locked"])
def test_closed_year_is_not_split(status, organization):
    year = make_year(organization, status=status, allow_year_split=True)
    with pytest.raises(YearMustBeOpen):
        split_year(year=year, at=date(2026, 10, 1))


@pytest.mark.parametrize("at", ["2026-04-01", "2026-04-02", "2027-03-31", "2027-04-01"])
def test_each_part_of_a_split_has_two_days(at, splittable):
    with pytest.raises(SplitDateOutside) as refused:
        split_year(year=splittable, at=date.fromisoformat(at))
    assert refused.value.text() == "The second part begins between 2026-04-03 and 2027-03-30."


def test_year_is_not_split_before_its_last_number(splittable):
    series = make_series(splittable)
    issue(series, 1, issued_at=datetime(2026, 9, 30, 23, 59, tzinfo=UTC))
    issue(series, 2, issued_at=datetime(2026, 10, 1, tzinfo=UTC))
    with pytest.raises(NumbersIssuedAfterSplit) as refused:
        split_year(year=splittable, at=date(2026, 10, 1))
    assert refused.value.values["count"] == 1
    assert split_year(year=splittable, at=date(2026, 10, 2)).year.start_date == date(2026, 10, 2)
