"""Two people at once about the primary registration and the default account: one stays.

Threads with connections of their own; each race is shown once more without its guard.
"""

from __future__ import annotations

import threading

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.editing import holders
from core.editing.errors import SuccessorUnfit
from core.events.models import Event
from settings_modules.organizations import locks
from settings_modules.organizations.models import BankAccount, GstRegistration
from settings_modules.organizations.services import bank_accounts, gst_registrations
from settings_modules.organizations.services.gst_registrations import (
    deactivate_registration,
    make_primary,
    remove_registration,
)
from tests.concurrency.threads import run_together
from tests.factories.organizations import make_account, make_company, make_registration

GSTINS = ("27AAACM1234A1Z8", "24AAACM1234A1ZE", "33AAACM1234A1ZF")


def company_of_three():
    company = make_company()
    return company, [make_registration(company, gstin) for gstin in GSTINS]


def primaries():
    rows = GstRegistration.objects.filter(is_primary=True, is_active=True)
    return list(rows.values_list("pk", flat=True))


def meet(monkeypatch, module):
    """Let both read the holder before either writes."""
    reached = threading.Barrier(2)
    plan = holders.hand_over

    def plan_together(*args, **kwargs):
        planned = plan(*args, **kwargs)
        reached.wait(timeout=10)
        return planned

    monkeypatch.setattr(module, "hand_over", plan_together)


def unlocked(organization_id):
    return locks.Organization.objects.get(pk=organization_id)


def switches(rows):
    return run_together(lambda row: make_primary(registration=row), rows)


def test_two_switches_at_once_leave_one_and_both_succeed(committed_db, storm):
    company, rows = company_of_three()
    for _ in range(20 if storm else 4):
        outcomes = switches(rows[1:])
        assert [type(each) for each in outcomes] == [GstRegistration] * 2
        assert len(primaries()) == 1
        make_primary(registration=rows[0])
    assert company.gst_registrations.filter(is_active=True).count() == 3


def test_without_the_lock_one_of_two_switches_breaks_the_rule(committed_db, monkeypatch):
    """What the lock spares people: a refusal of what both may do."""
    _, rows = company_of_three()
    monkeypatch.setattr(gst_registrations, "lock_organization", unlocked)
    meet(monkeypatch, gst_registrations)
    outcomes = switches(rows[1:])
    # A second look sees the other's switch, or the index refuses.
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], ValidationError | IntegrityError)
    assert len(primaries()) == 1


def removal_against_switch(first, second):
    """The primary one is handed over to the second while the second is removed."""
    return run_together(
        lambda work: work(),
        [
            lambda: deactivate_registration(registration=first, promote=second.pk),
            lambda: remove_registration(registration=second),
        ],
    )


def test_successor_that_is_removed_meanwhile_leaves_one_primary(committed_db, storm):
    company = make_company()
    first = make_registration(company)
    for _ in range(20 if storm else 4):
        second = make_registration(company, GSTINS[1])
        outcomes = removal_against_switch(first, second)
        refused = [each for each in outcomes if isinstance(each, Exception)]
        active = company.gst_registrations.filter(is_active=True)
        # Removed first, the second cannot take over; handed over first, it goes as the last one.
        assert [type(each) for each in refused] == [SuccessorUnfit] * active.count()
        assert len(primaries()) == min(1, active.count())
        GstRegistration.objects.filter(pk=second.pk).delete()
        gst_registrations.restore_registration(registration=first)


def test_without_the_lock_the_successor_is_gone_when_it_is_needed(committed_db, monkeypatch):
    company = make_company()
    first, second = make_registration(company), make_registration(company, GSTINS[1])
    planned, removed = threading.Event(), threading.Event()
    plan = holders.hand_over

    def plan_and_wait(*args, **kwargs):
        change = plan(*args, **kwargs)
        planned.set()
        removed.wait(timeout=30)
        return change

    def remove():
        planned.wait(timeout=30)
        remove_registration(registration=second)
        removed.set()

    monkeypatch.setattr(gst_registrations, "lock_organization", unlocked)
    monkeypatch.setattr(gst_registrations, "hand_over", plan_and_wait)
    outcomes = run_together(
        lambda work: work(),
        [lambda: deactivate_registration(registration=first, promote=second.pk), remove],
    )
    assert outcomes[1] is None
    # The person is told that something is not there, which was there when they chose it.
    assert type(outcomes[0]).__name__ == "NotFound"
    assert primaries() == [first.pk]


def test_two_first_accounts_at_once_leave_one_default(committed_db, storm):
    for number in range(10 if storm else 3):
        company = make_company(f"Company {number}", pan="")
        outcomes = run_together(
            lambda text, company=company: make_account(company, text), ["1234567890", "9988776655"]
        )
        assert [type(each) for each in outcomes] == [BankAccount] * 2
        assert company.bank_accounts.filter(is_default=True).count() == 1


def test_without_the_lock_one_of_two_first_accounts_breaks_the_rule(committed_db, monkeypatch):
    company = make_company()
    monkeypatch.setattr(bank_accounts, "lock_organization", unlocked)
    meet(monkeypatch, bank_accounts)
    outcomes = run_together(lambda text: make_account(company, text), ["1234567890", "9988776655"])
    # ValidationError when the other has committed by then, the index otherwise.
    assert sorted(isinstance(each, Exception) for each in outcomes) == [False, True]
    assert company.bank_accounts.filter(is_default=True).count() == 1


def test_same_account_twice_at_once_is_there_once(committed_db, storm):
    for number in range(10 if storm else 3):
        company = make_company(f"Company {number}", pan="")
        outcomes = run_together(
            lambda text, company=company: make_account(company, text), ["1234567890", "12345 67890"]
        )
        refused = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each).__name__ for each in refused] == ["BankAccountKnown"]
        assert company.bank_accounts.count() == 1
    assert Event.objects.filter(type="bank_account.created").count() == (10 if storm else 3)
