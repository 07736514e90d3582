"""What packages of a commodity hold, from when to when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import StaleVersion
from core.events.models import Event
from core.references.services import remove_record
from settings_modules.commodities.errors import PackageHoldsItself, UnitNotPackage
from settings_modules.commodities.models import CommodityPackaging
from settings_modules.commodities.selectors.packagings import packagings_on
from settings_modules.commodities.services.packagings import update_packaging
from tests.factories.commodities import make_commodity, make_packaging, unit

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 1)


def test_packaging_is_counted_in_the_base_unit_of_the_commodity():
    row = make_packaging(make_commodity(base="QUINTAL"), "BALE", "1.7")
    assert (row.weight_unit.code, row.weight) == ("QUINTAL", Decimal("1.7"))
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == [
        "commodity.created",
        "commodity_packaging.created",
    ]


def test_packaging_keeps_its_meaning_when_the_commodity_is_counted_otherwise():
    commodity = make_commodity(base="QUINTAL")
    row = make_packaging(commodity, "BALE", "1.7")
    type(commodity).objects.update(base_unit=unit("KG"))
    row.refresh_from_db()
    assert row.weight_unit == unit("QUINTAL")


def test_commodity_counted_in_packages_is_weighed_in_kilograms():
    commodity = make_commodity(base="BALE")
    assert make_packaging(commodity, "BALE", "165").weight_unit.code == "KG"


@pytest.mark.parametrize("code", ["KG", "METER", "LITER", "SQ_FOOT", "CANDY"])
def test_measure_that_is_the_same_for_all_is_no_package(code):
    with pytest.raises(UnitNotPackage, match=f"{code} is a measure"):
        make_packaging(make_commodity(), code, "2")


def test_package_does_not_hold_itself():
    with pytest.raises(PackageHoldsItself):
        make_packaging(make_commodity(base="PIECE"), "PIECE", "2")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-06-30", "2026-06-30"),
        ("2026-01-01", None),
        ("2025-01-01", "2026-01-01"),
        ("2026-03-01", "2026-03-02"),
    ],
)
def test_days_that_overlap_refused(since, until):
    commodity = make_commodity()
    make_packaging(commodity, "BALE", "165", until=date(2026, 6, 30))
    last = date.fromisoformat(until) if until else None
    with pytest.raises(ValidationError, match="valid on some of the days"):
        make_packaging(commodity, "BALE", "168", since=date.fromisoformat(since), until=last)


def test_days_that_follow_and_other_units_and_commodities_do_not_overlap():
    commodity = make_commodity()
    make_packaging(commodity, "BALE", "165", until=date(2026, 6, 30))
    make_packaging(commodity, "BALE", "168", since=JULY)
    make_packaging(commodity, "BAG", "45")
    make_packaging(make_commodity(), "BALE", "160")
    assert [str(row.weight) for row in packagings_on(commodity, JULY)] == [
        *("45.000000000", "168.000000000")
    ]


@pytest.mark.parametrize("wrong", [{"weight": Decimal(0)}, {"valid_until": date(2025, 12, 31)}])
def test_packaging_that_makes_no_sense_refused(wrong):
    row = make_packaging()
    with pytest.raises(ValidationError):
        update_packaging(packaging=row, values=wrong)


def test_change_is_told_and_keeps_commodity_and_unit():
    row = make_packaging()
    changed = update_packaging(
        packaging=row,
        values={"weight": Decimal(168), "valid_until": JULY, "unit": unit("BAG")},
        expected_version=1,
    )
    assert (changed.version, changed.unit.code) == (2, "BALE")
    assert Event.objects.get(type="commodity_packaging.updated").data == {
        "changes": {
            "weight": {"old": "165.000000000", "new": "168"},
            "valid_until": {"old": None, "new": "2026-07-01"},
        }
    }
    with pytest.raises(StaleVersion):
        update_packaging(packaging=row, values={"weight": Decimal(1)}, expected_version=1)


def test_packaging_is_removed():
    row = make_packaging()
    remove_record(row=row, expected_version=1)
    assert not CommodityPackaging.objects.exists()
    assert Event.objects.last().type == "commodity_packaging.removed"


BROKEN = {
    "commodities_packaging_weight_positive": "UPDATE commodities_commoditypackaging SET weight = 0",
    "commodities_packaging_ends_after_start": "UPDATE commodities_commoditypackaging"
    " SET valid_until = '2025-12-31'",
    "commodities_packaging_no_overlap": "INSERT INTO commodities_commoditypackaging"
    " (commodity_id, unit_id, weight, weight_unit_id, valid_from, valid_until, created_at,"
    " updated_at) SELECT commodity_id, unit_id, weight, weight_unit_id, '2026-12-31', NULL, now(),"
    " now() FROM commodities_commoditypackaging",
}


@pytest.mark.parametrize(("constraint", "statement"), BROKEN.items())
def test_database_keeps_the_rule_by_itself(constraint, statement):
    make_packaging()
    with (
        pytest.raises(IntegrityError, match=f'"{constraint}"'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
