"""What is not reconciled with Zoho keeps a financial year from closing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.enums import MirrorState, OrderStatus
from catalog.models import Order
from core.identity.models import User
from core.jobs.models import Job, JobState
from integrations.zoho.models import Connection, SyncKind, SyncRun
from integrations.zoho.selectors.year_end import last_pull_that_failed, orders_not_in_zoho
from settings_modules.organizations.models import FinancialYear, Organization
from tests.factories.catalog import make_order, make_product
from tests.factories.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection_to_zoho() -> Connection:
    return Connection.objects.create(
        name="Zoho",
        accounts_url="https://accounts.example.com",
        api_url="https://api.example.com",
        zoho_organization_id="10",
        client_id="id",
        client_secret="secret",
        refresh_token="token",
    )


@pytest.fixture
def order() -> Order:
    return make_order((make_product(), 1))


@pytest.fixture
def year(order: Order) -> FinancialYear:
    return make_year(order.organization, f"{order.placed_at.year}-01-01")


def change(order: Order, **values: Any) -> None:
    Order.objects.filter(pk=order.pk).update(**values)


@pytest.mark.parametrize(
    ("mirror_state", "count"),
    [
        (MirrorState.NOT_SENT, 1),
        (MirrorState.WAITING, 1),
        (MirrorState.FAILED, 1),
        (MirrorState.CREATED, 0),
        (MirrorState.CONFIRMED, 0),
        (MirrorState.VOIDED, 0),
    ],
)
def test_orders_that_have_not_come_to_zoho_count(
    mirror_state, count, connection_to_zoho, order, year
):
    change(order, mirror_state=mirror_state)
    assert orders_not_in_zoho(year).count == count


def test_cancelled_order_and_missing_connection_do_not_count(connection_to_zoho, order, year):
    change(order, status=OrderStatus.CANCELLED)
    assert orders_not_in_zoho(year).count == 0
    change(order, status=OrderStatus.SHIPPED)
    assert orders_not_in_zoho(year).count == 1
    Connection.objects.update(is_active=False)
    assert orders_not_in_zoho(year).count == 0


def test_link_lists_what_was_counted(connection_to_zoho, order, year):
    cancelled = make_order((make_product(), 1))
    change(cancelled, status=OrderStatus.CANCELLED)
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com"))
    found = orders_not_in_zoho(year)
    rows = client.get(found.link).context["cl"].result_list
    assert (found.count, [row.pk for row in rows]) == (1, [order.pk])


def pull(connection_to_zoho: Connection, state: JobState) -> SyncRun:
    job = Job.objects.create(kind="zoho.items", request_id="r" * 32, state=state)
    return SyncRun.objects.create(job=job, connection=connection_to_zoho, kind=SyncKind.ITEMS)


def test_newest_pull_that_failed_counts_for_the_selling_company(connection_to_zoho, year):
    assert last_pull_that_failed(year).count == 0
    run = pull(connection_to_zoho, JobState.FAILED)
    found = last_pull_that_failed(year)
    assert (found.count, found.link) == (1, f"/admin/zoho/syncrun/{run.pk}/change/")
    other = make_year(Organization.objects.create(name="Other"))
    assert last_pull_that_failed(other).count == 0
    pull(connection_to_zoho, JobState.SUCCEEDED)
    assert last_pull_that_failed(year).count == 0
