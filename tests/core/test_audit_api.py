"""The audit trail: exact entries, who may read them, filters, pages, and how many queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Price, PriceList, Product
from core.history import selectors
from core.history.context import history_context
from core.identity.models import User
from tests.core.audit_rows import by, changed_category, signed_in

BASE = "/api/v1/audit"
pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    """Staff who may view categories and price lists."""
    return signed_in("viewer", "view_category", "view_pricelist")


def keys_of(model) -> list[int]:
    history = apps.get_model(model._meta.app_label, f"{model.__name__}History")
    return list(history.objects.order_by("pgh_id").values_list("pgh_id", flat=True))


def test_trail_tells_each_change_newest_first(viewer):
    category = changed_category()
    answer = viewer.get(f"{BASE}/catalog.category/{category.pk}")
    body = answer.json()
    times = [item.pop("changed_at") for item in body["items"]]
    history = apps.get_model("catalog", "CategoryHistory").objects.filter(pgh_obj_id=category.pk)
    moments = history.order_by("-pgh_id").values_list("pgh_created_at", flat=True)
    assert [datetime.fromisoformat(time) for time in times] == list(moments)
    first, *numbers = [number for number in keys_of(Category)]
    common = {"model": "catalog.category", "object_id": str(category.pk)}
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert body == {
        "total": 3,
        "next": None,
        "previous": None,
        "items": [
            {
                **common,
                "id": f"catalog.category:{numbers[2]}",
                "operation": "update",
                "actor": "user:8",
                "source": "api",
                "request_id": "request-user:8",
                "reason": "",
                "changes": {
                    "parent": {
                        "old": None,
                        "new": Category.objects.get(name_en="Power").pk,
                    }
                },
            },
            {
                **common,
                "id": f"catalog.category:{numbers[1]}",
                "operation": "update",
                "actor": "user:7",
                "source": "admin",
                "request_id": "request-user:7",
                "reason": "clearer",
                "changes": {
                    "name_en": {"old": "Cables", "new": "Wires"},
                    "name_ar": {"old": "", "new": "أسلاك"},
                },
            },
            {
                **common,
                "id": f"catalog.category:{numbers[0]}",
                "operation": "insert",
                "actor": "system",
                "source": "sync",
                "request_id": "request-system",
                "reason": "",
                "changes": {
                    "name_en": {"old": None, "new": "Cables"},
                    "is_active": {"old": None, "new": True},
                },
            },
        ],
    }
    assert first < numbers[0]


def test_deleted_row_keeps_its_trail_with_the_old_values(viewer):
    price_list = PriceList.objects.create(code="vip", name_en="Very good friends", currency="USD")
    pk = price_list.pk
    price_list.delete()
    body = viewer.get(f"{BASE}/catalog.pricelist/{pk}").json()
    assert [item["operation"] for item in body["items"]] == ["delete", "insert"]
    changes = body["items"][0]["changes"]
    assert changes["code"] == {"old": "vip", "new": None}
    assert changes["currency"] == {"old": "USD", "new": None}
    assert "name_hi" not in changes


def test_amounts_are_numbers_of_the_same_digits():
    client = signed_in("pricing", "view_price")
    price = Price.objects.create(
        product=Product.objects.create(sku="A", name_en="A"),
        price_list=PriceList.objects.create(code="vip", name_en="V", currency="USD"),
        amount=Decimal("0.10"),
    )
    Price.objects.filter(pk=price.pk).update(amount=Decimal("1234567890.25"))
    answer = client.get(f"{BASE}/catalog.price/{price.pk}")
    assert answer.json()["items"][0]["changes"]["amount"] == {"old": 0.1, "new": 1234567890.25}
    assert b'"new":1234567890.25' in answer.content


def test_change_outside_a_context_has_no_actor(viewer):
    category = Category.objects.create(name_en="Cables")
    item = viewer.get(f"{BASE}/catalog.category/{category.pk}").json()["items"][0]
    assert (item["actor"], item["source"], item["request_id"]) == ("", "", "")


@pytest.mark.parametrize(
    ("query", "operations"),
    [
        ("actor=user:7", ["rename"]),
        ("actor=user:9", []),
        ("source=sync", ["add"]),
        ("source=api&actor=user:8", ["move"]),
        ("field=name_en", ["rename", "add"]),
        ("field=parent", ["move"]),
        ("field=name_en&actor=user:7", ["rename"]),
        ("field=name_hi", []),
    ],
)
def test_trail_narrowed(viewer, query, operations):
    category = changed_category()
    address = f"{BASE}/catalog.category/{category.pk}"
    names = {"user:7": "rename", "user:8": "move", "system": "add"}
    body = viewer.get(f"{address}?{query}").json()
    assert [names[item["actor"]] for item in body["items"]] == operations
    assert body["total"] == len(operations)
    count = viewer.get(f"{BASE}/count/catalog.category/{category.pk}?{query}").json()
    assert count == {
        "model": "catalog.category",
        "object_id": str(category.pk),
        "count": len(operations),
    }


def test_narrowed_trail_still_tells_the_value_just_before(viewer):
    category = Category.objects.create(name_en="one")
    for actor, name in (("user:7", "two"), ("user:8", "three"), ("user:7", "four")):
        with by(actor), history_context():
            Category.objects.filter(pk=category.pk).update(name_en=name)
    body = viewer.get(f"{BASE}/catalog.category/{category.pk}?actor=user:7").json()
    assert [item["changes"] for item in body["items"]] == [
        {"name_en": {"old": "three", "new": "four"}},
        {"name_en": {"old": "one", "new": "two"}},
    ]


def test_time_span_has_its_start_and_not_its_end(viewer):
    category = Category.objects.create(name_en="Cables")
    history = apps.get_model("catalog", "CategoryHistory")
    moment = history.objects.get().pgh_created_at
    later = moment + timedelta(microseconds=1)

    def total(**span: datetime) -> int:
        values = {name: moment.isoformat() for name, moment in span.items()}
        return viewer.get(f"{BASE}/catalog.category/{category.pk}", values).json()["total"]

    assert total(**{"from": moment}) == 1
    assert total(**{"from": later}) == 0
    assert total(to=moment) == 0
    assert total(to=later) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-01-31T09:00:00", "to"),
        ("from=2026-13-31T09:00:00Z", "from"),
        ("actor=Robert", "actor"),
        ("source=window", "source"),
        ("field=no_such", "field"),
        ("field=id", "field"),
        ("page=0", "page"),
        ("page_size=-1", "page_size"),
    ],
)
def test_wrong_parameter_refused_by_name(viewer, query, field):
    category = Category.objects.create(name_en="Cables")
    answer = viewer.get(f"{BASE}/catalog.category/{category.pk}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_input"
    assert [item["field"] for item in answer.json()["error"]["details"]] == [field]
    assert answer["Cache-Control"] == "private, no-store"


def test_pages_of_fifty_at_most_two_hundred(viewer):
    category = Category.objects.create(name_en="0")
    for number in range(1, 205):
        Category.objects.filter(pk=category.pk).update(name_en=str(number))
    address = f"{BASE}/catalog.category/{category.pk}"
    first = viewer.get(address).json()
    assert (first["total"], len(first["items"])) == (205, 50)
    assert (first["previous"], first["next"]) == (None, f"{address}?page=2")
    second = viewer.get(first["next"]).json()
    assert second["items"][0]["changes"] == {"name_en": {"old": "153", "new": "154"}}
    assert (second["previous"], second["next"]) == (f"{address}?page=1", f"{address}?page=3")
    large = viewer.get(f"{address}?page_size=1000").json()
    assert (len(large["items"]), large["next"]) == (200, f"{address}?page_size=1000&page=2")
    last = viewer.get(f"{address}?page=5").json()
    assert (len(last["items"]), last["next"]) == (5, None)
    beyond = viewer.get(f"{address}?page=99").json()
    assert (beyond["items"], beyond["previous"]) == ([], f"{address}?page=5")


UNKNOWN = [
    "nothing.here/1",
    "nonsense/1",
    "catalog.product/0",
    "catalog.product/none",
    "catalog.product/99999999999999999999999",
    "core.eventrecord/1",
    "catalog.producthistory/1",
]


@pytest.mark.parametrize("place", UNKNOWN)
@pytest.mark.parametrize("form", ["{}", "count/{}", "{}/export.csv"])
def test_unknown_type_or_row_answers_a_coded_404(place, form):
    client = signed_in("root", is_superuser=True)
    answer = client.get(f"{BASE}/{form.format(place)}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "history_not_found")


def test_each_caller_sees_only_what_they_may_view(viewer):
    category = changed_category()
    other = signed_in("other", "view_product")
    product = Product.objects.create(sku="A", name_en="A")
    assert viewer.get(f"{BASE}/catalog.category/{category.pk}").status_code == 200
    assert other.get(f"{BASE}/catalog.category/{category.pk}").status_code == 403
    assert other.get(f"{BASE}/catalog.product/{product.pk}").status_code == 200
    assert viewer.get(f"{BASE}/catalog.product/{product.pk}").status_code == 403
    assert viewer.get(f"{BASE}/recent?type=catalog.product").status_code == 403
    seen = [
        {item["model"] for item in client.get(f"{BASE}/recent").json()["items"]}
        for client in (viewer, other)
    ]
    assert seen == [{"catalog.category"}, {"catalog.product"}]
    nobody = signed_in("nobody")
    assert nobody.get(f"{BASE}/recent").json() == {
        "total": 0,
        "next": None,
        "previous": None,
        "items": [],
    }


def test_person_who_left_the_staff_is_refused():
    category = Category.objects.create(name_en="Cables")
    client = signed_in("gone", "view_category")
    assert client.get(f"{BASE}/catalog.category/{category.pk}").status_code == 200
    User.objects.filter(email="gone@example.com").update(is_staff=False)
    assert client.get(f"{BASE}/catalog.category/{category.pk}").status_code == 403


def test_user_trail_tells_what_that_user_changed_in_all_models(viewer):
    someone = User.objects.create(email="someone@example.com")
    category = Category.objects.create(name_en="Cables")
    with by(f"user:{someone.pk}"), history_context():
        Category.objects.filter(pk=category.pk).update(name_en="Wires")
        price_list = PriceList.objects.create(code="vip", name_en="V", currency="USD")
        Product.objects.create(sku="A", name_en="A")
    address = f"{BASE}/users/{someone.pk}"
    told = [
        (e["model"], e["object_id"], e["operation"]) for e in viewer.get(address).json()["items"]
    ]
    assert sorted(told) == [
        ("catalog.category", str(category.pk), "update"),
        ("catalog.pricelist", str(price_list.pk), "insert"),
    ]
    # The actor is the address's, whatever the query says.
    assert viewer.get(f"{address}?actor=user:0").json()["total"] == 2
    assert viewer.get(f"{address}?type=catalog.pricelist").json()["total"] == 1
    quiet = User.objects.create(email="quiet@example.com")
    assert viewer.get(f"{BASE}/users/{quiet.pk}").json()["total"] == 0


@pytest.mark.parametrize("number", ["0", "none", "99999999999999999999"])
def test_unknown_user_answers_a_coded_404(viewer, number):
    answer = viewer.get(f"{BASE}/users/{number}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "history_not_found")


def test_recent_looks_no_further_than_its_reach(viewer, monkeypatch):
    monkeypatch.setattr(selectors, "REACH", 2)
    for number in range(3):
        Category.objects.create(name_en=str(number))
        PriceList.objects.create(code=str(number), name_en="V", currency="USD")
    body = viewer.get(f"{BASE}/recent").json()
    assert body["total"] == 4
    assert {item["changes"]["name_en"]["new"] for item in body["items"]} == {"1", "2", "V"}


def test_no_personal_value_or_secret_is_told():
    person = User.objects.create(
        email="secret-person@example.com", full_name="Secret Person", phone="+9647701234567"
    )
    person.set_password("a very secret password")
    person.time_zone = "UTC"
    person.save()
    client = signed_in("root", is_superuser=True)
    answer = client.get(f"{BASE}/core.user/{person.pk}")
    export = b"".join(client.get(f"{BASE}/core.user/{person.pk}/export.csv"))
    text = (answer.content + export).decode().lower()
    assert answer.json()["total"] == 2
    assert [word for word in ("secret", "+964770", "password", "email") if word in text] == []


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer)
    assert answer.status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        # Session, user, memberships, two for permissions, then: is there a trail, its page, the
        # states before, its length.
        ("catalog.category/{pk}", 9),
        ("count/catalog.category/{pk}", 7),
        # Each batch and its states before, and the empty batch at the end.
        ("catalog.category/{pk}/export.csv", 9),
        # The keys, their number, the states of one model and those before.
        ("recent?type=catalog.category", 9),
        ("recent", 9),
        ("users/{user}?type=catalog.category", 10),
    ],
)
def test_queries_do_not_grow_with_the_rows(viewer, address, number):
    someone = User.objects.create(email="someone@example.com")
    category = Category.objects.create(name_en="0")
    counted = []
    for name in ("1", "2", "3"):
        with by(f"user:{someone.pk}"), history_context():
            Category.objects.filter(pk=category.pk).update(name_en=name)
        place = f"{BASE}/{address.format(pk=category.pk, user=someone.pk)}"
        counted.append(queries(viewer, place))
    assert counted == [number] * 3


def test_staff_rate_holds_for_each_caller(viewer, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "staff": 2}
    other = signed_in("other")
    told = [viewer.get(f"{BASE}/recent").status_code for _ in range(3)]
    assert told == [200, 200, 429]
    assert other.get(f"{BASE}/recent").status_code == 200
