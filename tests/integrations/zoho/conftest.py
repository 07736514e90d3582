"""A real sandbox and a database in which commits are real, for every test of the integration."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection as database
from django.test import override_settings
from django.utils import timezone

from catalog.models import Order, Product, StockLevel
from catalog.services.orders import OrderRequest, RequestedLine, place_order
from core.context import Context, Source, use_context
from core.events.models import Event
from core.events.relay import run_relay
from integrations.zoho.models import Connection, OrderPush, SyncRun
from integrations.zoho.sandbox import demo_account
from integrations.zoho.sandbox.server import SandboxServer
from integrations.zoho.services.connections import create_connection
from integrations.zoho.services.order_push import push_due_orders
from integrations.zoho.services.sync_runs import run_sync, start_sync
from tests.factories.catalog import make_shop
from tests.integrations.zoho.snapshots import SnapshotDatabase

PERSON = Context(request_id="test", actor="user:1", source=Source.ADMIN)


@pytest.fixture
def sandbox(settings: Any) -> Iterator[SandboxServer]:
    """A sandbox without limits, called as fast as it answers."""
    settings.ZOHO_REQUESTS_PER_MINUTE = 60_000
    settings.ZOHO_TIMEOUT_SECONDS = 5.0
    with SandboxServer(per_minute=0) as server:
        yield server


def connect(sandbox: SandboxServer, *, is_small: bool) -> Connection:
    """The connection to the sandbox's organization of 2,220 items, or to that of twelve."""
    return create_connection(
        values={
            "name": "sandbox",
            "accounts_url": sandbox.url,
            "api_url": sandbox.url,
            "zoho_organization_id": (
                demo_account.SECOND_ORGANIZATION_ID if is_small else demo_account.ORGANIZATION_ID
            ),
            "client_id": demo_account.CLIENT_ID,
            "client_secret": demo_account.CLIENT_SECRET,
            "refresh_token": demo_account.REFRESH_TOKEN,
        }
    )


@pytest.fixture(scope="session")
def untouched(django_db_setup: None, django_db_blocker: Any) -> Iterator[SnapshotDatabase]:
    """A database that knows of no Zoho."""
    with django_db_blocker.unblock():
        yield from _kept(lambda: None)


@pytest.fixture(scope="session")
def pulled(django_db_setup: None, django_db_blocker: Any) -> Iterator[SnapshotDatabase]:
    """A database with twelve items pulled, in which orders can be placed."""

    def fill() -> None:
        fast = override_settings(ZOHO_REQUESTS_PER_MINUTE=60_000)
        with fast, SandboxServer(per_minute=0) as server:
            connect(server, is_small=True)
            make_shop()
            assert pull("full").job.state == "succeeded"
            Connection.objects.update(access_token="")

    with django_db_blocker.unblock():
        yield from _kept(fill)


def _kept(fill: Callable[[], None]) -> Iterator[SnapshotDatabase]:
    template = database.settings_dict["NAME"]
    kept = SnapshotDatabase(f"kept_{uuid.uuid4().hex[:12]}", template)
    kept.enter()
    try:
        fill()
        kept.remember()
    finally:
        kept.leave()
    yield kept
    kept.drop()


@contextmanager
def _inside(kept: SnapshotDatabase) -> Iterator[None]:
    kept.enter()
    try:
        kept.put_back()
        yield
    finally:
        kept.leave()


@pytest.fixture
def own_database(untouched: SnapshotDatabase, django_db_blocker: Any) -> Iterator[str]:
    """The name of the untouched database, in which commits are real."""
    with django_db_blocker.unblock(), _inside(untouched):
        yield untouched.name


@pytest.fixture
def large(own_database: str, sandbox: SandboxServer) -> Connection:
    """Connected to 2,220 items in three places, nothing pulled yet."""
    return connect(sandbox, is_small=False)


@pytest.fixture
def small(own_database: str, sandbox: SandboxServer) -> Connection:
    """Connected to twelve items in one place, nothing pulled yet."""
    return connect(sandbox, is_small=True)


@pytest.fixture
def shop(
    pulled: SnapshotDatabase, sandbox: SandboxServer, django_db_blocker: Any
) -> Iterator[Connection]:
    """Twelve items pulled, and orders can be placed."""
    with django_db_blocker.unblock(), _inside(pulled):
        Connection.objects.update(accounts_url=sandbox.url, api_url=sandbox.url)
        yield Connection.objects.get()


def pull(kind: str, *, force: bool = False) -> SyncRun:
    """A finished run of this kind, with its job."""
    if force:
        with use_context(PERSON):
            run = start_sync(kind=kind, force=True)
    else:
        run = start_sync(kind=kind)
    run_sync(job_id=str(run.job_id))
    return SyncRun.objects.select_related("job").get(pk=run.pk)


def fault(sandbox: SandboxServer, kind: str, path: str = "", **more: Any) -> None:
    """Lay a fault; `count`, `nth` and `method` go to the match, the rest to the action."""
    match = {name: more.pop(name) for name in ("count", "nth", "method", "every") if name in more}
    if path:
        match["path_regex"] = path
    sandbox.control("POST", "faults", {"match": match, "action": {"kind": kind, **more}})


def calls(sandbox: SandboxServer, path: str = "", method: str = "") -> int:
    """How many calls the sandbox saw."""
    return len(sandbox.world.journal.entries(path, method))


def history_rows() -> int:
    """Rows in all history tables."""
    tables = [model for model in apps.get_models() if model.__name__.endswith("History")]
    return sum(model.objects.count() for model in tables)


def event_count() -> int:
    return Event.objects.count()


def stock_of(product: Product) -> StockLevel:
    """The product's stock in the one place of the small organization."""
    return StockLevel.objects.get(product=product)


@pytest.fixture
def product(shop: Connection) -> Product:
    """A product with stock in Zoho that nobody has promised."""
    level = StockLevel.objects.filter(available__gte=10, product__is_active=True).first()
    assert level is not None
    return level.product


def order_of(product: Product, quantity: int = 2, phone: str = "+9647701234567") -> Order:
    """A guest's order, the event of which is delivered."""
    order = place_order(
        request=OrderRequest(
            lines=[RequestedLine("items[0]", str(product.pk), quantity)],
            name=f"Shopper {phone[-4:]}",
            phone=phone,
            price_list="volume_usd",
        )
    )
    run_relay()
    return order


def push() -> OrderPush:
    """Send what is open now, due or not; the newest push."""
    OrderPush.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    push_due_orders()
    return OrderPush.objects.order_by("-pk")[0]


def orders_there(sandbox: SandboxServer, order: Order) -> int:
    """How many sales orders in the sandbox carry the order's number."""
    stats = sandbox.control("GET", "stats")["organizations"]
    return stats[demo_account.SECOND_ORGANIZATION_ID]["orders_per_reference"].get(order.number, 0)


def in_zoho(sandbox: SandboxServer, product: Product, **values: Any) -> None:
    """Edit an item as a person in Zoho would."""
    if "stock" in values:
        organization = sandbox.world.organization(demo_account.SECOND_ORGANIZATION_ID)
        place = organization.primary_location_id
        values["stock"] = {place: str(values["stock"])}
    sandbox.control("POST", "records", {"item_id": product.zoho_item_id, "set": values})
