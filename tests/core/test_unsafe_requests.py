"""Every unsafe request: who acts, in one transaction, once per key."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Category, Price
from core.api.errors import as_domain_error
from core.events.models import Event
from core.history.selectors import AuditQuestion, object_trail
from core.idempotency.models import IdempotencyRecord
from core.identity.models import User
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
CATEGORIES = "/api/v1/catalog/categories"
KEY = "7d2e5c0a-first"


def sign_in(email: str = "boss@example.com") -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(email))
    return client


@pytest.fixture
def boss() -> Client:
    return sign_in()


def add(client: Client, body, *, key: str | None = KEY, **headers: str):
    given = {"Idempotency-Key": key} if key else {}
    return client.post(
        CATEGORIES, body, content_type="application/json", headers={**given, **headers}
    )


def change(client: Client, row: Category, body, *, method: str = "patch", **headers: str):
    send = getattr(client, method)
    return send(f"{CATEGORIES}/{row.pk}", body, content_type="application/json", headers=headers)


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def test_same_key_and_body_replays_status_headers_and_body(boss):
    first = add(boss, {"name_en": "Cables"})
    second = add(boss, {"name_en": "Cables"})
    row = Category.objects.get()
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert first.json()["id"] == row.pk
    for name in ("ETag", "Location", "Content-Type", "Cache-Control"):
        assert second[name] == first[name]
    assert second["Location"] == f"{CATEGORIES}/{row.pk}"
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Event.objects.filter(type="category.created").count() == 1


def test_same_key_and_other_body_is_422(boss):
    add(boss, {"name_en": "Cables"})
    answer = add(boss, {"name_en": "Lamps"})
    assert (answer.status_code, code_of(answer)) == (422, "idempotency_key_reused")
    assert Category.objects.count() == 1


def test_order_of_the_keys_of_a_body_does_not_make_it_another(boss):
    add(boss, '{"name_en": "Cables", "is_active": true}')
    answer = add(boss, '{"is_active":true,"name_en":"Cables"}')
    assert answer["Idempotency-Replayed"] == "true"


def test_malformed_key_is_400_and_nothing_happens(boss):
    answer = add(boss, {"name_en": "Cables"}, key="short")
    assert (answer.status_code, code_of(answer)) == (400, "idempotency_key_malformed")
    assert Category.objects.count() == 0


def test_key_is_its_callers_own(boss):
    add(boss, {"name_en": "Cables"})
    other = add(sign_in("other@example.com"), {"name_en": "Cables"})
    assert (other.status_code, "Idempotency-Replayed" in other) == (201, False)
    assert Category.objects.count() == 2


def test_key_is_its_routes_own(boss):
    add(boss, {"name_en": "Cables"})
    row = Category.objects.get()
    answer = change(boss, row, {"name_en": "Wires"}, **{"If-Match": '"1"', "Idempotency-Key": KEY})
    assert (answer.status_code, "Idempotency-Replayed" in answer) == (200, False)


def test_key_is_its_organizations_own(boss):
    add(boss, {"name_en": "Cables"})
    assert set(IdempotencyRecord.objects.values_list("organization", flat=True)) == {""}
    IdempotencyRecord.objects.update(organization="8")
    assert "Idempotency-Replayed" not in add(boss, {"name_en": "Cables"})


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_every_unsafe_method_replays(boss, method):
    price = Price.objects.get(product=make_product())
    headers = {"If-Match": '"1"', "Idempotency-Key": KEY}
    body = "" if method == "delete" else {"amount": 1750}
    sent = {"content_type": "application/json", "headers": headers}
    send = getattr(boss, method)
    address = f"/api/v1/catalog/prices/{price.pk}"
    first, second = (send(address, body, **sent) for _ in range(2))
    assert first.status_code == (204 if method == "delete" else 200)
    assert second.status_code == first.status_code
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"
    assert Event.objects.filter(type="price.changed").count() == 1


def test_refusal_is_an_answer_that_replays_with_its_first_request_id(boss):
    first = add(boss, {"is_active": True}, **{"X-Request-ID": "request-one"})
    second = add(boss, {"is_active": True}, **{"X-Request-ID": "request-two"})
    assert first.status_code == 400
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"
    assert (first["X-Request-ID"], second["X-Request-ID"]) == ("request-one", "request-two")


def test_defect_is_not_an_answer_and_the_key_can_be_used_again(monkeypatch, boss):
    boss.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("catalog.api.staff.views.create_category", _break)
        broken = add(boss, {"name_en": "Cables"})
    assert (broken.status_code, code_of(broken)) == (500, "internal_error")
    assert IdempotencyRecord.objects.count() == 0
    assert add(boss, {"name_en": "Cables"}).status_code == 201


def _break(**_):
    raise ZeroDivisionError


def test_record_is_kept_for_72_hours(boss):
    add(boss, {"name_en": "Cables"})
    record = IdempotencyRecord.objects.get()
    hours = round((record.expires_at - timezone.now()).total_seconds() / 3600)
    assert hours == 72


def test_change_names_the_caller_the_door_and_the_reason(boss):
    add(boss, {"name_en": "Cables"}, **{"X-Change-Reason": "new%20shelf %D8%B1%D9%81"})
    row = Category.objects.get()
    entry = object_trail(Category, str(row.pk), AuditQuestion(), skip=0, limit=1).entries[0]
    event = Event.objects.get()
    actor = f"user:{User.objects.get().pk}"
    assert (entry.actor, entry.source, entry.reason) == (actor, "api", "new shelf رف")
    assert (event.actor, event.source, event.reason) == (actor, "api", "new shelf رف")


def test_failed_change_leaves_nothing_behind(boss):
    answer = add(boss, {"name_en": "x" * 201}, key=None)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "name_en"
    assert (Category.objects.count(), Event.objects.count()) == (0, 0)


def test_unkeyed_change_stores_no_record(boss):
    with CaptureQueriesContext(connection) as queries:
        assert add(boss, {"name_en": "Cables"}, key=None).status_code == 201
    assert not [q for q in queries if "core_idempotencyrecord" in q["sql"]]


def test_row_that_others_refer_to_is_still_in_use():
    coded = as_domain_error(ProtectedError("protected", set()))
    assert coded is not None
    assert (coded.code, coded.status) == ("still_in_use", 409)
