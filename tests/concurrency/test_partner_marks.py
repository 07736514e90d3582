"""Two people at once about the primary contact and the default account of a partner: one stays."""

from __future__ import annotations

import threading

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from settings_modules.partners.models import BusinessPartner, PartnerContact
from settings_modules.partners.services import partner_records
from settings_modules.partners.services.contacts import add_contact, remove_contact, update_contact
from tests.concurrency.threads import run_together
from tests.factories.partners import make_contact, make_partner


def primaries(partner) -> int:
    return PartnerContact.objects.filter(partner=partner, is_primary=True, is_active=True).count()


def unlocked(partner_id):
    return BusinessPartner.objects.get(pk=partner_id)


def make_primary(row):
    return update_contact(contact=row, values={"is_primary": True})


def add_first(name, partner):
    return add_contact(partner=partner, values={"name": name})


def test_two_switches_at_once_leave_one_and_both_succeed(committed_db, storm):
    partner = make_partner()
    first, *others = [make_contact(partner, name) for name in "ABC"]
    for _ in range(20 if storm else 4):
        outcomes = run_together(make_primary, others)
        assert [type(each) for each in outcomes] == [PartnerContact] * 2
        assert primaries(partner) == 1
        make_primary(first)


def test_without_the_lock_one_of_two_switches_breaks_the_rule(committed_db, monkeypatch):
    """What the lock spares people: a refusal of what both may do."""
    partner = make_partner()
    _, *others = [make_contact(partner, name) for name in "ABC"]
    reached = threading.Barrier(2)
    plan = partner_records.hand_over

    def plan_together(*args, **kwargs):
        planned = plan(*args, **kwargs)
        reached.wait(timeout=10)
        return planned

    monkeypatch.setattr(partner_records, "lock_partner", unlocked)
    monkeypatch.setattr(partner_records, "hand_over", plan_together)
    outcomes = run_together(make_primary, others)
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], ValidationError | IntegrityError)
    assert primaries(partner) == 1


def test_two_first_contacts_at_once_leave_one_primary(committed_db, storm):
    for _ in range(10 if storm else 3):
        partner = make_partner()
        outcomes = run_together(lambda name, partner=partner: add_first(name, partner), ["A", "B"])
        assert [type(each) for each in outcomes] == [PartnerContact] * 2
        assert primaries(partner) == 1


def test_removal_against_a_switch_leaves_a_holder(committed_db, storm):
    for _ in range(10 if storm else 3):
        partner = make_partner()
        first, second = make_contact(partner, "A"), make_contact(partner, "B")
        run_together(
            lambda work: work(),
            [
                lambda first=first: remove_contact(contact=first),
                lambda second=second: make_primary(second),
            ],
        )
        assert primaries(partner) == 1
