"""Dated rates of tax codes: whose rate counts on a day, and what the database refuses."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import StaleVersion
from core.events.models import Event
from settings_modules.commodities.models import TaxRate
from settings_modules.commodities.selectors.tax_rates import effective_rate, effective_rates
from settings_modules.commodities.services.tax_codes import create_tax_rate, update_tax_rate
from tests.factories.tax_codes import make_tax_code, make_tax_rate

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 4, 1)
EVE = datetime.date(2026, 3, 31)


def rate_of(code, day=DAY):
    found = effective_rate(code.pk, day)
    return (found.rate, found.from_code) if found else None


def test_own_rate_goes_before_that_of_a_shorter_code():
    chapter, heading, item = (make_tax_code(code) for code in ("98", "9801", "98010011"))
    make_tax_rate(chapter, "18")
    assert rate_of(item) == (Decimal("18.000"), "98")
    make_tax_rate(heading, "12")
    assert rate_of(item) == (Decimal("12.000"), "9801")
    make_tax_rate(item, "5")
    assert rate_of(item) == (Decimal("5.000"), "98010011")
    assert rate_of(chapter) == (Decimal("18.000"), "98")


def test_zero_is_a_rate():
    make_tax_rate(make_tax_code("98"), "18")
    make_tax_rate(make_tax_code("9801"), "0")
    assert rate_of(make_tax_code("980110")) == (Decimal("0.000"), "9801")


def test_code_without_any_rate_has_none():
    assert rate_of(make_tax_code("98010011")) is None


def test_rate_counts_on_its_first_and_last_day_alone():
    code = make_tax_code("98010011")
    make_tax_rate(code, "5", valid_from=DAY, valid_until=DAY)
    seen = [rate_of(code, DAY + datetime.timedelta(days=step)) for step in (-1, 0, 1)]
    assert seen == [None, (Decimal("5.000"), "98010011"), None]


def test_shorter_code_of_services_lends_goods_nothing():
    make_tax_rate(make_tax_code("98", kind="sac"), "18")
    assert rate_of(make_tax_code("980110")) is None


def test_rates_of_many_codes_come_in_one_query(django_assert_num_queries):
    codes = [make_tax_code(f"98{number:04d}") for number in range(20)]
    make_tax_rate(make_tax_code("98"), "18")
    with django_assert_num_queries(1):
        found = effective_rates([code.pk for code in codes], DAY)
    assert {each.rate for each in found.values()} == {Decimal("18.000")}
    assert len(found) == 20


def test_rates_of_one_code_do_not_cover_the_same_day():
    code = make_tax_code()
    make_tax_rate(code, "5", valid_from=DAY)
    with pytest.raises(ValidationError) as refused:
        create_tax_rate(
            values={"tax_code": code, "rate": Decimal(3), "valid_from": EVE, "valid_until": DAY}
        )
    assert refused.value.messages == ["Another rate of this code covers some of these days."]
    row = create_tax_rate(
        values={"tax_code": code, "rate": Decimal(3), "valid_from": EVE, "valid_until": EVE}
    )
    assert Event.objects.filter(type="tax_rate.created", stream_id=str(row.pk)).count() == 1


@pytest.mark.parametrize(
    ("columns", "broken"),
    [
        ("valid_until = '2030-01-01'", "commodities_tax_rates_apart"),
        ("rate = 100.001", "commodities_tax_rate_is_percent"),
        ("rate = -0.001", "commodities_tax_rate_is_percent"),
        ("valid_until = '2026-01-01'", "commodities_tax_rate_ends_after_start"),
    ],
)
def test_database_refuses_what_the_service_would(columns, broken):
    code = make_tax_code()
    first = make_tax_rate(code, "5", valid_from=DAY, valid_until=datetime.date(2026, 12, 31))
    make_tax_rate(code, "5", valid_from=datetime.date(2027, 1, 1))
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE commodities_taxrate SET {columns} WHERE id = %s", [first.pk])
    assert refused.value.__cause__.diag.constraint_name == broken


def test_edited_rate_tells_what_changed_and_to_whom_it_was_new():
    rate = make_tax_rate()
    edited = update_tax_rate(tax_rate=rate, values={"rate": Decimal("5.5")}, expected_version=1)
    assert (edited.rate, edited.version) == (Decimal("5.5"), 2)
    event = Event.objects.get(type="tax_rate.updated")
    assert event.data["changes"] == {"rate": {"old": "5.000", "new": "5.5"}}
    with pytest.raises(StaleVersion):
        update_tax_rate(tax_rate=rate, values={"rate": Decimal(6)}, expected_version=1)
    assert TaxRate.objects.get().rate == Decimal("5.5")
