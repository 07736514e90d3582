"""Two people at once on the years of one organization, each with what happens without the guard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from core.context import Source, change_context
from core.events.services import unit_of_work
from core.identity.models import User
from settings_modules.organizations.errors import (
    ChangeAlreadyDecided,
    YearMustBeOpen,
    YearsOverlap,
)
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    DocumentSeries,
    FinancialYear,
    IssuedNumber,
    Organization,
)
from settings_modules.organizations.services import approvals, financial_years
from settings_modules.organizations.services.approvals import agree_to_change, refuse_change
from settings_modules.organizations.services.financial_years import activate_year, create_year
from settings_modules.organizations.services.year_end import close_year, reopen_year, roll_forward
from tests.concurrency.sessions import another_session
from tests.concurrency.threads import run_together
from tests.factories.years import issue, make_series, make_year

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def organization(committed_db: str) -> Organization:
    return Organization.objects.create(name="Mine")


@pytest.fixture
def years(organization) -> list[FinancialYear]:
    """The active year and two more, all open."""
    return [
        make_year(organization, f"{first}-04-01", is_active=first == 2026)
        for first in (2026, 2027, 2028)
    ]


def without_lock(monkeypatch, module, people: int) -> None:
    """Nobody waits: all read the same state before anybody writes."""
    together = threading.Barrier(people)

    def look(organization_id: int) -> Organization:
        organization = Organization.objects.get(pk=organization_id)
        together.wait(timeout=20)
        return organization

    monkeypatch.setattr(module, "lock_organization", look)


# Two activations


def test_two_activations_at_once_leave_one_active_year(years):
    outcomes = run_together(lambda year: activate_year(year=year).pk, years[1:])
    assert sorted(outcomes) == [years[1].pk, years[2].pk]
    assert FinancialYear.objects.filter(is_active=True).count() == 1


def test_two_activations_without_the_lock_collide(years, monkeypatch):
    without_lock(monkeypatch, financial_years, 2)
    outcomes = run_together(lambda year: activate_year(year=year).pk, years[1:])
    (broken,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(broken, ValidationError)
    assert broken.messages == ["Another financial year is the active one."]
    # The database has the last word all the same.
    assert FinancialYear.objects.filter(is_active=True).count() == 1


# Two years for the same days


def plan(organization: Organization) -> int:
    dates = {"start_date": date(2030, 4, 1), "end_date": date(2031, 3, 31)}
    return create_year(organization=organization, values=dates).pk


def test_same_year_planned_twice_at_once_is_refused_by_name(organization):
    outcomes = run_together(plan, [organization, organization])
    (refused,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, YearsOverlap)
    assert refused.values == {"years": "FY 2030-31"}
    assert FinancialYear.objects.count() == 1


def test_same_year_planned_twice_without_the_lock_meets_the_constraint(organization, monkeypatch):
    without_lock(monkeypatch, financial_years, 2)
    checked = threading.Barrier(2)
    save = FinancialYear.save

    def save_once_both_are_checked(year, **given):
        checked.wait(timeout=10)
        save(year, **given)

    monkeypatch.setattr(FinancialYear, "save", save_once_both_are_checked)
    outcomes = run_together(plan, [organization, organization])
    (refused,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, IntegrityError)
    assert refused.__cause__.diag.constraint_name in {
        "organizations_years_do_not_overlap",
        "organizations_year_name_once",
    }
    assert FinancialYear.objects.count() == 1


def test_rolling_forward_twice_at_once_makes_one_year_and_one_series(organization):
    year = make_year(organization)
    make_series(year)
    made = run_together(lambda each: roll_forward(year=each), [year, year])
    assert {each.year.name for each in made} == {"FY 2027-28"}
    assert sorted(len(each.series) for each in made) == [0, 1]
    assert (FinancialYear.objects.count(), DocumentSeries.objects.count()) == (2, 2)


# Closing against issuing


def step_and_note(series: DocumentSeries) -> None:
    """What issuing does to the database: the series' step, then the ledger's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_documentseries SET last_number = last_number + 1"
            " WHERE id = %s RETURNING last_number",
            [series.pk],
        )
        (number,) = cursor.fetchone()
    issue(series, number)


@pytest.fixture
def series(organization) -> DocumentSeries:
    return make_series(make_year(organization))


def wait_for_a_waiting_session() -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        # Within a transaction the view would go on showing what it showed first.
        with another_session() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("no session waited")


class Alongside:
    """Something on a thread and connection of its own, and how it ended."""

    def __init__(self, work) -> None:
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=[work])
        self._thread.start()

    def _run(self, work) -> None:
        try:
            work()
        except Exception as error:  # how it ended
            self.error = error
        finally:
            connections.close_all()

    def ended(self) -> Exception | None:
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.error


def test_closing_waits_for_a_number_that_is_being_issued(series):
    with transaction.atomic():
        step_and_note(series)
        closing = Alongside(lambda: close_year(year=series.financial_year))
        wait_for_a_waiting_session()
    # The number is there by the time the checklist is looked at: nothing is missing.
    assert closing.ended() is None
    assert FinancialYear.objects.get().status == "closed"
    assert IssuedNumber.objects.count() == 1


def close_slowly(series: DocumentSeries, held: threading.Event, go: threading.Event) -> None:
    with unit_of_work():
        close_year(year=series.financial_year)
        held.set()
        assert go.wait(20)


@pytest.fixture
def closing(series) -> Iterator[tuple[Alongside, threading.Event]]:
    """A closing that has not committed yet, and the word for it to go on."""
    held, go = threading.Event(), threading.Event()
    alongside = Alongside(lambda: close_slowly(series, held, go))
    assert held.wait(20)
    yield alongside, go
    go.set()
    alongside.ended()


def issue_alongside(series: DocumentSeries) -> Alongside:
    def work() -> None:
        with transaction.atomic():
            step_and_note(series)

    return Alongside(work)


def test_number_waits_for_a_closing_and_is_refused(series, closing):
    alongside, go = closing
    issuing = issue_alongside(series)
    wait_for_a_waiting_session()
    go.set()
    assert alongside.ended() is None
    error = issuing.ended()
    assert isinstance(error, IntegrityError)
    assert error.__cause__.diag.constraint_name == "organizations_number_in_open_year"
    series.refresh_from_db()
    assert (series.last_number, IssuedNumber.objects.count()) == (0, 0)


def test_number_slips_into_a_closing_year_without_the_guard(series):
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER organizations_number_in_open_year ON organizations_issuednumber"
        )
    held, go = threading.Event(), threading.Event()
    closing = Alongside(lambda: close_slowly(series, held, go))
    assert held.wait(20)
    issuing = issue_alongside(series)
    wait_for_a_waiting_session()
    go.set()
    assert closing.ended() is None
    assert issuing.ended() is None
    assert FinancialYear.objects.get().status == "closed"
    assert IssuedNumber.objects.count() == 1


def test_year_is_closed_once(series):
    outcomes = run_together(
        lambda year: close_year(year=year).status, [series.financial_year, series.financial_year]
    )
    (refused,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, YearMustBeOpen)


# Two decisions about one request


@pytest.fixture
def request_and_deciders(organization) -> tuple[ApprovalRequest, list[User]]:
    year = make_year(organization, status="closed")
    people = [User.objects.create_superuser(f"root{number}@example.com") for number in range(3)]
    with change_context(actor=f"user:{people[0].pk}", source=Source.ADMIN):
        asked = reopen_year(year=year, reason="a late invoice")
    return asked, people[1:]


def decide_together(asked: ApprovalRequest, people: list[User]) -> list:
    def work(decision) -> str:
        person, decide = decision
        with change_context(actor=f"user:{person.pk}", source=Source.ADMIN):
            return str(decide(approval=asked).decision)

    return run_together(work, list(zip(people, (agree_to_change, refuse_change), strict=True)))


def test_two_decisions_at_once_are_one(request_and_deciders):
    asked, people = request_and_deciders
    outcomes = decide_together(asked, people)
    (decided,) = [each for each in outcomes if isinstance(each, str)]
    (refused,) = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, ChangeAlreadyDecided)
    status = {"agreed": "open", "refused": "closed"}[decided]
    assert FinancialYear.objects.get().status == status
    assert ApprovalRequest.objects.get().decision == decided


def test_two_decisions_without_the_locks_are_both_carried_out(request_and_deciders, monkeypatch):
    asked, people = request_and_deciders
    together = threading.Barrier(2)

    def look(row, *, expected_version):
        found = type(row).objects.get(pk=row.pk)
        if isinstance(found, ApprovalRequest):
            together.wait(timeout=20)
        return found

    monkeypatch.setattr(approvals, "lock_row", look)
    monkeypatch.setattr(
        approvals, "lock_organization", lambda key: Organization.objects.get(pk=key)
    )
    assert sorted(decide_together(asked, people)) == ["agreed", "refused"]


def test_same_request_made_twice_at_once_waits_once(organization):
    year = make_year(organization, status="closed")
    person = User.objects.create_superuser("root@example.com")

    def ask(target: FinancialYear) -> int:
        with change_context(actor=f"user:{person.pk}", source=Source.ADMIN):
            return reopen_year(year=target, reason="a late invoice").pk

    outcomes = run_together(ask, [year, year])
    assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == [
        "ChangeAlreadyWaiting"
    ]
    assert ApprovalRequest.objects.filter(kind=ApprovalKind.REOPEN_YEAR).count() == 1
