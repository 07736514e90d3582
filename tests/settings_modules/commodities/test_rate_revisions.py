"""Revising the rates of many codes at once: the preview, applying, taking back, races."""

from __future__ import annotations

import datetime
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from core.events.models import Event
from settings_modules.commodities.errors import (
    RevisionChangesNothing,
    RevisionCodesUnknown,
    RevisionInTheWay,
    RevisionNotReversible,
    RevisionReversed,
)
from settings_modules.commodities.models import Commodity, TaxRate, TaxRateRevision, Unit
from settings_modules.commodities.selectors.rate_revisions import plan_revision
from settings_modules.commodities.selectors.tax_rates import effective_rate
from settings_modules.commodities.services import rate_revisions
from settings_modules.commodities.services.rate_revisions import apply_revision, reverse_revision
from settings_modules.commodities.services.tax_codes import update_tax_rate
from tests.factories.tax_codes import make_goods_category, make_tax_code, make_tax_rate

DAY = datetime.date(2026, 10, 1)
EVE = datetime.date(2026, 9, 30)
ASKED = {"kind": "hsn", "valid_from": DAY, "rate": Decimal("5.000")}


def make_commodity(name: str, code, **fields) -> Commodity:
    unit, _ = Unit.objects.get_or_create(
        code="TESTKG", defaults={"name_en": "kg", "dimension": "weight", "base": "KG", "factor": 1}
    )
    return Commodity.objects.create(
        name_en=name, category=make_goods_category(), tax_code=code, base_unit=unit, **fields
    )


def planned(plan) -> list[tuple]:
    return [(each.code, each.old_rate, each.old_from_code) for each in plan.codes]


def affected(plan) -> list[tuple]:
    return [(each.name, each.old_rate, each.own_rate) for each in plan.commodities]


def rates_of(code) -> list[tuple]:
    rows = TaxRate.objects.filter(tax_code=code).order_by("valid_from")
    return list(rows.values_list("rate", "valid_from", "valid_until"))


@pytest.fixture
def codes(db):
    """A chapter with a heading and two items, one of them with a rate of its own."""
    found = {code: make_tax_code(code) for code in ("97", "9701", "97010011", "97010012")}
    make_tax_rate(found["97"], "18")
    make_tax_rate(found["97010012"], "12")
    return found


def test_preview_names_codes_and_commodities_and_changes_nothing(codes):
    make_commodity("Inherits", codes["97010011"])
    make_commodity("Has its own code", codes["97010012"])
    make_commodity("Zero of its own", codes["97010011"], gst_rate=Decimal(0))
    make_commodity("Elsewhere", make_tax_code("96010011"))
    plan = plan_revision(codes=["97"], is_prefix=True, **ASKED)
    assert planned(plan) == [
        ("97", Decimal("18.000"), "97"),
        ("97010012", Decimal("12.000"), "97010012"),
    ]
    assert affected(plan) == [
        ("Inherits", Decimal("18.000"), None),
        ("Zero of its own", Decimal("18.000"), Decimal("0.00")),
        ("Has its own code", Decimal("12.000"), None),
    ]
    assert (plan.commodity_count, TaxRate.objects.count()) == (3, 2)


def test_named_codes_alone_leave_longer_ones_their_own_rate(codes):
    make_commodity("Inherits", codes["97010011"])
    make_commodity("Has its own code", codes["97010012"])
    plan = plan_revision(codes=["97"], is_prefix=False, **ASKED)
    assert planned(plan) == [("97", Decimal("18.000"), "97")]
    assert affected(plan) == [("Inherits", Decimal("18.000"), None)]


def test_prefix_that_is_no_code_means_the_codes_below_it(codes):
    make_tax_code("97020000")
    plan = plan_revision(codes=["970"], is_prefix=True, **ASKED)
    assert planned(plan) == [
        ("9701", Decimal("18.000"), "97"),
        ("97010012", Decimal("12.000"), "97010012"),
        ("97020000", Decimal("18.000"), "97"),
    ]


def test_unknown_codes_refused_by_name(codes):
    with pytest.raises(RevisionCodesUnknown) as refused:
        plan_revision(codes=["97", "94"], is_prefix=False, **ASKED)
    assert refused.value.text() == "The list has no such codes: 94."
    with pytest.raises(RevisionCodesUnknown):
        plan_revision(codes=["970"], is_prefix=False, **ASKED)


def test_applied_revision_closes_what_is_open_the_day_before(codes):
    revision = apply_revision(
        codes=["97"], is_prefix=True, rate=Decimal(0), valid_from=DAY, notification="09/2025"
    )
    assert (revision.added_count, revision.closed_count) == (2, 2)
    assert rates_of(codes["97"]) == [
        (Decimal("18.000"), datetime.date(2017, 7, 1), EVE),
        (Decimal("0.000"), DAY, None),
    ]
    for code in codes.values():
        assert effective_rate(code.pk, DAY).rate == Decimal(0)
        assert effective_rate(code.pk, EVE).rate > 0
    event = Event.objects.get(type="tax_rate_revision.applied")
    assert event.data == {
        "rate": "0",
        "valid_from": "2026-10-01",
        "notification": "09/2025",
        "added": 2,
        "closed": 2,
    }


def test_codes_with_the_rate_already_are_left_alone(codes):
    make_tax_rate(codes["97010011"], "5")
    revision = apply_revision(
        codes=["97010011", "97010012"], rate=Decimal(5), valid_from=DAY, notification="1"
    )
    assert (revision.added_count, len(rates_of(codes["97010011"]))) == (1, 1)
    with pytest.raises(RevisionChangesNothing):
        apply_revision(codes=["97010011"], rate=Decimal(5), valid_from=DAY, notification="2")


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [
        (DAY, None),
        (datetime.date(2027, 1, 1), None),
        (datetime.date(2020, 1, 1), DAY),
    ],
)
def test_later_or_ending_rate_is_in_the_way(codes, valid_from, valid_until):
    make_tax_rate(codes["97010011"], "3", valid_from=valid_from, valid_until=valid_until)
    with pytest.raises(RevisionInTheWay) as refused:
        apply_revision(
            codes=["97"], is_prefix=True, rate=Decimal(5), valid_from=DAY, notification="1"
        )
    assert refused.value.extra == {"codes": ["97010011"]}
    assert not TaxRateRevision.objects.exists()
    assert TaxRate.objects.filter(valid_until=EVE).count() == 0


def test_reversed_revision_leaves_the_rates_as_they_were(codes):
    before = {code: rates_of(row) for code, row in codes.items()}
    revision = apply_revision(
        codes=["97"], is_prefix=True, rate=Decimal(5), valid_from=DAY, notification="1"
    )
    back = reverse_revision(revision=revision)
    assert {code: rates_of(row) for code, row in codes.items()} == before
    assert back.reversed_at is not None
    event = Event.objects.get(type="tax_rate_revision.reversed")
    assert event.data == {"removed": 2, "reopened": 2}
    with pytest.raises(RevisionReversed):
        reverse_revision(revision=revision)


def test_revision_whose_rates_were_changed_is_not_taken_back(codes):
    revision = apply_revision(
        codes=["97"], is_prefix=True, rate=Decimal(5), valid_from=DAY, notification="1"
    )
    added = TaxRate.objects.get(tax_code=codes["97"], valid_from=DAY)
    update_tax_rate(tax_rate=added, values={"rate": Decimal(6)})
    with pytest.raises(RevisionNotReversible) as refused:
        reverse_revision(revision=revision)
    assert refused.value.values == {"count": 1}
    assert TaxRate.objects.count() == 4


def revise_at_once(codes: list[str]) -> list[str]:
    """Two revisions of the same codes at the same moment; what each ended with."""
    barrier = threading.Barrier(2)
    ends: list[str] = []

    def run(rate: int) -> None:
        try:
            barrier.wait(10)
            apply_revision(codes=codes, rate=Decimal(rate), valid_from=DAY, notification=str(rate))
            ends.append("applied")
        except RevisionInTheWay:
            ends.append("in the way")
        except DatabaseError:
            ends.append("refused by the database")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(rate,)) for rate in (3, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(ends)


def test_of_two_revisions_at_once_one_applies(committed_db):
    codes = [make_tax_code(f"9701{number:04d}").code for number in range(50)]
    assert revise_at_once(codes) == ["applied", "in the way"]
    assert TaxRate.objects.filter(tax_code__code__in=codes).count() == 50


def test_without_the_locks_the_other_revision_would_work_on_an_old_plan(committed_db, monkeypatch):
    planned_both = threading.Barrier(2)

    def unlocked(revision: TaxRateRevision):
        plan = plan_revision(
            kind=revision.kind,
            codes=revision.codes,
            is_prefix=False,
            rate=revision.rate,
            valid_from=revision.valid_from,
        )
        planned_both.wait(10)
        return plan

    monkeypatch.setattr(rate_revisions, "_locked_plan", unlocked)
    codes = [make_tax_code("97010000").code]
    assert revise_at_once(codes) == ["applied", "refused by the database"]
