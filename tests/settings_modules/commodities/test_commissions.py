"""Commissions: kinds, tiers, days, and what the database refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.editing.errors import StaleVersion
from core.errors import DomainError, StillInUse
from core.references.selectors import references_to
from core.references.services import remove_record, remove_row
from settings_modules.commodities.models import CommissionStructure, CommissionTier, Unit
from settings_modules.commodities.selectors.commission_tiers import gaps_of
from settings_modules.commodities.services.commissions import update_commission
from tests.factories.commissions import make_commission, make_weight
from tests.factories.commodities import make_commodity
from tests.settings_modules.commodities.test_terms import events_of, refused_by_the_database

pytestmark = pytest.mark.django_db

LOW = {"currency": "INR", "starts_at": Decimal(0), "ends_below": Decimal(100), "rate": Decimal(2)}
HIGH = {"currency": "INR", "starts_at": Decimal(100), "ends_below": None, "rate": Decimal(1)}
TIERED = {"commission_type": "TIERED", "tier_basis": "AMOUNT"}


def tiers_of(commission: CommissionStructure) -> list[tuple[str, str, str | None, str]]:
    return [
        (
            tier.currency,
            f"{tier.starts_at:f}",
            None if tier.ends_below is None else f"{tier.ends_below:f}",
            f"{tier.rate:f}",
        )
        for tier in CommissionTier.objects.filter(structure=commission)
    ]


def refusal(**values: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        make_commission(**values)
    (found,) = refused.value.field_errors()
    return found.field, found.code


def test_com_19_commissions_of_both_and_of_each():
    for name, rate, party in (
        ("Standard", "2.50", "BOTH"),
        ("Buyer", "1.0", "BUYER"),
        ("Seller", "1.5", "SELLER"),
    ):
        make_commission(
            name=name, rate=Decimal(rate), applies_to=party, commission_type="PERCENTAGE"
        )
    found = CommissionStructure.objects.values_list("name", "rate", "applies_to", "currency")
    assert list(found) == [
        ("Buyer", Decimal("1.0000"), "BUYER", "INR"),
        ("Seller", Decimal("1.5000"), "SELLER", "INR"),
        ("Standard", Decimal("2.5000"), "BOTH", "INR"),
    ]


def test_rate_of_a_fixed_amount_has_room():
    commission = make_commission(commission_type="FIXED", rate=Decimal("99999999.9999"))
    commission.refresh_from_db()
    assert commission.rate == Decimal("99999999.9999")


def test_codes_and_country_rates_are_kept_in_their_usual_form():
    commission = make_commission(
        currency=" usd", country="ae ", rate_per_country={"sa": "2", "AE": 1, "OM": Decimal("1.25")}
    )
    assert (commission.currency, commission.country) == ("USD", "AE")
    assert commission.rate_per_country == {"AE": "1.0000", "OM": "1.2500", "SA": "2.0000"}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"rate": None}, ("rate", "commission_rate_missing")),
        ({"rate": Decimal("100.0001")}, ("rate", "commission_percentage_too_high")),
        (
            {"rate_per_country": {"AE": "101"}},
            ("rate_per_country", "commission_percentage_too_high"),
        ),
        ({"rate_per_country": {"XX": "1"}}, ("rate_per_country", "country_rates_malformed")),
        ({"rate_per_country": {"AE": 1.5}}, ("rate_per_country", "country_rates_malformed")),
        ({"rate_per_country": {"AE": "1.00001"}}, ("rate_per_country", "country_rates_malformed")),
        ({"rate_per_country": {"AE": "-1"}}, ("rate_per_country", "country_rates_malformed")),
        ({"rate_per_country": {"AE": "NaN"}}, ("rate_per_country", "country_rates_malformed")),
        ({"rate_per_country": ["AE"]}, ("rate_per_country", "country_rates_malformed")),
        ({"currency": "RUP"}, ("currency", "currency_unknown")),
        ({"country": "XX"}, ("country", "country_unknown")),
        ({"tier_basis": "AMOUNT"}, ("tier_basis", "commission_value_not_of_its_kind")),
        ({"tiers": [LOW]}, ("tiers", "commission_value_not_of_its_kind")),
        ({"commission_type": "TIERED"}, ("tier_basis", "commission_tier_basis_missing")),
        (
            {"commission_type": "TIERED", "tier_basis": "QUANTITY"},
            ("tier_unit", "commission_tier_unit_missing"),
        ),
        (
            {**TIERED, "rate_per_country": {"AE": "1"}},
            ("rate_per_country", "commission_value_not_of_its_kind"),
        ),
        (
            {**TIERED, "tiers": [{**LOW, "rate": Decimal(101)}]},
            ("tiers", "commission_percentage_too_high"),
        ),
        (
            {**TIERED, "tiers": [LOW, {**HIGH, "starts_at": Decimal("99.9999")}]},
            ("tiers", "commission_tiers_overlap"),
        ),
        (
            {**TIERED, "tiers": [HIGH, {**LOW, "starts_at": Decimal(200), "ends_below": None}]},
            ("tiers", "commission_tiers_overlap"),
        ),
        (
            {**TIERED, "tiers": [{**LOW, "ends_below": Decimal(0)}]},
            ("tiers[0].ends_below", "commission_tier_empty"),
        ),
        (
            {**TIERED, "tiers": [{**LOW, "currency": "RUP"}]},
            ("tiers[0].currency", "currency_unknown"),
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(values, found):
    assert refusal(**values) == found
    assert not CommissionStructure.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"min_amount": Decimal(2), "max_amount": Decimal(1)},
            "The least amount is above the highest.",
        ),
        (
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
            "The last day comes before the first.",
        ),
        ({"apply_forex_on_cross_border": True}, "Say by how much it is adjusted across borders."),
    ],
)
def test_bounds_days_and_adjustments_are_in_order(values, message):
    with pytest.raises(ValidationError) as refused:
        make_commission(**values)
    assert refused.value.messages == [message]


def test_tiers_are_stored_in_order_and_told_once():
    commission = make_commission(**TIERED, tiers=[HIGH, LOW])
    assert tiers_of(commission) == [
        ("INR", "0.0000", "100.0000", "2.0000"),
        ("INR", "100.0000", None, "1.0000"),
    ]
    assert events_of("commission") == [("commission.created", {})]


def test_boundary_between_tiers_moves_in_one_change():
    commission = make_commission(**TIERED, tiers=[LOW, HIGH])
    moved = [{**LOW, "ends_below": Decimal(200)}, {**HIGH, "starts_at": Decimal(200)}]
    changed = update_commission(commission=commission, values={"tiers": moved}, expected_version=1)
    assert changed.version == 2
    assert [row[1] for row in tiers_of(commission)] == ["0.0000", "200.0000"]
    old = [
        {"currency": "INR", "starts_at": "0", "ends_below": "100", "rate": "2"},
        {"currency": "INR", "starts_at": "100", "ends_below": None, "rate": "1"},
    ]
    new = [{**old[0], "ends_below": "200"}, {**old[1], "starts_at": "200"}]
    changes = {"changes": {"tiers": {"old": old, "new": new}}}
    assert events_of("commission")[1:] == [("commission.updated", changes)]
    with pytest.raises(StaleVersion):
        update_commission(commission=commission, values={"tiers": []}, expected_version=1)


def test_same_tiers_again_change_nothing():
    commission = make_commission(**TIERED, tiers=[LOW, HIGH])
    keys = set(CommissionTier.objects.values_list("pk", flat=True))
    again = update_commission(commission=commission, values={"tiers": [HIGH, LOW]})
    assert again.version == 1
    assert set(CommissionTier.objects.values_list("pk", flat=True)) == keys
    update_commission(commission=commission, values={"tiers": [LOW]})
    assert CommissionTier.objects.get().pk in keys


def test_change_of_values_and_tiers_is_one_event_and_one_step():
    commission = make_commission(**TIERED, tiers=[LOW])
    changed = update_commission(commission=commission, values={"name": "New", "tiers": [HIGH]})
    assert changed.version == CommissionStructure.objects.get().version == 2
    ((_, created), (name, data)) = events_of("commission")
    assert (created, name, sorted(data["changes"])) == ({}, "commission.updated", ["name", "tiers"])


def test_other_kind_lets_go_of_what_it_has_nothing_of():
    candy = make_weight("CANDY_B", "355.6222")
    commission = make_commission(
        commission_type="TIERED", tier_basis="QUANTITY", tier_unit=candy, tiers=[LOW]
    )
    changed = update_commission(
        commission=commission, values={"commission_type": "FIXED", "rate": Decimal(5)}
    )
    assert (changed.rate, changed.tier_basis, changed.tier_unit) == (5, "", None)
    assert tiers_of(commission) == []
    changed = update_commission(
        commission=commission, values={"commission_type": "TIERED", "tier_basis": "AMOUNT"}
    )
    assert (changed.rate, changed.rate_per_country) == (None, {})


def test_tiers_by_quantity_may_cost_more_than_a_hundred_a_unit_until_they_are_percentages():
    candy = make_weight("CANDY_B", "355.6222")
    commission = make_commission(
        commission_type="TIERED",
        tier_basis="QUANTITY",
        tier_unit=candy,
        tiers=[{**LOW, "rate": Decimal(500)}],
    )
    with pytest.raises(DomainError) as refused:
        update_commission(commission=commission, values={"tier_basis": "AMOUNT"})
    assert refused.value.code == "commission_percentage_too_high"


def test_commission_is_removed_with_its_tiers():
    commission = make_commission(**TIERED, tiers=[LOW, HIGH])
    with pytest.raises(StaleVersion):
        remove_record(row=commission, expected_version=2)
    remove_record(row=commission, expected_version=1)
    assert not CommissionTier.objects.exists()
    assert events_of("commission")[-1] == ("commission.removed", {})


def test_what_a_commission_is_about_stays():
    commodity = make_commodity()
    make_commission(commodity=commodity)
    with pytest.raises(StillInUse):
        remove_row(row=commodity)
    found = {(one.model, one.field, one.count) for one in references_to(commodity)}
    assert found == {("commodities.CommissionStructure", "commodity", 1)}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("rate = NULL", "commodities_commission_rate_or_tiers"),
        ("rate = -1", "commodities_commission_rate_or_tiers"),
        ("rate = 100.0001", "commodities_commission_at_most_all"),
        ("commission_type = 'TIERED', rate = NULL", "commodities_commission_tier_basis"),
        ("tier_basis = 'AMOUNT'", "commodities_commission_tier_basis"),
        (
            "commission_type = 'TIERED', rate = NULL, tier_basis = 'QUANTITY'",
            "commodities_commission_tier_basis",
        ),
        ("min_amount = -1", "commodities_commission_bounds_positive"),
        ("min_amount = 2, max_amount = 1", "commodities_commission_bounds_in_order"),
        (
            "valid_from = '2026-02-01', valid_until = '2026-01-31'",
            "commodities_commission_days_in_order",
        ),
        ("forex_adjustment = 100.01", "commodities_commission_forex_is_percent"),
        ("apply_forex_on_cross_border = true", "commodities_commission_forex_given"),
        ("currency = 'inr'", "commodities_commission_iso_codes"),
        ("country = 'in'", "commodities_commission_iso_codes"),
        ("rate_per_country = '[]'", "commodities_commission_country_rates"),
    ],
)
def test_database_keeps_commissions_whole(change, constraint):
    make_commission()
    refused = refused_by_the_database(f"UPDATE commodities_commissionstructure SET {change}")
    assert refused == constraint


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("rate = -1 WHERE starts_at = 0", "commodities_tier_not_negative"),
        ("starts_at = -1 WHERE starts_at = 0", "commodities_tier_not_negative"),
        ("ends_below = 0 WHERE starts_at = 0", "commodities_tier_ends_above_its_start"),
        ("currency = 'inr' WHERE starts_at = 0", "commodities_tier_currency_code"),
        ("starts_at = 99.9999 WHERE starts_at = 100", "commodities_tiers_do_not_overlap"),
        ("ends_below = NULL WHERE starts_at = 0", "commodities_tiers_do_not_overlap"),
    ],
)
def test_database_keeps_tiers_apart(change, constraint):
    make_commission(**TIERED, tiers=[LOW, HIGH])
    assert refused_by_the_database(f"UPDATE commodities_commissiontier SET {change}") == constraint


def test_database_lets_other_currencies_and_commissions_have_the_same_tiers():
    first = make_commission(**TIERED, tiers=[LOW, HIGH, {**LOW, "currency": "USD"}])
    second = make_commission(**TIERED, tiers=[LOW, HIGH])
    assert (len(tiers_of(first)), len(tiers_of(second))) == (3, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionTier.objects.filter(structure=second).update(structure=first)


def test_gaps_between_tiers_are_told_by_currency():
    tiers = [
        {**LOW, "starts_at": Decimal(10), "ends_below": Decimal(20)},
        {**LOW, "starts_at": Decimal(30), "ends_below": Decimal(40)},
        {**HIGH, "currency": "USD", "starts_at": Decimal(0)},
    ]
    commission = make_commission(**TIERED, tiers=tiers)
    assert [gap.text("en") for gap in gaps_of(commission)] == [
        "No tier in INR is for 0 to 10.",
        "No tier in INR is for 20 to 30.",
        "No tier in INR is for 40 and above.",
    ]
    assert [gap.text("ar") for gap in gaps_of(commission)][2] == "لا شريحة بعملة INR من 40 فما فوق."
    bare = make_commission(**TIERED)
    assert [gap.text("en") for gap in gaps_of(bare)] == ["No tier in INR is for 0 and above."]
    assert gaps_of(make_commission()) == []


def test_unit_of_tiers_stays():
    unit = make_weight("CANDY_B", "355.6222")
    make_commission(commission_type="TIERED", tier_basis="QUANTITY", tier_unit=unit)
    with pytest.raises(StillInUse):
        remove_row(row=unit)
    assert Unit.objects.filter(pk=unit.pk).exists()
