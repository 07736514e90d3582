"""Where used, merge, deactivate and restore by the API: bodies, codes, what nobody else sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Price, PriceList, Product
from core.events.models import Event
from core.identity.models import User
from settings_modules.locations.models import Location
from settings_modules.organizations.models import DocumentSeries, Organization
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

CATEGORIES = "/api/v1/catalog/categories"
SERIES = "/api/v1/settings/document-series"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def post(client: Client, address: str, body: Any = None, **headers: str) -> Any:
    return client.post(address, body, content_type="application/json", headers=headers)


@pytest.fixture
def shelves() -> tuple[Category, Category]:
    return (
        Category.objects.create(name_en="Cables", name_ar="كابلات"),
        Category.objects.create(name_en="Cabels"),
    )


def test_where_used_counts_and_names(boss, shelves):
    _, merged = shelves
    products = [make_product(category=merged, name=f"Cable {n}") for n in range(2)]
    answer = boss.get(f"{CATEGORIES}/{merged.pk}/where-used")
    assert answer.status_code == 200
    assert answer.json() == {
        "references": [
            {
                "model": "catalog.Product",
                "field": "category",
                "name": "Products",
                "name_ar": "المنتجات",
                "count": 2,
                "rows": [{"id": str(p.pk), "text": p.name_en} for p in products],
                "stays": False,
            }
        ]
    }


def test_unused_record_has_an_empty_list(boss, shelves):
    answer = boss.get(f"{CATEGORIES}/{shelves[0].pk}/where-used")
    assert answer.json() == {"references": []}


@pytest.mark.parametrize("rows", [1, 3])
def test_where_used_asks_as_often_for_many_rows_as_for_one(boss, shelves, rows):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            boss.get(f"{CATEGORIES}/{shelves[1].pk}/where-used")
        return len(queries)

    asked()
    none = asked()
    for _ in range(rows):
        make_product(category=shelves[1])
    assert asked() == none


def test_dry_run_tells_and_changes_nothing(boss, shelves):
    kept, merged = shelves
    make_product(category=merged)
    body = {"into": kept.pk, "reason": "typed twice", "dry_run": True}
    answer = post(boss, f"{CATEGORIES}/{merged.pk}/merge", body).json()
    assert {name: answer[name] for name in answer if name != "references"} == {
        "dry_run": True,
        "is_possible": True,
        "kept": kept.pk,
        "merged": merged.pk,
        "removed": False,
        "handed_over": {},
        "obstacles": [],
    }
    assert [reference["count"] for reference in answer["references"]] == [1]
    merged.refresh_from_db()
    assert (merged.is_active, Product.objects.get().category_id) == (True, merged.pk)
    assert not Event.objects.filter(type="category.merged").exists()


def test_merge_moves_and_tells_with_actor_and_reason(boss, shelves):
    kept, merged = shelves
    make_product(category=merged)
    body = {"into": kept.pk, "reason": "typed twice"}
    answer = post(boss, f"{CATEGORIES}/{merged.pk}/merge", body)
    assert (answer.status_code, answer.json()["dry_run"]) == (200, False)
    assert Product.objects.get().category_id == kept.pk
    event = Event.objects.get(type="category.merged")
    actor = f"user:{User.objects.get(email='boss@example.com').pk}"
    assert (event.actor, event.reason) == (actor, "typed twice")


def test_merge_with_a_key_is_carried_out_once(boss, shelves):
    kept, merged = shelves
    body = {"into": kept.pk, "reason": "r"}
    key = {"Idempotency-Key": "merge-once-1"}
    first = post(boss, f"{CATEGORIES}/{merged.pk}/merge", body, **key)
    again = post(boss, f"{CATEGORIES}/{merged.pk}/merge", body, **key)
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert Event.objects.filter(type="category.merged").count() == 1


def test_colliding_rows_told_by_name(boss):
    product = make_product(name="Lamp", price="100")
    merged = PriceList.objects.get()
    kept = PriceList.objects.create(code="b", currency="IQD")
    Price.objects.create(product=product, price_list=kept, amount=90)
    address = f"/api/v1/catalog/price-lists/{merged.pk}/merge"
    refused = post(boss, address, {"into": kept.pk, "reason": "r"})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "merge_collides")
    (detail,) = error["details"]
    assert detail["field"] == "catalog.Price.price_list"
    assert "“Lamp: 100 IQD” and “Lamp: 90 IQD”" in detail["message"]
    told = post(boss, address, {"into": kept.pk, "reason": "r", "dry_run": True}).json()
    assert (told["is_possible"], told["obstacles"]) == (False, [detail])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_input"),
        ({"into": 1}, 400, "invalid_input"),
        ({"into": 10**17, "reason": "r"}, 400, "invalid_input"),
        ({"into": "@itself", "reason": "r"}, 422, "merge_with_itself"),
    ],
)
def test_merge_refused_by_its_code(boss, shelves, body, status, code):
    key = shelves[0].pk
    body = {name: key if value == "@itself" else value for name, value in body.items()}
    refused = post(boss, f"{CATEGORIES}/{key}/merge", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_deactivated_and_restored(boss, shelves):
    _, shelf = shelves
    make_product(category=shelf)
    off = post(boss, f"{CATEGORIES}/{shelf.pk}/deactivate")
    assert (off.status_code, off.json()["is_active"], off["ETag"]) == (200, False, '"2"')
    again = post(boss, f"{CATEGORIES}/{shelf.pk}/deactivate")
    assert (again.status_code, again["ETag"]) == (200, '"2"')
    on = post(boss, f"{CATEGORIES}/{shelf.pk}/restore")
    assert (on.json()["is_active"], on["ETag"]) == (True, '"3"')


@pytest.mark.parametrize("action", ["deactivate", "restore", "merge"])
def test_version_that_was_seen_is_kept_to(boss, shelves, action):
    kept, shelf = shelves
    body = {"into": kept.pk, "reason": "r"}
    refused = post(boss, f"{CATEGORIES}/{shelf.pk}/{action}", body, **{"If-Match": '"7"'})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "stale_version")


MASTERS = {
    "catalog/products": make_product,
    "catalog/categories": lambda: Category.objects.create(name_en="A"),
    "catalog/price-lists": lambda: PriceList.objects.create(code="a", currency="IQD"),
    "settings/locations": lambda: Location.objects.create(code="a"),
    "settings/organizations": lambda: Organization.objects.create(name="A"),
    "settings/document-series": lambda: DocumentSeries.objects.create(
        organization=Organization.objects.create(name="A"), document_type="order"
    ),
    "settings/partners": lambda: BusinessPartner.objects.create(name="A"),
}


@pytest.mark.parametrize("resource", MASTERS)
def test_every_master_tells_where_it_is_used(boss, resource):
    answer = boss.get(f"/api/v1/{resource}/{MASTERS[resource]().pk}/where-used")
    assert answer.status_code == 200


@pytest.mark.parametrize("resource", MASTERS)
def test_every_master_with_a_switch_is_switched(boss, resource):
    row = MASTERS[resource]()
    for action, expected in (("deactivate", False), ("restore", True)):
        answer = post(boss, f"/api/v1/{resource}/{row.pk}/{action}")
        assert (answer.status_code, answer.json()["is_active"]) == (200, expected)


def test_rows_of_another_organization_are_not_there(shelves):
    mine, other = (Organization.objects.create(name=name) for name in ("Mine", "Other"))
    theirs = DocumentSeries.objects.create(organization=other, document_type="order")
    client = Client()
    client.force_login(make_member(mine, "owner"))
    for action in ("deactivate", "restore"):
        assert post(client, f"{SERIES}/{theirs.pk}/{action}").status_code == 404
    assert client.get(f"{SERIES}/{theirs.pk}/where-used").status_code == 404


def test_orders_of_another_organization_are_not_counted():
    make_order((make_product(), 1))
    partner = BusinessPartner.objects.get()
    client = Client()
    client.force_login(make_member(Organization.objects.create(name="Mine"), "owner"))
    answer = client.get(f"/api/v1/settings/partners/{partner.pk}/where-used")
    assert answer.json() == {"references": []}


def test_organization_one_does_not_see_is_none_to_merge_into():
    mine, other = (Organization.objects.create(name=name) for name in ("Mine", "Other"))
    member = make_member(mine, "owner")
    role = member.memberships.get().role
    role.permissions.add(Permission.objects.get(codename="delete_organization"))
    client = Client()
    client.force_login(member)
    address = f"/api/v1/settings/organizations/{mine.pk}/merge"
    refused = post(client, address, {"into": other.pk, "reason": "r"})
    (detail,) = refused.json()["error"]["details"]
    assert (refused.status_code, detail["code"]) == (400, "does_not_exist")
