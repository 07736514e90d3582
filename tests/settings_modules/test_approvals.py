"""Changes that wait for a second person."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.context import Source, change_context
from core.editing.errors import StaleVersion
from core.errors import NotFound, PermissionRefused
from core.events.models import Event
from core.identity.models import User
from settings_modules.organizations import approval_kinds
from settings_modules.organizations.errors import (
    ChangeAlreadyDecided,
    ChangeAlreadyWaiting,
    ChangeNotYoursToWithdraw,
    NoActiveSeries,
    PersonNeeded,
    SecondPersonNeeded,
)
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    Decision,
    FinancialYear,
    Organization,
    YearStatus,
)
from settings_modules.organizations.services.approvals import (
    agree_to_change,
    refuse_change,
    request_change,
    withdraw_change,
)
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

KIND = ApprovalKind.REOPEN_YEAR


def acting(user: User):
    return change_context(actor=f"user:{user.pk}", source=Source.ADMIN)


@pytest.fixture
def applied(monkeypatch) -> list:
    """What was carried out, as (request, proposal)."""
    done: list = []
    monkeypatch.setattr(approval_kinds, "_applies", {KIND: lambda *given: done.append(given)})
    return done


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


@pytest.fixture
def year(organization) -> FinancialYear:
    return FinancialYear.objects.create(
        organization=organization,
        name="FY 2026",
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
        status=YearStatus.CLOSED,
        is_active=True,
    )


@pytest.fixture
def asker(organization) -> User:
    return make_member(organization, "finance")


@pytest.fixture
def second(organization) -> User:
    return make_member(organization, "owner")


@pytest.fixture
def waiting(applied, year, asker) -> ApprovalRequest:
    with acting(asker):
        return ask(year, proposal={"account_number": "0123456789"})


def ask(year: FinancialYear, **given) -> ApprovalRequest:
    values = {"proposal": {}, "reason": "a late invoice"} | given
    return request_change(
        kind=KIND,
        organization=year.organization,
        target_id=year.pk,
        seen_version=year.version,
        **values,
    )


def told() -> list[tuple]:
    rows = Event.objects.filter(stream_type="approval_request").order_by("position")
    return [(row.type, row.actor, row.data) for row in rows]


def test_request_waits_encrypted_and_is_told_without_its_values(waiting, year, asker):
    assert (waiting.decision, waiting.decided_by, waiting.requested_by) == ("waiting", None, asker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT proposal FROM organizations_approvalrequest")
        assert "0123456789" not in cursor.fetchone()[0]
    stored = ApprovalRequest.objects.get()
    assert json.loads(stored.proposal) == {"account_number": "0123456789"}
    data = {
        "kind": "reopen_year",
        "organization_id": year.organization_id,
        "target_id": year.pk,
        "requested_by": asker.pk,
    }
    assert told() == [("approval_request.requested", f"user:{asker.pk}", data)]


def test_second_person_agrees_and_the_change_is_carried_out(waiting, applied, asker, second):
    with acting(second):
        decided = agree_to_change(approval=waiting, note=" seen ")
    assert (decided.decision, decided.decided_by, decided.note) == ("agreed", second, "seen")
    assert [(row.pk, proposal) for row, proposal in applied] == [
        (waiting.pk, {"account_number": "0123456789"})
    ]
    assert [row[:2] for row in told()] == [
        ("approval_request.requested", f"user:{asker.pk}"),
        ("approval_request.agreed", f"user:{second.pk}"),
    ]
    assert "0123456789" not in str(told())


def test_second_person_refuses_and_nothing_is_carried_out(waiting, applied, second):
    with acting(second):
        decided = refuse_change(approval=waiting, note="not now")
    assert (decided.decision, decided.note, applied) == ("refused", "not now", [])
    assert told()[-1][0] == "approval_request.refused"


def test_asking_person_alone_takes_it_back(waiting, applied, asker, second):
    with acting(second), pytest.raises(ChangeNotYoursToWithdraw):
        withdraw_change(approval=waiting)
    with acting(asker):
        decided = withdraw_change(approval=waiting)
    assert (decided.decision, decided.decided_by, applied) == ("withdrawn", asker, [])
    assert told()[-1][0] == "approval_request.withdrawn"


@pytest.mark.parametrize("decide", [agree_to_change, refuse_change])
def test_asking_person_decides_nothing_even_as_superuser(decide, waiting, applied, asker):
    with acting(asker), pytest.raises(SecondPersonNeeded):
        decide(approval=waiting)
    User.objects.filter(pk=asker.pk).update(is_superuser=True)
    with acting(asker), pytest.raises(SecondPersonNeeded):
        decide(approval=waiting)
    assert applied == []


@pytest.mark.parametrize("decide", [agree_to_change, refuse_change])
def test_another_superuser_decides(decide, waiting):
    with acting(User.objects.create_superuser("root@example.com")):
        assert decide(approval=waiting).decision != Decision.WAITING


@pytest.mark.parametrize("decide", [agree_to_change, refuse_change])
@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_colleague_without_the_permission_decides_nothing(
    role, decide, waiting, applied, organization
):
    with acting(make_member(organization, role)), pytest.raises(PermissionRefused):
        decide(approval=waiting)
    assert applied == []


def test_owner_of_another_organization_decides_nothing(waiting, applied):
    stranger = make_member(Organization.objects.create(name="Other"), "owner")
    with acting(stranger), pytest.raises(PermissionRefused):
        agree_to_change(approval=waiting)
    assert applied == []


def test_permission_that_ended_decides_nothing(waiting, applied, second):
    second.memberships.update(valid_until=timezone.now())
    with acting(second), pytest.raises(PermissionRefused):
        agree_to_change(approval=waiting)
    assert applied == []


def test_system_neither_asks_nor_decides(waiting, year, applied):
    with pytest.raises(PersonNeeded):
        agree_to_change(approval=waiting)
    ApprovalRequest.objects.update(decision="withdrawn", decided_by=waiting.requested_by)
    with pytest.raises(PersonNeeded):
        ask(year)
    assert applied == []


def test_person_switched_off_meanwhile_decides_nothing(waiting, applied, second):
    User.objects.filter(pk=second.pk).update(is_active=False)
    with acting(second), pytest.raises(PersonNeeded):
        agree_to_change(approval=waiting)
    assert applied == []


def test_change_of_a_record_that_changed_since_is_stale(waiting, applied, year, second):
    FinancialYear.objects.filter(pk=year.pk).update(name="Another name")
    with acting(second), pytest.raises(StaleVersion) as refused:
        agree_to_change(approval=waiting)
    assert refused.value.values == {"seen": 1, "current": 2}
    assert (applied, ApprovalRequest.objects.get().decision) == ([], "waiting")


def test_change_of_a_record_that_is_gone_is_not_found(waiting, applied, second):
    ApprovalRequest.objects.update(target_id=0)
    with acting(second), pytest.raises(NotFound):
        agree_to_change(approval=waiting)
    assert (applied, ApprovalRequest.objects.get().decision) == ([], "waiting")


def test_change_that_cannot_be_carried_out_goes_on_waiting(waiting, second, monkeypatch):
    def fail(request: ApprovalRequest, proposal: dict) -> None:
        raise NoActiveSeries(document="order")

    monkeypatch.setattr(approval_kinds, "_applies", {KIND: fail})
    with acting(second), pytest.raises(NoActiveSeries):
        agree_to_change(approval=waiting)
    assert ApprovalRequest.objects.get().decision == "waiting"
    assert [row[0] for row in told()] == ["approval_request.requested"]


@pytest.mark.parametrize("decide", [agree_to_change, refuse_change])
def test_change_is_decided_once(decide, waiting, second, asker):
    with acting(second):
        refuse_change(approval=waiting)
        with pytest.raises(ChangeAlreadyDecided):
            decide(approval=waiting)
    with acting(asker), pytest.raises(ChangeAlreadyDecided):
        withdraw_change(approval=waiting)


def test_decision_on_another_version_than_seen_is_stale(waiting, applied, second):
    with acting(second), pytest.raises(StaleVersion):
        agree_to_change(approval=waiting, expected_version=7)
    assert applied == []


def test_second_request_for_the_same_record_is_refused(waiting, year, second):
    with acting(second), pytest.raises(ChangeAlreadyWaiting):
        ask(year)
    with acting(second):
        refuse_change(approval=waiting)
        assert ask(year).decision == "waiting"


def test_requests_for_new_records_wait_side_by_side(applied, organization, asker, monkeypatch):
    kind = ApprovalKind.ADD_BANK_ACCOUNT
    monkeypatch.setattr(approval_kinds, "_applies", {kind: lambda *_: None})
    with acting(asker):
        for _ in range(2):
            request_change(
                kind=kind, organization=organization, target_id=None, seen_version=None, proposal={}
            )
    assert ApprovalRequest.objects.filter(decision="waiting").count() == 2


def test_undeclared_kind_is_refused(applied, organization, asker):
    with acting(asker), pytest.raises(approval_kinds.UnknownApprovalKindError):
        request_change(
            kind=ApprovalKind.REMOVE_BANK_ACCOUNT,
            organization=organization,
            target_id=1,
            seen_version=1,
            proposal={},
        )


def test_reason_that_is_too_long_is_refused(applied, year, asker):
    with acting(asker), pytest.raises(ValidationError) as refused:
        ask(year, reason="x" * 201)
    assert list(refused.value.message_dict) == ["reason"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("decision = 'agreed', decided_by_id = requested_by_id", "second_person_decides"),
        ("decision = 'refused', decided_by_id = requested_by_id", "second_person_decides"),
        ("decision = 'agreed'", "decision_has_person"),
        ("decided_by_id = requested_by_id", "decision_has_person"),
    ],
)
def test_database_refuses_a_decision_of_nobody_or_of_who_asked(change, constraint, waiting):
    with (
        pytest.raises(IntegrityError, match=f"organizations_{constraint}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE organizations_approvalrequest SET {change}")


def test_database_refuses_a_second_waiting_change(waiting):
    with (
        pytest.raises(IntegrityError, match="organizations_one_waiting_change"),
        transaction.atomic(),
    ):
        waiting.pk = None
        waiting.save(force_insert=True)
