"""Financial years and changes to be agreed through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from settings_modules.organizations.models import ApprovalRequest, FinancialYear, Organization
from settings_modules.organizations.selectors.financial_years import today
from tests.factories.organizations import make_member
from tests.factories.years import make_series, make_year

pytestmark = pytest.mark.django_db
YEARS = "/api/v1/settings/financial-years"
APPROVALS = "/api/v1/settings/approval-requests"


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


@pytest.fixture
def finance(organization) -> Client:
    return signed_in(organization, "finance")


def signed_in(organization: Organization, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_member(organization, role))
    return client


def send(client: Client, method: str, address: str, body: Any = None, tag: int | None = None):
    headers = {"If-Match": f'"{tag}"'} if tag is not None else {}
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_year_is_created_active_like_in_the_forms_of_old(finance, organization):
    body = {
        "organization": organization.pk,
        "start_date": "2024-04-01",
        "end_date": "2025-03-31",
        "is_active": True,
    }
    answer = send(finance, "post", YEARS, body)
    year = FinancialYear.objects.get()
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (
        201,
        f"{YEARS}/{year.pk}",
        '"3"',
    )
    assert answer.json() == {
        "id": year.pk,
        "version": 3,
        "status": "open",
        "audit_noted_at": None,
        "audit_noted_by": None,
        "closing_waivers": {},
        "organization": organization.pk,
        "name": "FY 2024-25",
        "start_date": "2024-04-01",
        "end_date": "2025-03-31",
        "allow_year_split": False,
        "is_active": True,
        "is_current": False,
        "warnings": [],
    }


def test_years_are_listed_newest_first_with_the_current_one_marked(finance, organization):
    make_year(organization, f"{today().year}-01-01")
    make_year(organization, f"{today().year - 2}-01-01", is_active=False)
    items = finance.get(YEARS).json()["items"]
    assert [item["is_current"] for item in items] == [True, False]
    warning = items[0]["warnings"][0]
    assert (warning["code"], warning["first_day"]) == ("gap_before", f"{today().year - 1}-01-01")
    assert warning["message"] == (
        f"No financial year is set up from {today().year - 1}-01-01 to {today().year - 1}-12-31."
    )
    assert "لا توجد سنة مالية" in warning["message_ar"]
    assert [each["code"] for each in items[1]["warnings"]] == ["gap_after"]


def test_list_asks_as_often_for_three_years_as_for_one(finance, organization):
    make_year(organization, "2026-04-01")
    finance.get(YEARS)
    with CaptureQueriesContext(connection) as one:
        finance.get(YEARS)
    for first in (2030, 2034):
        make_year(organization, f"{first}-04-01", is_active=False)
    with CaptureQueriesContext(connection) as three:
        assert finance.get(YEARS).json()["total"] == 3
    # Session, account, memberships with what they permit, then the rows and their number.
    assert (len(one), len(three)) == (5, 5)


def test_change_wants_the_version_that_was_read(finance, organization):
    address = f"{YEARS}/{make_year(organization).pk}"
    assert send(finance, "patch", address, {"name": "Third"}).status_code == 428
    assert refusal(send(finance, "patch", address, {"name": "Third"}, 7)) == (412, "stale_version")
    answer = send(finance, "patch", address, {"name": "Third"}, 1)
    assert (answer.status_code, answer.json()["name"], answer["ETag"]) == (200, "Third", '"2"')
    moved = send(finance, "patch", address, {"start_date": "2026-05-01"}, 2)
    assert refusal(moved) == (409, "year_dates_fixed")
    written = send(finance, "patch", address, {"status": "locked"}, 2)
    assert refusal(written) == (400, "invalid_input")


def test_overlap_names_the_year(finance, organization):
    make_year(organization)
    body = {
        "organization": organization.pk,
        "start_date": "2026-01-01",
        "end_date": "2026-12-31",
    }
    answer = send(finance, "post", YEARS, body)
    assert refusal(answer) == (409, "years_overlap")
    (detail,) = answer.json()["error"]["details"]
    assert (detail["field"], detail["message"]) == (
        "start_date",
        "The dates overlap FY 2026-27.",
    )


def test_dates_turned_round_are_refused_on_the_last_day(finance, organization):
    body = {
        "organization": organization.pk,
        "start_date": "2026-12-31",
        "end_date": "2026-01-01",
    }
    answer = send(finance, "post", YEARS, body)
    assert refusal(answer) == (400, "invalid_input")
    assert [each["field"] for each in answer.json()["error"]["details"]] == ["end_date"]


def test_active_year_is_removed_when_another_is_promoted(organization):
    owner = signed_in(organization, "owner")
    year = make_year(organization)
    following = make_year(organization, "2027-04-01", is_active=False)
    foreign = make_year(Organization.objects.create(name="Other"))
    address = f"{YEARS}/{year.pk}"
    assert refusal(send(owner, "delete", address, tag=1)) == (409, "active_year_stays")
    for wrong in ("x", "", "9" * 30):
        answer = send(owner, "delete", f"{address}?promote={wrong}", tag=1)
        assert refusal(answer) == (400, "invalid_input"), wrong
    answer = send(owner, "delete", f"{address}?promote={foreign.pk}", tag=1)
    assert refusal(answer) == (409, "successor_unfit")
    done = send(owner, "delete", f"{address}?promote={following.pk}", tag=1)
    assert done.status_code == 204
    assert organization.financial_years.get().is_active is True


def test_year_goes_from_draft_to_locked(finance, organization):
    old = make_year(organization, "2025-04-01")
    year = make_year(organization, status="draft", is_active=False)
    make_series(old, prefix="INV/25-26/")
    place = f"{YEARS}/{year.pk}"
    assert send(finance, "post", f"{place}/open", {}).json()["status"] == "open"
    assert send(finance, "post", f"{place}/activate", {}, 9).status_code == 412
    assert send(finance, "post", f"{place}/activate", {}, 2).json()["is_active"] is True
    checklist = finance.get(f"{YEARS}/{old.pk}/close").json()
    assert checklist["is_clean"] is True
    assert [item["code"] for item in checklist["items"]] == [
        "audit_not_noted",
        "numbers_missing",
        "orders_open",
        "orders_not_in_zoho",
        "last_pull_failed",
    ]
    assert send(finance, "post", f"{YEARS}/{old.pk}/close", {}).json()["status"] == "closed"
    assert refusal(send(finance, "post", f"{YEARS}/{old.pk}/open", {})) == (
        409,
        "year_already_opened",
    )
    assert send(finance, "post", f"{YEARS}/{old.pk}/lock", {}).json()["status"] == "locked"


def test_unsettled_points_are_told_and_waived(finance, organization):
    Organization.objects.update(gst_audit_required=True)
    year = make_year(organization)
    make_series(year, last_number=2)
    place = f"{YEARS}/{year.pk}"
    checklist = finance.get(f"{place}/close").json()
    found = {item["code"]: item for item in checklist["items"] if not item["is_settled"]}
    assert (checklist["is_clean"], set(found)) == (False, {"audit_not_noted", "numbers_missing"})
    assert found["audit_not_noted"]["is_blocking"] is True
    assert found["numbers_missing"]["label"] == "Document series with missing numbers"
    assert found["numbers_missing"]["label_ar"] == "سلاسل ترقيم فيها أرقام ناقصة"
    waivers = {"waivers": {"numbers_missing": "printed by the old system"}}
    answer = send(finance, "post", f"{place}/close", waivers)
    assert refusal(answer) == (409, "year_not_ready_to_close")
    (detail,) = answer.json()["error"]["details"]
    assert (detail["field"], detail["code"]) == ("waivers.audit_not_noted", "closing_check_blocks")
    assert send(finance, "post", f"{place}/note-audit", {}).json()["audit_noted_at"]
    closed = send(finance, "post", f"{place}/close", waivers).json()
    assert (closed["status"], closed["closing_waivers"]) == ("closed", waivers["waivers"])


def test_year_rolls_forward_with_its_series(finance, organization):
    year = make_year(organization)
    make_series(year, last_number=0)
    answer = send(finance, "post", f"{YEARS}/{year.pk}/roll-forward", {"activate": True})
    made = answer.json()
    assert (answer.status_code, made["year"]["name"], made["year"]["is_active"]) == (
        201,
        "FY 2027-28",
        True,
    )
    assert [row["prefix"] for row in made["series"]] == ["INV/27-28/"]


def test_year_is_split(finance, organization):
    year = make_year(organization, allow_year_split=True)
    wrong = send(finance, "post", f"{YEARS}/{year.pk}/split", {"at": "2026-04-01"})
    assert refusal(wrong) == (422, "split_date_outside")
    made = send(finance, "post", f"{YEARS}/{year.pk}/split", {"at": "2026-10-01"}).json()
    assert made["year"]["name"] == "FY 2026-10/2027-03"


def test_closed_year_is_reopened_by_two_people(finance, organization):
    year = make_year(organization, status="closed")
    place = f"{YEARS}/{year.pk}/reopen"
    assert send(finance, "post", place, {}).status_code == 400
    asked = send(finance, "post", place, {"reason": "a late invoice"})
    request = ApprovalRequest.objects.get()
    assert (asked.status_code, asked.json()["id"], asked.json()["decision"]) == (
        202,
        request.pk,
        "waiting",
    )
    assert asked.json()["changes"] == [
        {"field": "status", "label": "Status", "before": "closed", "after": "open"}
    ]
    there = f"{APPROVALS}/{request.pk}"
    assert refusal(send(finance, "post", f"{there}/agree", {})) == (403, "second_person_needed")
    owner = signed_in(organization, "owner")
    assert refusal(send(owner, "post", f"{there}/withdraw", {})) == (
        403,
        "change_not_yours_to_withdraw",
    )
    assert send(owner, "post", f"{there}/agree", {}, 9).status_code == 412
    agreed = send(owner, "post", f"{there}/agree", {"note": "seen"}, 1).json()
    assert (agreed["decision"], agreed["note"]) == ("agreed", "seen")
    assert finance.get(f"{YEARS}/{year.pk}").json()["status"] == "open"
    again = send(owner, "post", f"{there}/refuse", {})
    assert refusal(again) == (409, "change_already_decided")


def test_asking_person_takes_the_request_back(finance, organization):
    year = make_year(organization, status="closed")
    send(finance, "post", f"{YEARS}/{year.pk}/reopen", {"reason": "a late invoice"})
    request = ApprovalRequest.objects.get()
    answer = send(finance, "post", f"{APPROVALS}/{request.pk}/withdraw", {})
    assert (answer.status_code, answer.json()["decision"]) == (200, "withdrawn")


def test_waiting_requests_are_listed_with_bounded_questions(finance, organization):
    year = make_year(organization, status="closed")
    send(finance, "post", f"{YEARS}/{year.pk}/reopen", {"reason": "a late invoice"})
    request = ApprovalRequest.objects.get()
    address = f"{APPROVALS}?decision=waiting"
    with CaptureQueriesContext(connection) as one:
        assert finance.get(address).json()["total"] == 1
    for number in range(2):
        request.pk, request.target_id = None, number
        request.requested_at -= timedelta(days=1)
        request.save(force_insert=True)
    with CaptureQueriesContext(connection) as three:
        answer = finance.get(address).json()
    assert (answer["total"], "proposal" in answer["items"][0]) == (3, False)
    assert len(three) == len(one)


@pytest.mark.parametrize(
    "action",
    ["open", "activate", "close", "note-audit", "lock", "reopen", "roll-forward", "split"],
)
def test_what_happens_to_a_year_is_for_who_may_and_in_the_own_organization(action, organization):
    year = make_year(organization)
    body = {"reason": "a late invoice", "at": "2026-10-01"}
    place = f"{YEARS}/{year.pk}/{action}"
    assert send(signed_in(organization, "administrator"), "post", place, body).status_code == 403
    stranger = signed_in(Organization.objects.create(name="Other"), "owner")
    assert send(stranger, "post", place, body).status_code == 404
    assert FinancialYear.objects.get(pk=year.pk).version == 1


@pytest.mark.parametrize("action", ["agree", "refuse", "withdraw"])
def test_requests_are_decided_by_who_may_and_in_the_own_organization(action, finance, organization):
    year = make_year(organization, status="closed")
    send(finance, "post", f"{YEARS}/{year.pk}/reopen", {"reason": "a late invoice"})
    request = ApprovalRequest.objects.get()
    place = f"{APPROVALS}/{request.pk}/{action}"
    administrator = signed_in(organization, "administrator")
    assert send(administrator, "post", place, {}).status_code == 403
    stranger = signed_in(Organization.objects.create(name="Other"), "owner")
    assert send(stranger, "post", place, {}).status_code == 404
    assert ApprovalRequest.objects.get().decision == "waiting"
