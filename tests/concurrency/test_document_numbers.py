"""Many at one series: consecutive numbers, none twice, none missing. With negative controls."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter

import pytest
from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from core.identity.tokens import issue_token
from settings_modules.organizations.errors import NoActiveSeries, YearNotOpen
from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    FinancialYear,
    IssuedNumber,
    Organization,
)
from settings_modules.organizations.selectors.document_numbers import report_numbers
from settings_modules.organizations.services import document_numbers
from settings_modules.organizations.services.document_numbers import issue_number
from tests.concurrency.number_workers import DOCUMENT, is_fault
from tests.concurrency.processes import run_module
from tests.concurrency.sessions import another_session
from tests.concurrency.threads import run_together
from tests.concurrency.web_processes import post_to, serving
from tests.factories.document_numbers import make_company, make_series, make_year
from tests.factories.organizations import make_member, role_group

PROCESSES = 8
REQUESTS = 200
#: How often a request is sent again that a busy machine has given up.
PATIENCE = 20


def make_yearly_series() -> DocumentSeries:
    """A company with an invoice series of its open year."""
    company = make_company()
    return make_series(company, reset_annually=True, financial_year=make_year(company))


def work_together(
    database: str, organization: Organization, each: int, *, faults: int = 0, guard: str = "locked"
) -> subprocess.CompletedProcess[str]:
    return run_module(
        "tests.concurrency.number_workers",
        *(organization.pk, PROCESSES, each, faults, guard),
        database=database,
        seconds=600,
    )


def numbers_of(series: DocumentSeries) -> list[int]:
    return list(series.issued.order_by("number").values_list("number", flat=True))


def assert_consecutive(series: DocumentSeries, count: int) -> None:
    series.refresh_from_db()
    assert numbers_of(series) == list(range(1, count + 1))
    assert series.last_number == count
    texts = set(series.issued.values_list("text", flat=True))
    assert texts == {f"INV{number:06d}" for number in range(1, count + 1)}
    report = report_numbers(series)
    assert (report.missing, report.duplicated) == (0, 0)


def test_eight_processes_on_one_series_leave_consecutive_numbers(committed_db, storm):
    each = 500 if storm else 60
    series = make_yearly_series()
    begun = time.monotonic()
    ended = work_together(committed_db, series.organization, each)
    seconds = time.monotonic() - begun
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert_consecutive(series, PROCESSES * each)
    print(f"\n{PROCESSES} processes, {PROCESSES * each} numbers of one series in {seconds:.1f} s")


def test_numbers_of_lost_transactions_are_issued_again(committed_db, storm):
    """One in 20 is rolled back or killed by SIGKILL after its number was issued."""
    each, faults = (500, 20) if storm else (40, 20)
    series = make_yearly_series()
    ended = work_together(committed_db, series.organization, each, faults=faults)
    assert ended.returncode == 0, ended.stderr[-3000:]
    kept = [index for index in range(each) if not is_fault(index, faults)]
    killed = PROCESSES * sum(
        is_fault(index, faults) and bool(index // faults % 2) for index in range(each)
    )
    assert ended.stdout == f"killed {killed}\n"
    assert_consecutive(series, PROCESSES * len(kept))
    wanted = {f"{worker}-{index}" for worker in range(PROCESSES) for index in kept}
    assert set(series.issued.values_list("purpose", flat=True)) == wanted
    lost = PROCESSES * (each - len(kept))
    print(f"\n{lost} transactions lost, {killed} of them with their process: nothing is missing")


def test_database_refuses_a_number_that_was_read_and_then_written(committed_db):
    series = make_yearly_series()
    ended = work_together(committed_db, series.organization, 60, guard="unlocked")
    assert ended.returncode > 0
    assert "organizations_number_issued_once" in ended.stderr
    found = numbers_of(series)
    assert found == list(range(1, len(found) + 1))


def test_numbers_issued_twice_without_lock_and_rules_negative_control(committed_db):
    series = make_yearly_series()
    with connection.cursor() as cursor:
        for rule in ("organizations_number_issued_once", "organizations_number_printed_once"):
            cursor.execute(f"ALTER TABLE organizations_issuednumber DROP CONSTRAINT {rule}")
        cursor.execute(
            "ALTER TABLE organizations_documentseries"
            " DISABLE TRIGGER organizations_number_goes_forward"
        )
    ended = work_together(committed_db, series.organization, 60, guard="unlocked")
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = numbers_of(series)
    doubled = sum(count - 1 for count in Counter(found).values())
    assert len(found) == PROCESSES * 60
    assert doubled > 0
    print(f"\nread, then written: {doubled} of {len(found)} numbers issued twice")


def test_200_requests_at_two_servers_take_consecutive_numbers(committed_db):
    series = make_yearly_series()
    clerk = make_member(series.organization, "finance")
    _, token = issue_token(user=clerk, name="till", groups=[role_group("finance")])
    address = f"/api/v1/settings/organizations/{series.organization_id}/next-document-number"
    body = json.dumps({"purpose": "counter", "einvoice_reference": "IRN"})

    def ask(call):
        number, port = call
        headers = {"Authorization": f"Token {token}", "Idempotency-Key": f"request-{number:03d}"}
        for _ in range(PATIENCE):
            status, found = post_to(port, f"{address}/{DOCUMENT}", body, headers)
            if status != 503:
                break
            # Waited too long for the series: the answer says to ask again, with the same key.
            time.sleep(0.5)
        return status, found

    with serving(
        database=committed_db,
        settings="config.settings",
        count=2,
        TRADEPOST_THROTTLE_FACTOR="1000000",
    ) as ports:
        calls = [(number, ports[number % 2]) for number in range(REQUESTS)]
        answers = run_together(ask, calls)
        again = ask(calls[7])
    assert Counter(status for status, _ in answers) == {201: REQUESTS}
    told = sorted(found["number"] for _, found in answers)
    assert told == list(range(1, REQUESTS + 1))
    assert_consecutive(series, REQUESTS)
    assert again == answers[7]


def test_same_key_at_once_issues_one_number(committed_db):
    series = make_yearly_series()

    def issue(_):
        return issue_number(
            document_type=DocumentType.INVOICE,
            organization=series.organization,
            idempotency_key="one-key",
        )

    found = run_together(issue, range(24), threads=12)
    assert {issued.text for issued in found} == {"INV000001"}
    assert Counter(issued.is_repeated for issued in found) == {True: 23, False: 1}
    assert_consecutive(series, 1)


def test_same_key_at_once_refused_by_the_database_without_the_lock(committed_db, monkeypatch):
    series = make_yearly_series()
    looked = threading.Barrier(2)

    def look_together(_asked):
        looked.wait(timeout=20)

    monkeypatch.setattr(document_numbers, "_issued_for_key", look_together)
    found = run_together(
        lambda _: issue_number(
            document_type=DocumentType.INVOICE,
            organization=series.organization,
            idempotency_key="one-key",
        ),
        range(2),
    )
    assert sorted(type(each).__name__ for each in found) == ["IntegrityError", "NumberIssued"]
    [refused] = [each for each in found if isinstance(each, IntegrityError)]
    assert "organizations_number_once_for_a_key" in str(refused)
    assert_consecutive(series, 1)


def issue_during(change: str, series: DocumentSeries) -> object:
    """What comes of issuing a number while somebody makes a change and has not yet committed."""
    found: list[object] = []

    def issue() -> None:
        found.extend(
            run_together(
                lambda _: issue_number(
                    document_type=DocumentType.INVOICE, organization=series.organization
                ),
                range(1),
            )
        )

    clerk = threading.Thread(target=issue)
    with another_session() as other, another_session() as watcher:
        other.execute("BEGIN")
        other.execute(change)
        clerk.start()
        deadline = time.monotonic() + 20
        while not found and not _somebody_waits(watcher):
            assert time.monotonic() < deadline, "nobody waited and nobody answered"
            time.sleep(0.02)
        other.execute("COMMIT")
    clerk.join(timeout=20)
    return found[0]


def _somebody_waits(cursor: CursorWrapper) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(cursor.fetchone()[0])


CLOSING = "UPDATE organizations_financialyear SET status = 'closed'"


def test_no_number_in_a_year_that_is_being_closed(committed_db):
    series = make_yearly_series()
    assert isinstance(issue_during(CLOSING, series), YearNotOpen)
    assert FinancialYear.objects.get().status == "closed"
    assert_consecutive(series, 0)


def test_number_in_a_closed_year_without_the_years_lock_negative_control(committed_db):
    series = make_yearly_series()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('organizations_issue_number'::regproc)")
        [definition] = cursor.fetchone()
        assert definition.count(" FOR SHARE;") == 1
        cursor.execute(definition.replace(" FOR SHARE;", ";"))
        cursor.execute(
            "ALTER TABLE organizations_issuednumber"
            " DISABLE TRIGGER organizations_number_in_open_year"
        )
    assert issue_during(CLOSING, series).text == "INV000001"
    assert FinancialYear.objects.get().status == "closed"
    assert IssuedNumber.objects.count() == 1


@pytest.mark.parametrize("change", ["is_active = false", "document_type = 'receipt'"])
def test_series_taken_away_while_somebody_waits_for_it_issues_nothing(committed_db, change):
    """The waiting statement looks at the row again once it is free."""
    series = make_yearly_series()
    refused = issue_during(f"UPDATE organizations_documentseries SET {change}", series)
    assert isinstance(refused, NoActiveSeries)
    assert IssuedNumber.objects.count() == 0
