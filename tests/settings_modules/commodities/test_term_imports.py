"""Terms of contracts, commissions and their tiers by files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.events.models import Event
from core.importing.exporting import export_chunks
from core.importing.resources import find_import_resource
from settings_modules.commodities.models import (
    CommissionStructure,
    CommissionTier,
    PaymentTerm,
    WeightmentTerm,
)
from settings_modules.commodities.selectors.applying_commissions import Deal
from settings_modules.commodities.selectors.commission_calculator import calculate_commission
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, outcomes, undone
from tests.factories.commissions import make_commission
from tests.factories.commodities import make_commodity
from tests.factories.terms import TERMS

DAY = date(2026, 4, 1)
pytestmark = pytest.mark.django_db


def checked_rows(resource: str, *rows: list[Any]):
    return checked(csv_bytes(rows), resource=resource)


def round_trip(resource: str, rows: Any) -> set[str]:
    """What an export, read again, would do."""
    declared = find_import_resource(resource)
    content = b"".join(export_chunks(declared, rows, "csv"))
    return set(outcomes(checked(content, resource=resource)).values())


@pytest.mark.parametrize("resource", TERMS)
def test_terms_are_known_by_code_and_by_name(resource):
    model = TERMS[resource]
    model.objects.create(code="ONE", name_en="The first")
    run = checked_rows(
        resource,
        ["Code", "Name", "Name (Arabic)", "Active"],
        ["one", "The very first", "الأول", "yes"],
        ["", "A second", "", ""],
        ["", "", "", ""],
        ["", "a SECOND", "", ""],
    )
    assert findings(run) == [(3, "name_en", "twice_in_file"), (5, "name_en", "twice_in_file")]
    run = applied(run)
    assert (run.counts.get("added", 0), run.counts["updated"]) == (0, 1)
    assert list(model.objects.filter(code="ONE").values_list("name_en", "name_ar")) == [
        ("The very first", "الأول")
    ]
    assert round_trip(resource, model.objects.all()) == {"unchanged"}
    undone(run)
    assert model.objects.get(code="ONE").name_en == "The first"


def test_payment_terms_that_contradict_themselves_are_told():
    run = checked_rows(
        "payment-terms",
        ["Code", "Name", "supports_letter_of_credit", "lc_types_supported", "Currency", "Days"],
        ["LC-90", "Usance LC of 90 days", "yes", "usance", "usd", "90"],
        ["LC-0", "LC without kinds", "yes", "", "", ""],
        ["NO-LC", "Kinds without LC", "no", "SIGHT", "", ""],
        ["WRONG", "Of a currency that is none", "no", "", "XQX", ""],
    )
    assert findings(run) == [
        (3, "lc_types_supported", "lc_type_required"),
        (4, "lc_types_supported", "lc_not_supported"),
        (5, "currency", "unknown_currency"),
    ]
    applied(run)
    term = PaymentTerm.objects.get(code="LC-90")
    assert (term.lc_types_supported, term.currency, term.days) == (["USANCE"], "USD", 90)


def test_deductions_of_weight_stay_within_a_hundred():
    run = checked_rows(
        "weightment-terms",
        ["Name", "weight_deduction_percent"],
        ["By the mill's scale", "0.50"],
        ["By nobody's scale", "100.01"],
    )
    assert findings(run) == [(3, "weight_deduction_percent", "too_large")]
    applied(run)
    assert WeightmentTerm.objects.get(name_en="By the mill's scale").weight_deduction_percent == (
        Decimal("0.50")
    )


def test_commissions_by_files_have_their_scope_and_days():
    cotton = make_commodity("Cotton of the file", code="COT-1")
    run = checked_rows(
        "commissions",
        ["Name", "Commodity", "Country", "Type", "Rate", "rate_per_country", "First day"],
        ["Cotton", "cot-1", "", "PERCENTAGE", "2.5", '{"AE": "1.25"}', "2026-04-01"],
        ["Everything", "", "IN", "FIXED", "500", "", ""],
    )
    assert findings(run) == []
    run = applied(run)
    found = CommissionStructure.objects.order_by("name").values_list(
        "name", "commodity", "country", "commission_type", "rate", "rate_per_country", "currency"
    )
    assert list(found) == [
        ("Cotton", cotton.pk, "", "PERCENTAGE", Decimal("2.5000"), {"AE": "1.25"}, "INR"),
        ("Everything", None, "IN", "FIXED", Decimal("500.0000"), {}, "INR"),
    ]
    assert Event.objects.filter(type="commission.imported").count() == 1
    assert round_trip("commissions", CommissionStructure.objects.all()) == {"unchanged"}
    undone(run)
    assert CommissionStructure.objects.count() == 0


def test_commissions_that_contradict_themselves_are_told():
    make_commission(name="Known", rate=Decimal("2.5"))
    run = checked_rows(
        "commissions",
        ["Name", "Type", "Rate", "tier_basis", "Minimum", "Maximum", "Country"],
        ["Without a rate", "PERCENTAGE", "", "", "", "", ""],
        ["Too much", "PERCENTAGE", "100.5", "", "", "", ""],
        ["Tiers without a basis", "TIERED", "", "", "", "", ""],
        ["Turned round", "FIXED", "5", "", "20", "10", ""],
        ["Nowhere", "FIXED", "5", "", "", "", "XX"],
        ["known", "FIXED", "", "", "", "", ""],
    )
    assert findings(run) == [
        (2, "rate", "commission_rate_missing"),
        (3, "rate", "commission_percentage_too_high"),
        (4, "tier_basis", "commission_tier_basis_missing"),
        (5, "max_amount", "bounds_out_of_order"),
        (6, "country", "country_unknown"),
        (7, "rate", "commission_rate_missing"),
    ]


def test_tiers_by_files_make_up_their_commission():
    commission = make_commission(
        name="By amount", commission_type="TIERED", tier_basis="AMOUNT", tiers=[]
    )
    make_commission(name="Flat")
    rows = [
        ["Commission", "Currency", "From", "Below", "Rate"],
        ["by amount", "", "0", "1000000", "2.5"],
        ["By amount", "INR", "1000000", "", "2"],
    ]
    run = checked_rows(
        "commission-tiers",
        *rows,
        ["By amount", "USD", "0", "100", "1"],
        ["By amount", "USD", "50", "", "1"],
        ["By amount", "EUR", "10", "5", "1"],
        ["Flat", "INR", "0", "", "1"],
        ["Nobody's", "INR", "0", "", "1"],
        ["By amount", "XQX", "0", "", "1"],
    )
    assert findings(run) == [
        (4, "ends_below", "tiers_overlap"),
        (6, "ends_below", "tier_empty"),
        (7, "structure", "commission_not_tiered"),
        (8, "structure", "unknown_reference"),
        (9, "currency", "unknown_currency"),
    ]
    run = applied(checked_rows("commission-tiers", *rows))
    assert (run.counts["added"], run.counts.get("updated", 0)) == (2, 0)
    found = [
        calculate_commission(
            commission=commission,
            deal=Deal(on=DAY, party="SELLER", amount=Decimal(amount)),
        )
        for amount in ("999999.99", "1000000")
    ]
    assert [each.amount for each in found] == [Decimal("25000.00"), Decimal("20000.00")]
    assert round_trip("commission-tiers", CommissionTier.objects.all()) == {"unchanged"}
    undone(run)
    assert commission.tiers.count() == 0
