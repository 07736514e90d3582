"""Every staff address, method and declared role, in the own and in another organization.

What is expected is computed from `config/roles.py`; denied calls are well-formed, and must leave
nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Order, Price, PriceList
from config.roles import ROLES
from core.events.models import Event
from core.events.verification_runs import VERIFY_EVENTS
from core.identity.models import User
from core.identity.roles import Role, permissions_of
from core.jobs.models import Job, JobState
from integrations.zoho.models import SyncRun
from settings_modules.locations.models import Location
from settings_modules.organizations.models import (
    DocumentSeries,
    IssuedNumber,
    Membership,
    Organization,
)
from tests.contracts import test_permission_matrix as callers
from tests.contracts.role_resources import RESOURCES, shared_rows
from tests.contracts.use_actions import METHODS, NEEDS, USE_ACTIONS
from tests.factories.catalog import make_order, make_product
from tests.factories.commodities import (
    unit,
)
from tests.factories.organizations import (
    join,
    make_account,
    make_member,
    make_registration,
    role_group,
)
from tests.factories.years import make_year

pytestmark = pytest.mark.django_db


#: The audit trail is asked about one record of each of these.
AUDITED = (
    "catalog.category",
    "catalog.order",
    "organizations.organization",
    "organizations.documentseries",
    "organizations.financialyear",
    "organizations.membership",
    "organizations.gstregistration",
    "organizations.bankaccount",
)


@dataclass
class World:
    """Rows of the caller's organization by the name of their model, and of another one."""

    client: Client
    role: Role
    own: dict[str, Model]
    foreign: dict[str, Model]

    def may(self, verb: str, model: str) -> bool:
        app, name = model.split(".")
        return f"{app}.{verb}_{name}" in permissions_of(self.role)

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        places = {
            "@product": self.own["catalog.product"].pk,
            "@price_list": self.own["catalog.pricelist"].pk,
            "@newcomer": self.own["core.user"].pk,
            "@viewer_role": self.own["auth.group"].pk,
            "@unit": unit("DRUM").pk,
            "@partner": self.own["partners.businesspartner"].pk,
            "@organization": self.own["organizations.organization"].pk,
            "@commodity": self.own["commodities.commodity"].pk,
            "@commodity_category": self.own["commodities.commodity"].category_id,
            "@tax_code": self.own["commodities.hsnknowledge"].tax_code_id,
        }
        return {
            name: places.get(value, value) if isinstance(value, str) else value
            for name, value in values.items()
        }

    def send(self, method: str, address: str, body: Any = None, row: Any = None) -> Any:
        headers = {"If-Match": f'"{row.version}"'} if row is not None else {}
        return getattr(self.client, method)(
            address, body, content_type="application/json", headers=headers
        )


def foreign_rows(order: Order) -> dict[str, Model]:
    """Another organization with a series, an order and a member."""
    other = Organization.objects.create(name="Other")
    series = DocumentSeries.objects.create(
        organization=other, document_type="order", prefix="O-", is_active=False
    )
    theirs = Order.objects.get(pk=order.pk)
    theirs.pk, theirs.number, theirs.organization = None, "O-1", other
    theirs.save(force_insert=True)
    issued = IssuedNumber.objects.create(
        series=series, organization=other, document_type="order", number=1, text="O-000001"
    )
    return {
        "organizations.financialyear": make_year(other, status="draft", is_active=False),
        "organizations.gstregistration": make_registration(other, "33AAACM1234A1ZF"),
        "organizations.bankaccount": make_account(other, "9988776655"),
        "organizations.organization": other,
        "organizations.documentseries": series,
        "organizations.issuednumber": issued,
        "organizations.membership": Membership.objects.get(user=make_member(other, "viewer")),
        "catalog.order": theirs,
    }


@pytest.fixture(params=ROLES, ids=[role.key for role in ROLES])
def world(request, settings) -> World:
    """A member with one role, and what there is to reach."""
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10_000)
    settings.THROTTLE_WRITE_RATES = dict.fromkeys(settings.THROTTLE_WRITE_RATES, 10_000)
    product = make_product()
    order = make_order((product, 1))
    member = make_member(order.organization, request.param.key)
    client = Client(raise_request_exception=False)
    client.force_login(member)
    own: dict[str, Model] = {
        "catalog.product": product,
        "catalog.category": Category.objects.create(name_en="Cables"),
        "catalog.pricelist": PriceList.objects.get(),
        "catalog.price": Price.objects.get(),
        "catalog.order": order,
        "locations.location": Location.objects.get(),
        "organizations.organization": order.organization,
        "organizations.gstregistration": make_registration(order.organization),
        "organizations.bankaccount": make_account(order.organization),
        "organizations.financialyear": make_year(
            order.organization, status="draft", is_active=False
        ),
        "organizations.documentseries": DocumentSeries.objects.get(),
        "organizations.issuednumber": IssuedNumber.objects.get(),
        # A colleague's: the own one is changed by others.
        "organizations.membership": join(
            User.objects.create(email="colleague@example.com"), order.organization, "viewer"
        ),
        "core.user": User.objects.create(email="newcomer@example.com", is_staff=True),
        "auth.group": role_group("viewer"),
        **shared_rows(),
    }
    return World(client, request.param, own, foreign_rows(order))


def state() -> dict[str, Any]:
    """Everything a call could leave behind: the rows of each resource with versions, and events."""
    rows = {
        resource.model: sorted(apps.get_model(resource.model).objects.values_list("pk", "version"))
        for resource in RESOURCES.values()
    }
    numbers = IssuedNumber.objects.values_list("pk", "voided_at").order_by("pk")
    rows["organizations.issuednumber"] = list(numbers)
    return {**rows, "events": Event.objects.count(), "runs": SyncRun.objects.count()}


def check(world: World, wanted: dict[Any, int], calls: dict[Any, Any]) -> None:
    """Make each call; a denied one must answer as wanted and change nothing."""
    seen, changed_by_denied = {}, []
    for name, call in calls.items():
        before = state()
        seen[name] = call().status_code
        if seen[name] >= 400 and state() != before:
            changed_by_denied.append(name)
    assert seen == wanted
    assert changed_by_denied == []


def test_table_has_every_resource():
    assert set(RESOURCES) == set(callers.RESOURCES)


def resource_calls(world: World, name: str) -> tuple[dict[Any, int], dict[Any, Any]]:
    """What each call of the resource must answer, and the calls."""
    resource = RESOURCES[name]
    model, address = resource.model, f"/api/v1/{name}"
    own, foreign = world.own[model], world.foreign.get(model)
    here = f"{address}/{own.pk}"
    may = {verb: world.may(verb, model) for verb in ("view", "add", "change", "delete")}
    removed = resource.removal if resource.is_removable else 405
    body = world.body(resource.added)
    calls = {
        "list": lambda: world.send("get", address),
        "read": lambda: world.send("get", here),
        "unseen put": lambda: world.send("put", here, body),
        "list delete": lambda: world.send("delete", address),
    }
    wanted = {
        "list": 200 if may["view"] else 403,
        "read": 200 if may["view"] else 403,
        "unseen put": 428 if may["change"] else 403,
        "list delete": 405 if may["delete"] else 403,
    }
    if foreign is not None:
        there = f"{address}/{foreign.pk}"
        calls |= {
            "foreign read": lambda: world.send("get", there),
            "foreign patch": lambda: world.send("patch", there, resource.changed, foreign),
            "foreign put": lambda: world.send("put", there, body, foreign),
            "foreign delete": lambda: world.send("delete", there, row=foreign),
        }
        wanted |= {
            "foreign read": 404 if may["view"] else 403,
            "foreign patch": 404 if may["change"] else 403,
            "foreign put": 404 if may["change"] else 403,
            "foreign delete": (404 if resource.is_removable else 405) if may["delete"] else 403,
        }
    calls |= {
        "add": lambda: world.send("post", address, body),
        "patch": lambda: world.send("patch", here, resource.changed, own),
        "delete": lambda: world.send("delete", here, row=type(own).objects.get(pk=own.pk)),
    }
    wanted |= {
        "add": 201 if may["add"] else 403,
        "patch": 200 if may["change"] else 403,
        "delete": removed if may["delete"] else 403,
    }
    return (
        {(name, call): status for call, status in wanted.items()},
        {(name, call): make for call, make in calls.items()},
    )


def test_resources_answer_the_role_as_declared(world):
    for name in RESOURCES:
        check(world, *resource_calls(world, name))


def use_calls(world: World, name: str) -> tuple[dict[Any, int], dict[Any, Any]]:
    """What the addresses below a record must answer, for a row of one's own and of another
    organization. A merge into itself shows who was let in."""
    model = RESOURCES[name].model
    wanted, calls = {}, {}
    for whose, row in (("own", world.own[model]), ("foreign", world.foreign.get(model))):
        for action in USE_ACTIONS[name] if row is not None else ():
            address = f"/api/v1/{name}/{row.pk}/{action}"
            body = {"into": row.pk, "reason": "r"} if action == "merge" else None
            calls[name, whose, action] = lambda m=METHODS[action], a=address, b=body: world.send(
                m, a, b
            )
            may = all(world.may(verb, model) for verb in NEEDS[action])
            # The company that sells is not switched off.
            let_in = 409 if (name, action) == ("settings/organizations", "deactivate") else 200
            let_in = 404 if whose == "foreign" else 422 if action == "merge" else let_in
            wanted[name, whose, action] = let_in if may else 403
    return wanted, calls


def test_leaving_use_answers_the_role_as_declared(world):
    for name in USE_ACTIONS:
        check(world, *use_calls(world, name))


def test_places_are_searched_with_the_permission_for_it(world):
    address = "/api/v1/settings/locations"
    searches = 200 if world.may("search", "locations.location") else 403
    views = 200 if world.may("view", "locations.location") else 403
    here = world.own["locations.location"].pk
    places = {
        f"{address}/search-places?query=zzzzqq": searches,
        f"{address}/place-details?place_id=1275339": searches,
        f"{address}/similar?name=Main": views,
        f"{address}/{here}/children": views,
    }
    calls = {place: lambda place=place: world.send("get", place) for place in places}
    check(world, places, calls)


def test_calculating_with_units_answers_the_role_as_declared(world):
    settings = "/api/v1/settings/commodities"
    commodity = world.own["commodities.commodity"].pk
    views = world.may("view", "commodities.unit")
    sees = views and world.may("view", "commodities.commodity")
    one = "quantity=1&unit=KG&to=MT"
    amount = {"quantity": "1", "unit": "KG", "rate": "1", "rate_unit": "KG"}
    wanted, calls = {}, {}
    for may, method, address, body in (
        (views, "get", "units/catalogue", None),
        (views, "get", f"units/convert?{one}", None),
        (sees, "get", f"units/convert?{one}&commodity={commodity}", None),
        (views, "get", "units/compatible?units=KG,MT", None),
        (views, "post", "units/calculate-billing", amount),
        (sees, "post", f"{commodity}/calculate-billing", amount),
    ):
        call = (method, f"{settings}/{address}", body)
        calls[address] = lambda call=call: world.send(*call)
        wanted[address] = 200 if may else 403
    check(world, wanted, calls)


def test_every_role_keeps_filters_of_what_it_sees_and_shares_those_of_what_it_changes(world):
    address = "/api/v1/saved-filters"
    wanted, calls = {"list": 200}, {"list": lambda: world.send("get", address)}
    for model in ("catalog.product", "locations.location", "partners.partnercontact"):
        views, changes = (world.may(verb, model) for verb in ("view", "change"))
        for is_shared in (False, True):
            body = {
                "record_type": model,
                "name": f"Shared: {is_shared}",
                "query": {"ordering": ["id"]},
                "is_shared": is_shared,
            }
            calls[model, is_shared] = lambda body=body: world.send("post", address, body)
            kept = 403 if is_shared and not changes else 201
            wanted[model, is_shared] = kept if views else 422
    check(world, wanted, calls)


def test_lists_hold_the_own_rows_alone(world):
    for name, resource in RESOURCES.items():
        if resource.model not in world.foreign or not world.may("view", resource.model):
            continue
        answer = world.client.get(f"/api/v1/{name}").json()
        ids = {row["id"] for row in answer["items"]}
        assert world.own[resource.model].pk in ids
        assert world.foreign[resource.model].pk not in ids
        # The caller's own membership stands beside the colleague's.
        assert answer["total"] == (2 if resource.model.endswith("membership") else 1)


def test_audit_trail_answers_the_role_as_declared(world):
    wanted, calls = {}, {}
    for model in AUDITED:
        seen = world.may("view", model)
        places = {"own": world.own[model], "foreign": world.foreign.get(model)}
        for whose, row in places.items():
            if row is None:
                continue
            record = f"{model}/{row.pk}"
            for tail in (record, f"count/{record}", f"{record}/export.csv"):
                address = f"/api/v1/audit/{tail}"
                calls[tail] = lambda address=address: world.send("get", address)
                wanted[tail] = 403 if not seen else 200 if whose == "own" else 404
    check(world, wanted, calls)


def test_latest_changes_hold_nothing_of_another_organization(world):
    items = world.client.get("/api/v1/audit/recent?page_size=200").json()["items"]
    told = {(item["model"], item["object_id"]) for item in items}
    theirs = {(model, str(row.pk)) for model, row in world.foreign.items()}
    assert told & theirs == set()
    ours = {(model, str(world.own[model].pk)) for model in AUDITED if world.may("view", model)}
    assert ours - told == set()


def test_runs_answer_the_role_as_declared(world):
    job = Job.objects.create(kind=VERIFY_EVENTS, state=JobState.SUCCEEDED, request_id="r")
    starts = world.may("add", "zoho.syncrun")
    views = world.may("view", "core.job")
    sync = "/api/v1/consumer/sync/inventory"
    wanted = {
        "jobs": 200 if views else 403,
        "job": 200 if views else 403,
        "start": 400 if starts else 403,
        # Only superusers verify the record.
        "cancel": 403,
        "retry": 403,
        # Nothing is connected here.
        "sync": 409 if starts else 403,
    }
    calls = {
        "jobs": lambda: world.send("get", "/api/v1/jobs"),
        "job": lambda: world.send("get", f"/api/v1/jobs/{job.pk}"),
        "start": lambda: world.send("post", "/api/v1/jobs", {"kind": ""}),
        "cancel": lambda: world.send("post", f"/api/v1/jobs/{job.pk}/cancel"),
        "retry": lambda: world.send("post", f"/api/v1/jobs/{job.pk}/retry"),
        "sync": lambda: world.send("post", sync),
    }
    check(world, wanted, calls)
    assert Job.objects.count() == 1


def test_document_numbers_answer_the_role_as_declared(world):
    may = {
        "view": world.may("view", "organizations.documentseries"),
        "ledger": world.may("view", "organizations.issuednumber"),
        "issue": world.may("issue", "organizations.documentseries"),
        "void": world.may("void", "organizations.documentseries"),
    }
    wanted, calls = {}, {}
    for whose, rows in (("foreign", world.foreign), ("own", world.own)):
        series = f"/api/v1/settings/document-series/{rows['organizations.documentseries'].pk}"
        number = f"/api/v1/settings/issued-numbers/{rows['organizations.issuednumber'].pk}"
        company = f"/api/v1/settings/organizations/{rows['organizations.organization'].pk}"
        following = f"{company}/next-document-number/order"
        for verb, method, address, body, done in (
            ("view", "get", f"{series}/preview", None, 200),
            ("ledger", "get", f"{series}/ledger", None, 200),
            ("ledger", "get", f"{series}/gaps", None, 200),
            ("ledger", "get", number, None, 200),
            ("void", "post", f"{number}/void", {"reason": "torn"}, 200),
            ("issue", "post", following, {}, 201),
        ):
            name = (whose, address)
            calls[name] = lambda call=(method, address, body): world.send(*call)
            wanted[name] = 403 if not may[verb] else done if whose == "own" else 404
    check(world, wanted, calls)


@pytest.mark.parametrize("name", ["settings/organizations", "settings/document-series"])
def test_scoped_list_asks_as_often_for_three_rows_as_for_one(name):
    organization = Organization.objects.create(name="Mine")
    DocumentSeries.objects.create(organization=organization, document_type="order")
    client = Client()
    client.force_login(make_member(organization, "owner"))
    client.get(f"/api/v1/{name}")
    with CaptureQueriesContext(connection) as one:
        assert client.get(f"/api/v1/{name}").json()["total"] == 1
    for number in range(2):
        DocumentSeries.objects.create(
            organization=organization, document_type="order", prefix=str(number), is_active=False
        )
    with CaptureQueriesContext(connection) as three:
        found = client.get(f"/api/v1/{name}").json()["total"]
    assert found == (3 if name.endswith("series") else 1)
    # Session, account, memberships with what they permit, then the rows and their number.
    assert (len(one), len(three)) == (5, 5)
