"""Which orders keep a financial year from closing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.enums import OrderStatus
from catalog.models import Order
from catalog.selectors.year_end import open_orders
from settings_modules.organizations.closing_checks import closing_checks
from settings_modules.organizations.models import FinancialYear, Organization
from tests.factories.catalog import make_order, make_product
from tests.factories.years import make_year

pytestmark = pytest.mark.django_db


def placed(moment: datetime, **given: object) -> Order:
    order = make_order((make_product(), 1))
    Order.objects.filter(pk=order.pk).update(placed_at=moment, **given)
    return order


@pytest.fixture
def year() -> FinancialYear:
    order = placed(datetime(2025, 1, 1, tzinfo=UTC))
    return make_year(order.organization, "2026-04-01")


def test_open_orders_placed_in_the_year_count(year):
    for moment in (
        datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
        datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 4, 1, tzinfo=UTC),
    ):
        placed(moment)
    assert open_orders(year).count == 2


@pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.CANCELLED])
def test_finished_orders_do_not_count(status, year):
    placed(datetime(2026, 5, 1, tzinfo=UTC), status=status)
    assert open_orders(year).count == 0


def test_orders_of_another_organization_do_not_count(year):
    placed(datetime(2026, 5, 1, tzinfo=UTC), organization=Organization.objects.create(name="Other"))
    assert open_orders(year).count == 0


def test_checklist_asks_as_often_for_many_orders_as_for_one(year, django_assert_num_queries):
    placed(datetime(2026, 5, 1, tzinfo=UTC))
    with django_assert_num_queries(1):
        assert open_orders(year).count == 1
    placed(datetime(2026, 5, 2, tzinfo=UTC))
    with django_assert_num_queries(1):
        assert open_orders(year).count == 2


def test_every_application_has_its_points_in_the_checklist():
    points = [(check.code, check.is_blocking) for check in closing_checks()]
    assert points == [
        ("audit_not_noted", True),
        ("numbers_missing", False),
        ("orders_open", False),
        ("orders_not_in_zoho", False),
        ("last_pull_failed", False),
    ]
