"""Bodies that nobody sends in good faith: a coded refusal, never a 500."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from core.api.rendering import read_json
from core.identity.models import User

CATEGORIES, LOGIN = "/api/v1/catalog/categories", "/_allauth/app/v1/auth/login"
ORDERS, OLD_ORDERS = "/api/v1/consumer/orders", "/api/consumer/orders"
LIMIT = 1024 * 1024


@pytest.fixture
def boss(db) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def nested(depth: int) -> str:
    return '{"name_en":' + "[" * depth + "]" * depth + "}"


HOSTILE = {
    "deep": nested(10_000),
    "deeper than the stack": nested(200_000),
    "deep as orjson's limit": nested(255),
    "deep objects": '{"a":' * 900 + "1" + "}" * 900,
    "half a pair": '{"name_en": "a\\ud800b", "email": "a\\ud800b", "password": "x"}',
    "key with half a pair": '{"a\\udc00": 1}',
    "huge integer": '{"name_en": ' + "9" * 5000 + "}",
    "long integer": '{"name_en": ' + "9" * 401 + "}",
    "huge exponent": '{"name_en": 1e999999}',
    "tiny exponent": '{"name_en": 1e-999999999}',
    "zero with an exponent": '{"name_en": 0e999999}',
    "not a number": '{"name_en": NaN}',
    "not UTF-8": b'{"name_en": "\xff"}',
    "cut off": '{"name_en": ',
}


@pytest.mark.parametrize("path", [CATEGORIES, ORDERS, OLD_ORDERS])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_malformed(name, path, boss):
    key = {"Idempotency-Key": "hostile-body-1"}
    answer = boss.post(path, HOSTILE[name], content_type="application/json", headers=key)
    body = answer.json()
    error = body["error"] if isinstance(body["error"], dict) else body["error_detail"]
    assert (answer.status_code, error["code"]) == (400, "malformed_request")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_at_the_sign_in_is_refused(name, boss):
    answer = boss.post(LOGIN, HOSTILE[name], content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed_request")


def test_nul_is_refused_by_the_name_of_its_field(boss):
    text = '{"name_en": "a\\u0000b"}'
    answer = boss.post(CATEGORIES, text, content_type="application/json")
    details = answer.json()["error"]["details"]
    assert (answer.status_code, [each["field"] for each in details]) == (400, ["name_en"])


def test_nul_at_the_sign_in_is_refused(boss):
    text = '{"email": "a\\u0000b@example.com", "password": "x"}'
    answer = boss.post(LOGIN, text, content_type="application/json")
    assert answer.status_code == 400
    assert {each["param"] for each in answer.json()["errors"]} == {"email"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "' + "[{" * 99 + '"}', {"a": "[{" * 99}),
        ('["\\ud83d\\ude00", 1.5e99, -12, "\\"["]', ["😀", Decimal("1.5e99"), -12, '"[']),
    ],
)
def test_unusual_json_is_read(text, value):
    assert read_json(text.encode()) == value


def test_nesting_is_read_down_to_its_limit():
    assert read_json(b"[" * 32 + b"]" * 32) != []
    with pytest.raises(ValueError, match="deeper than 32"):
        read_json(b"[" * 33 + b"]" * 33)


@pytest.mark.parametrize("path", [CATEGORIES, LOGIN, "/admin/catalog/category/add/"])
def test_body_above_the_limit_is_413(path, boss):
    body = b'{"name_en": "' + b"x" * LIMIT + b'"}'
    answer = boss.post(path, body, content_type="application/json")
    assert answer.status_code == 413
    if not path.startswith("/admin/"):
        assert answer.json()["error"]["code"] == "payload_too_large"


def test_form_with_too_many_fields_is_400(boss):
    fields = "&".join(f"field{number}=1" for number in range(1001))
    form = "application/x-www-form-urlencoded"
    assert boss.post("/admin/catalog/category/add/", fields, content_type=form).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/consumer/products?search=%00",
        "/api/v1/consumer/products?page=99999999999999999999999",
        "/api/v1/consumer/products/99999999999999999999999",
        "/api/v1/consumer/products/%00",
        "/api/v1/catalog/products?page=%00",
        "/api/v1/catalog/categories/99999999999999999999999",
        "/api/v1/audit/recent?user=%00",
        "/admin/catalog/product/?q=%00",
        "/admin/catalog/product/%00/change/",
        "/accounts/login/?next=%00",
    ],
)
def test_hostile_address_is_no_defect(path, boss):
    assert boss.get(path).status_code < 500
