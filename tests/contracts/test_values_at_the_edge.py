"""Values that once were answered by a 500 or not looked at, with the exact answers of now."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.test import Client

from catalog.models import Category, PriceList
from core.idempotency.services import hash_of
from core.identity.models import User
from tests.factories.catalog import make_product, make_shop

pytestmark = pytest.mark.django_db
CATEGORIES = "/api/v1/catalog/categories"


@pytest.fixture
def root(db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root@example.com"))
    return client


def _refusal(response) -> tuple[int, str, list[tuple[str, str]]]:
    error = response.json()["error"]
    return (
        response.status_code,
        error["code"],
        [(each["field"], each["code"]) for each in error["details"]],
    )


def _post(client: Client, address: str, body: str, **headers: str):
    return client.post(address, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("instant", ["1957-06-01T10:07:25.33+23:53", "2026-01-31T09:00:00-16:00"])
def test_instants_with_any_offset_are_read(root, instant):
    assert root.get("/api/v1/audit/recent", {"to": instant}).status_code == 200


def test_instants_before_the_first_year_are_refused(root):
    answer = root.get("/api/v1/audit/recent", {"to": "0001-01-01T00:00:00+23:59"})
    assert _refusal(answer) == (400, "invalid_input", [("to", "invalid")])


def test_numbers_beyond_64_bits_are_refused_under_a_key_too(root):
    body = json.dumps({"name_en": "Cables", "parent": 10**30})
    answer = _post(root, CATEGORIES, body, **{"idempotency-key": "beyond-64-bits"})
    assert _refusal(answer) == (400, "invalid_input", [("parent", "does_not_exist")])


def test_hash_of_numbers_beyond_64_bits_tells_them_apart():
    assert hash_of({"a": 10**30, "b": 1}) == hash_of({"b": 1, "a": 10**30})
    assert hash_of({"a": 10**30}) != hash_of({"a": 10**30 + 1})


@pytest.mark.parametrize("text", [r"\ud800", r"a\udfffb", r"\udc00\ud800"])
def test_half_surrogate_pairs_are_refused(root, text):
    for headers in ({}, {"idempotency-key": "half-a-surrogate"}):
        answer = _post(root, CATEGORIES, f'{{"name_en": "{text}"}}', **headers)
        assert _refusal(answer) == (400, "malformed_request", [])
    assert not Category.objects.exists()


def test_escaped_surrogate_pairs_are_one_character(root):
    answer = _post(root, CATEGORIES, r'{"name_en": "\ud83d\udd0c"}')
    assert (answer.status_code, answer.json()["name_en"]) == (201, "🔌")


def test_nul_in_the_search_of_products_is_refused(root):
    make_product()
    answer = root.get("/api/v1/catalog/products", {"search": "a\0b"})
    wanted = [("search", "null_characters_not_allowed")]
    assert _refusal(answer) == (400, "invalid_input", wanted)


def test_nul_in_the_reason_is_left_out(root):
    category = Category.objects.create(name_en="Cables")
    answer = root.patch(
        f"{CATEGORIES}/{category.pk}",
        {"name_en": "Wires"},
        content_type="application/json",
        headers={"if-match": '"1"', "x-change-reason": "new%00%20sign"},
    )
    assert answer.status_code == 200
    history = apps.get_model("catalog", "CategoryHistory").objects.order_by("pgh_id").last()
    assert history.pgh_context["reason"] == "new sign"


@pytest.mark.parametrize("size", ["abc", "0", "000", "-1", "1.5", "١٠", " 1"])
def test_page_sizes_that_are_none_are_refused(root, size):
    answer = root.get(CATEGORIES, {"page_size": size})
    assert _refusal(answer) == (400, "invalid_input", [("page_size", "invalid")])


@pytest.mark.parametrize(("size", "shown"), [("", 3), ("2", 2), ("0002", 2), ("9" * 5000, 3)])
def test_page_sizes_of_any_length_are_read(root, size, shown):
    for number in range(3):
        Category.objects.create(name_en=f"Shelf {number}")
    assert len(root.get(CATEGORIES, {"page_size": size}).json()["items"]) == shown


@pytest.mark.parametrize("text", ["null", "yes", "2", "[]"])
def test_filters_by_truth_refuse_other_texts(root, text):
    for address, name in ((CATEGORIES, "is_active"), ("/api/v1/jobs", "mine")):
        answer = root.get(address, {name: text})
        assert _refusal(answer) == (400, "invalid_input", [(name, "invalid")])


@pytest.mark.parametrize(("text", "names"), [("true", ["On"]), ("0", ["Off"]), ("", ["On", "Off"])])
def test_filters_by_truth_are_read(root, text, names):
    Category.objects.create(name_en="On")
    Category.objects.create(name_en="Off", is_active=False)
    items = root.get(CATEGORIES, {"is_active": text}).json()["items"]
    assert [item["name_en"] for item in items] == names


def test_currencies_are_refused_by_their_name(root):
    make_shop()
    body = json.dumps({"code": "trade", "currency": "iqd", "name_en": "Trade"})
    answer = _post(root, "/api/v1/catalog/price-lists", body)
    assert _refusal(answer) == (400, "invalid_input", [("currency", "invalid")])
    assert PriceList.objects.count() == 1
