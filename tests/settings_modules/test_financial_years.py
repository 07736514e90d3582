"""Financial years: their names and dates, the one that is active, what may be changed when."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.context import change_context
from core.editing.errors import StaleVersion
from core.errors import NotFound
from core.events.models import Event
from core.identity.models import User
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
from settings_modules.organizations.models import FinancialYear, Organization, YearStatus
from settings_modules.organizations.selectors.financial_years import (
    Gap,
    gaps_beside,
    last_day_of_year,
    year_name,
)
from settings_modules.organizations.services.financial_years import (
    activate_year,
    create_year,
    lock_year,
    note_audit,
    open_year,
    remove_year,
    update_year,
)
from tests.factories.years import make_series, make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


def dates(start: str, end: str) -> dict[str, date]:
    return {"start_date": date.fromisoformat(start), "end_date": date.fromisoformat(end)}


def told(year: FinancialYear) -> list[tuple[str, dict]]:
    rows = Event.objects.filter(stream_type="financial_year", stream_id=str(year.pk))
    return list(rows.order_by("position").values_list("type", "data"))


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-04-01", "2027-03-31", "FY 2026-27"),
        ("2027-01-01", "2027-12-31", "FY 2027"),
        ("1999-07-01", "2000-06-30", "FY 1999-00"),
        ("2026-10-01", "2027-03-31", "FY 2026-10/2027-03"),
        ("2026-10-15", "2027-03-31", "FY 2026-10-15/2027-03-31"),
    ],
)
def test_year_is_called_after_its_dates(start, end, name):
    assert year_name(date.fromisoformat(start), date.fromisoformat(end)) == name


@pytest.mark.parametrize("start", ["2026-04-01", "2024-02-29", "2023-03-01", "2024-01-01"])
def test_last_day_is_the_one_the_database_counts(start):
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::date + INTERVAL '1 year')::date - 1", [start])
        assert cursor.fetchone()[0] == last_day_of_year(date.fromisoformat(start))


def test_year_is_created_open_and_active_when_asked(organization):
    year = create_year(
        organization=organization, values=dates("2024-04-01", "2025-03-31"), activate=True
    )
    year.refresh_from_db()
    assert (year.name, year.status, year.is_active) == ("FY 2024-25", "open", True)
    assert told(year) == [
        ("financial_year.created", {}),
        ("financial_year.opened", {}),
        ("financial_year.activated", {"previous_id": None}),
    ]


def test_three_years_stand_newest_first(organization):
    for first in (2021, 2020, 2022):
        create_year(organization=organization, values=dates(f"{first}-04-01", f"{first + 1}-03-31"))
    years = FinancialYear.objects.filter(organization=organization)
    assert [year.name for year in years] == ["FY 2022-23", "FY 2021-22", "FY 2020-21"]
    assert {(year.status, year.is_active) for year in years} == {("draft", False)}


def test_year_keeps_the_name_it_is_given(organization):
    values = dates("2026-01-01", "2026-12-31") | {"name": "Third year"}
    assert create_year(organization=organization, values=values).name == "Third year"


def test_overlap_is_refused_by_the_names_of_the_years(organization):
    make_year(organization, "2025-04-01", is_active=False)
    make_year(organization, "2026-04-01")
    with pytest.raises(YearsOverlap) as refused:
        create_year(organization=organization, values=dates("2026-01-01", "2026-12-31"))
    assert refused.value.text() == "The dates overlap FY 2025-26, FY 2026-27."
    assert refused.value.field == "start_date"


def test_another_organization_has_years_of_its_own(organization):
    make_year(organization, "2026-04-01")
    other = Organization.objects.create(name="Other")
    year = create_year(organization=other, values=dates("2026-04-01", "2027-03-31"), activate=True)
    assert FinancialYear.objects.filter(is_active=True).count() == 2
    assert year.name == "FY 2026-27"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            dates("2026-04-01", "2026-12-31"),
            "A financial year is twelve whole months, unless it may be shorter.",
        ),
        (
            dates("2026-04-01", "2027-04-30") | {"allow_year_split": True},
            "A financial year is at most twelve months long.",
        ),
        (
            dates("2026-04-01", "2026-03-01") | {"allow_year_split": True},
            "The last day comes before the first.",
        ),
    ],
)
def test_dates_that_make_no_year_are_refused(values, message, organization):
    with pytest.raises(ValidationError) as refused:
        create_year(organization=organization, values=values)
    assert message in refused.value.messages


def test_shorter_year_is_allowed_where_it_may_be(organization):
    values = dates("2026-04-01", "2026-12-31") | {"allow_year_split": True}
    assert create_year(organization=organization, values=values).name == "FY 2026-04/2026-12"


def test_draft_whose_dates_are_turned_round_is_refused(organization):
    year = create_year(organization=organization, values=dates("2026-04-01", "2027-03-31"))
    with pytest.raises(ValidationError) as refused:
        update_year(year=year, values=dates("2026-04-01", "2025-03-31"))
    assert refused.value.message_dict == {"end_date": ["The last day comes before the first."]}


def test_missing_date_is_refused_on_its_field(organization):
    with pytest.raises(ValidationError) as refused:
        create_year(organization=organization, values={"start_date": date(2026, 4, 1)})
    assert "end_date" in refused.value.message_dict


def test_gaps_before_and_after_are_told(organization):
    make_year(organization, "2024-01-01", is_active=False)
    late = make_year(organization, "2027-04-01")
    year = create_year(organization=organization, values=dates("2026-01-01", "2026-12-31"))
    assert gaps_beside(year) == {
        "before": Gap(date(2025, 1, 1), date(2025, 12, 31)),
        "after": Gap(date(2027, 1, 1), date(2027, 3, 31)),
    }
    assert gaps_beside(late) == {"before": Gap(date(2027, 1, 1), date(2027, 3, 31))}


def test_years_side_by_side_have_no_gap(organization):
    make_year(organization, "2026-01-01")
    year = create_year(organization=organization, values=dates("2027-01-01", "2027-12-31"))
    assert gaps_beside(year) == {}


# Changing


def test_draft_moves_and_is_called_after_its_new_dates(organization):
    year = create_year(organization=organization, values=dates("2026-04-01", "2027-03-31"))
    moved = update_year(year=year, values=dates("2026-01-01", "2026-12-31"), expected_version=1)
    assert (moved.name, moved.version) == ("FY 2026", 2)
    assert told(year)[-1] == (
        "financial_year.updated",
        {
            "changes": {
                "name": {"old": "FY 2026-27", "new": "FY 2026"},
                "start_date": {"old": "2026-04-01", "new": "2026-01-01"},
                "end_date": {"old": "2027-03-31", "new": "2026-12-31"},
            }
        },
    )


def test_name_that_was_given_stays_when_a_draft_moves(organization):
    values = dates("2026-04-01", "2027-03-31") | {"name": "Third"}
    year = create_year(organization=organization, values=values)
    assert update_year(year=year, values=dates("2026-01-01", "2026-12-31")).name == "Third"
    assert update_year(year=year, values={"name": ""}).name == "FY 2026"


def test_draft_that_would_overlap_does_not_move(organization):
    make_year(organization, "2025-04-01")
    year = create_year(organization=organization, values=dates("2026-04-01", "2027-03-31"))
    with pytest.raises(YearsOverlap, match=r"overlap FY 2025-26\."):
        update_year(year=year, values=dates("2026-01-01", "2026-12-31"))


@pytest.mark.parametrize("status", ["open", "closed"])
def test_dates_stay_once_a_year_was_opened(status, organization):
    year = make_year(organization, status=status)
    with pytest.raises(YearDatesFixed) as refused:
        update_year(year=year, values={"end_date": date(2027, 2, 28)})
    assert refused.value.field == "end_date"
    assert update_year(year=year, values={"name": "Third"}).name == "Third"


def test_locked_year_changes_in_nothing(organization):
    year = make_year(organization, status=YearStatus.LOCKED)
    with pytest.raises(YearIsLocked):
        update_year(year=year, values={"name": "Third"})


def test_change_of_another_version_is_stale(organization):
    year = make_year(organization)
    with pytest.raises(StaleVersion):
        update_year(year=year, values={"name": "Third"}, expected_version=9)
    for change in (open_year, activate_year, lock_year, note_audit, remove_year):
        with pytest.raises(StaleVersion):
            change(year=year, expected_version=9)


# Opening, activating, locking


def test_first_year_that_opens_is_active_and_the_next_is_not(organization):
    first = create_year(organization=organization, values=dates("2026-04-01", "2027-03-31"))
    second = create_year(organization=organization, values=dates("2027-04-01", "2028-03-31"))
    assert open_year(year=first).is_active is True
    assert open_year(year=second).is_active is False
    with pytest.raises(YearAlreadyOpened):
        open_year(year=first)


def test_switching_the_active_year_bumps_both(organization):
    first = make_year(organization, "2026-04-01")
    second = make_year(organization, "2027-04-01", is_active=False)
    assert activate_year(year=second).is_active is True
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(year.is_active, year.version) for year in (first, second)] == [(False, 2), (True, 2)]
    assert told(second) == [("financial_year.activated", {"previous_id": first.pk})]
    assert activate_year(year=second).version == 2
    assert len(told(second)) == 1


@pytest.mark.parametrize("status", ["draft", "closed", "locked"])
def test_only_an_open_year_becomes_active(status, organization):
    make_year(organization, "2025-04-01")
    year = make_year(organization, "2026-04-01", is_active=False, status=status)
    with pytest.raises(YearMustBeOpen, match=r"FY 2026-27 is not open\."):
        activate_year(year=year)


@pytest.mark.parametrize("status", ["draft", "open", "locked"])
def test_only_a_closed_year_is_locked(status, organization):
    year = make_year(organization, is_active=False, status="draft")
    make_year(organization, "2030-04-01")
    FinancialYear.objects.filter(pk=year.pk).update(status=status)
    with pytest.raises(YearMustBeClosed):
        lock_year(year=year)
    FinancialYear.objects.filter(pk=year.pk).update(status="closed")
    assert lock_year(year=year).status == "locked"


def test_audit_is_noted_by_whom_and_taken_back(organization):
    year = make_year(organization)
    person = User.objects.create(email="auditor@example.com", is_staff=True)
    with change_context(actor=f"user:{person.pk}"):
        noted = note_audit(year=year)
    assert (noted.audit_noted_by, noted.audit_noted_at is not None) == (person, True)
    assert note_audit(year=year).version == noted.version
    back = note_audit(year=year, is_noted=False)
    assert (back.audit_noted_by, back.audit_noted_at) == (None, None)
    assert [name for name, _ in told(year)] == [
        "financial_year.audit_noted",
        "financial_year.audit_note_taken_back",
    ]


@pytest.mark.parametrize("status", ["draft", "closed", "locked"])
def test_audit_is_noted_only_on_an_open_year(status, organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, is_active=False, status=status)
    with pytest.raises(YearMustBeOpen):
        note_audit(year=year)


# Removing


def test_draft_is_removed(organization):
    year = create_year(organization=organization, values=dates("2026-04-01", "2027-03-31"))
    remove_year(year=year, expected_version=1)
    assert not FinancialYear.objects.exists()
    assert told(year)[-1] == ("financial_year.removed", {})
    with pytest.raises(NotFound):
        remove_year(year=year)


def test_active_year_is_removed_only_with_one_to_take_its_place(organization):
    year = make_year(organization, "2026-04-01")
    draft = make_year(organization, "2028-04-01", is_active=False, status="draft")
    following = make_year(organization, "2027-04-01", is_active=False)
    foreign = make_year(Organization.objects.create(name="Other"))
    for successor in (None, foreign):
        with pytest.raises(ActiveYearStays):
            remove_year(year=year, successor=successor)
    with pytest.raises(YearMustBeOpen, match="FY 2028-29"):
        remove_year(year=year, successor=draft)
    remove_year(year=year, successor=following)
    assert list(organization.financial_years.filter(is_active=True)) == [following]
    assert told(following) == [("financial_year.activated", {"previous_id": year.pk})]


@pytest.mark.parametrize("status", ["closed", "locked"])
def test_closed_year_is_not_removed(status, organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, is_active=False, status=status)
    with pytest.raises(YearInUse):
        remove_year(year=year)


@pytest.mark.parametrize("status", ["draft", "open"])
def test_year_with_series_is_not_removed(status, organization):
    make_year(organization, "2030-04-01")
    year = make_year(organization, is_active=False, status=status)
    make_series(year)
    with pytest.raises(YearInUse):
        remove_year(year=year)


# What the database refuses by itself


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE organizations_financialyear SET is_active = true", "one_active_year"),
        (
            "UPDATE organizations_financialyear SET status = 'draft' WHERE is_active",
            "active_year_is_no_draft",
        ),
        ("UPDATE organizations_financialyear SET is_active = false", "keep_active_year"),
        ("DELETE FROM organizations_financialyear WHERE is_active", "keep_active_year"),
        (
            "UPDATE organizations_financialyear SET start_date = '2026-10-01',"
            " end_date = '2027-09-30' WHERE NOT is_active",
            "years_do_not_overlap",
        ),
        (
            "UPDATE organizations_financialyear SET end_date = '2027-02-28' WHERE is_active",
            "year_is_whole",
        ),
        (
            "UPDATE organizations_financialyear SET end_date = '2027-04-01',"
            " allow_year_split = true WHERE is_active",
            "year_at_most_twelve_months",
        ),
        ("UPDATE organizations_financialyear SET name = 'x'", "year_name_once"),
    ],
)
def test_database_refuses(statement, constraint, organization):
    make_year(organization, "2026-04-01")
    make_year(organization, "2027-04-01", is_active=False)
    with pytest.raises(IntegrityError) as refused:
        execute(statement)
    assert refused.value.__cause__.diag.constraint_name == f"organizations_{constraint}"
