"""Orders over HTTP: retries, bad input, prices of the server."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import Order, Price, Reservation, StockLevel
from core.idempotency.models import IdempotencyRecord
from tests.factories.catalog import make_product, make_shop

PATH = "/api/v1/consumer/orders"
OLD_PATH = "/api/consumer/orders"


def _body(product, quantity=2, **extra):
    return {
        "items": [{"product_id": str(product.pk), "quantity": quantity, **extra}],
        "customer_name": "Shopper",
        "customer_phone": "0770 123 4567",
    }


def _post(client, body, path=PATH, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_order_placed_answer_and_stock(client):
    product = make_product(price="1500", stock="10")
    answer = _post(client, _body(product, 2))
    assert answer.status_code == 201
    body = answer.json()
    order = Order.objects.get()
    assert body == {
        "success": True,
        "order_id": str(order.pk),
        "order_number": "TP-000001",
        "salesorder_number": "TP-000001",
        "message": "Order TP-000001 has been placed.",
        "message_ar": "تم استلام الطلب TP-000001.",
        "status": "confirmed",
        "total_amount": 3000,
        "currency": "IQD",
        "created_at": order.placed_at.isoformat(),
        "zoho_response": None,
    }
    stock = StockLevel.objects.get()
    assert (stock.on_hand, stock.reserved, stock.available) == (10, 2, 8)
    assert str(order.customer_phone) == "+9647701234567"


@pytest.mark.django_db
def test_order_in_the_old_spelling(client):
    product = make_product(sku="OLD-1", price="1500")
    body = {
        "line_items": [
            {
                "item_id": "OLD-1",
                "product_name": "x",
                "quantity": 2,
                "rate": 1500.0,
                "amount": 3000.0,
            }
        ],
        "customer_name": "Shopper",
        "customer_email": "shopper@example.com",
        "customer_phone": "+9647701234567",
        "total_amount": 3000.0,
    }
    assert _post(client, body, OLD_PATH).status_code == 201
    assert Order.objects.get().lines.get().product == product


def test_order_retried_with_its_key_acts_once(client, committed_db):
    product = make_product(stock="10")
    first = _post(client, _body(product), key="order-0001")
    again = _post(client, _body(product), key="order-0001")
    assert first.headers.get("Idempotency-Replayed") is None
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert Order.objects.count() == 1
    assert StockLevel.objects.get().reserved == 2


def test_order_key_with_another_body_refused(client, committed_db):
    product = make_product()
    _post(client, _body(product, 1), key="order-0002")
    answer = _post(client, _body(product, 2), key="order-0002")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_order_key_malformed_refused(client, committed_db):
    answer = _post(client, _body(make_product()), key="short")
    assert answer.json()["error"]["code"] == "idempotency_key_malformed"
    assert Order.objects.count() == 0


def test_order_refusal_is_replayed_too(client, committed_db):
    product = make_product(stock="1")
    first = _post(client, _body(product, 2), key="order-0003")
    StockLevel.objects.update(on_hand=10)
    again = _post(client, _body(product, 2), key="order-0003")
    assert first.status_code == again.status_code == 409
    assert first.content == again.content


def test_order_of_an_old_app_repeated_without_key_acts_once(client, committed_db):
    product = make_product(stock="10")
    first = _post(client, _body(product), OLD_PATH)
    again = _post(client, {**_body(product), "customer_phone": "+964 770 123 4567"}, OLD_PATH)
    assert first.content == again.content
    assert Order.objects.count() == 1


def test_order_of_an_old_app_with_other_lines_is_another(client, committed_db):
    product = make_product(stock="10")
    _post(client, _body(product, 1), OLD_PATH)
    _post(client, _body(product, 2), OLD_PATH)
    assert Order.objects.count() == 2


def test_order_of_an_old_app_after_ten_minutes_is_another(client, committed_db, time_machine):
    product = make_product(stock="10")
    _post(client, _body(product), OLD_PATH)
    time_machine.move_to(timezone.now() + timedelta(seconds=601))
    _post(client, _body(product), OLD_PATH)
    assert Order.objects.count() == 2


def test_orders_without_key_on_the_new_path_are_two(client, committed_db):
    product = make_product(stock="10")
    _post(client, _body(product))
    _post(client, _body(product))
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_order_price_is_the_servers(client):
    product = make_product(price="1500")
    Price.objects.create(
        product=product, price_list=make_shop(), minimum_quantity=10, amount=Decimal(1200)
    )
    StockLevel.objects.update(on_hand=100)
    assert _post(client, _body(product, 9)).json()["total_amount"] == 13500
    assert _post(client, _body(product, 10)).json()["total_amount"] == 12000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"unit_price": 1}, "items[0]", "price_changed"),
        ({"quantity": 11}, "items[0]", "insufficient_stock"),
        ({"product_id": "no-such"}, "items[0]", "product_not_sold"),
    ],
)
def test_order_refused_names_the_line(client, change, field, code):
    body = _body(make_product(price="1500", stock="10"))
    body["items"][0].update(change)
    answer = _post(client, body)
    assert answer.status_code == 409
    detail = answer.json()["error"]["details"][0]
    assert (detail["field"], detail["code"]) == (field, code)
    assert detail["message_ar"]
    assert (Order.objects.count(), Reservation.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_order_total_differs_refused_with_the_right_one(client):
    answer = _post(client, {**_body(make_product(price="1500")), "total_amount": 2999})
    [detail] = answer.json()["error"]["details"]
    assert detail["message"] == "The total is now 3000 IQD."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": [{"product_id": "1", "quantity": 0}]}, "items[0].quantity"),
        ({"items": [{"product_id": "1", "quantity": -3}]}, "items[0].quantity"),
        ({"items": [{"product_id": "1", "quantity": 1.5}]}, "items[0].quantity"),
        ({"items": [{"product_id": "1", "quantity": 10**30}]}, "items[0].quantity"),
        ({"items": [{"product_id": "a\x00b", "quantity": 1}]}, "items[0].product_id"),
        ({"items": [{"quantity": 1}]}, "items[0].product_id"),
        ({"items": []}, "items"),
        ({"items": "x"}, "items"),
        ({"items": [{"product_id": "1", "quantity": 1}] * 10_001}, "items"),
        ({"customer_phone": "12"}, "customer_phone"),
        ({"customer_phone": "a\x00"}, "customer_phone"),
        ({"customer_name": ""}, "customer_name"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_order_bad_input_refused(client, change, field):
    answer = _post(client, {**_body(make_product()), **change})
    assert answer.status_code == 400, answer.content
    error = answer.json()["error"]
    assert error["code"] == "invalid_input"
    assert [detail["field"] for detail in error["details"]] == [field]
    assert Order.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "malformed_request"),
        (b"\xff\xfe", 400, "malformed_request"),
        (b'{"items": NaN}', 400, "malformed_request"),
        (b"[" * 100_000, 400, "malformed_request"),
        (b"[]", 400, "invalid_input"),
        (b'"' + b"x" * 2_000_000 + b'"', 413, "payload_too_large"),
    ],
)
def test_order_unreadable_body_refused(client, raw, status, code):
    answer = client.post(PATH, raw, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.django_db
def test_order_form_encoded_refused(client):
    answer = client.post(PATH, {"items": "1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.django_db
def test_order_unknown_product_among_known_ones_places_nothing(client):
    body = _body(make_product(stock="5"))
    body["items"].append({"product_id": "ghost", "quantity": 1})
    answer = _post(client, body)
    assert answer.json()["error"]["details"][0]["field"] == "items[1]"
    assert StockLevel.objects.get().reserved == 0


@pytest.mark.django_db
def test_order_same_product_twice_is_merged(client):
    product = make_product(stock="10")
    body = _body(product, 2)
    body["items"].append({"product_id": product.sku, "quantity": 3})
    assert _post(client, body).status_code == 201
    assert Order.objects.get().lines.get().quantity == 5


@pytest.mark.django_db
def test_order_posts_above_the_rate_refused(client, settings):
    settings.ORDER_POSTS_PER_MINUTE = 3
    product = make_product(stock="100")
    statuses = [_post(client, _body(product, 1)).status_code for _ in range(5)]
    assert statuses == [201, 201, 201, 429, 429]
    refused = _post(client, _body(product, 1))
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.django_db
def test_order_while_the_counters_are_down_answers_503(client, settings):
    settings.CACHES = {
        **settings.CACHES,
        "counters": {
            **settings.CACHES["counters"],
            "LOCATION": "unix:///nonexistent/valkey.sock?db=1",
        },
    }
    product = make_product()
    answer = _post(client, _body(product))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "dependency_down")
    assert answer.headers["Retry-After"] == "5"
    assert Order.objects.count() == 0


def test_order_unexpected_failure_gives_the_key_back(client, committed_db, monkeypatch):
    product = make_product(stock="10")
    with monkeypatch.context() as patch:
        patch.setattr("catalog.services.orders.reserve_stock", None)
        assert _post(client, _body(product), key="order-0009").status_code == 500
    assert IdempotencyRecord.objects.count() == 0
    assert _post(client, _body(product), key="order-0009").status_code == 201
