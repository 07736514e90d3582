"""Browsing, as old and new apps do it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Price, PriceList, Product, StockLevel
from settings_modules.locations.models import Location
from tests.factories.catalog import make_product, make_shop

pytestmark = pytest.mark.django_db

PRIMARY_AND_LEGACY = {
    "id": "product_id",
    "zoho_item_id": "item_id",
    "name": "product_name",
    "category": "category_name",
    "price": "selling_price",
    "stock_quantity": "quantity",
    "sku": "barcode",
    "image_url": "image_path",
    "is_active": "in_stock",
}


def _items(client, query="", path="/api/v1/consumer/products", **headers):
    answer = client.get(f"{path}{query}", **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_product_list_fields_and_types(client):
    category = Category.objects.create(name_ar="كابلات")
    product = make_product(
        sku="CBL-1", name="HDMI cable", price="1500", stock="3", category=category,
        zoho_item_id="460000000001", image_url="https://cdn.example.com/1.jpg",
    )  # fmt: skip
    raw = client.get("/api/v1/consumer/products").content
    assert b'"price":1500,' in raw
    assert b'"stock_quantity":3,' in raw
    assert b'"quantity":3.0,' in raw
    assert _items(client) == [
        {
            "id": str(product.pk),
            "zoho_item_id": "460000000001",
            "sku": "CBL-1",
            "name": "HDMI cable",
            "description": None,
            "image_url": "https://cdn.example.com/1.jpg",
            "cdn_image_url": None,
            "category": "كابلات",
            "stock_quantity": 3,
            "actual_available_stock": 3,
            "warehouse_id": None,
            "is_active": True,
            "price": 1500,
            "currency": "IQD",
            "item_id": "460000000001",
            "product_id": str(product.pk),
            "product_name": "HDMI cable",
            "category_name": "كابلات",
            "selling_price": 1500,
            "quantity": 3.0,
            "barcode": "CBL-1",
            "image_path": "https://cdn.example.com/1.jpg",
            "in_stock": True,
            "has_image": True,
        }
    ]


def test_product_list_legacy_twins_equal_primaries(client):
    make_product()
    [item] = _items(client)
    assert {p: item[p] for p in PRIMARY_AND_LEGACY} == {
        p: item[legacy] for p, legacy in PRIMARY_AND_LEGACY.items()
    }


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/consumer/products",
        "/api/v1/consumer/products/",
        "/api/consumer/products",
        "/api/consumer/products/",
    ],
)
def test_product_list_on_every_address(client, path):
    make_product(name="Plug")
    assert [item["name"] for item in _items(client, path=path)] == ["Plug"]


def test_product_list_shows_only_sellable(client):
    make_product(name="Sold")
    make_product(name="Free", price="0")
    make_product(name="Unpriced", price=None)
    make_product(name="Gone", stock="0")
    make_product(name="Half", stock="0.5")
    make_product(name="Never stocked", stock=None)
    make_product(name="Inactive", is_active=False)
    assert [item["name"] for item in _items(client)] == ["Sold"]


def test_product_list_ignores_other_lists_and_closed_places(client):
    product = make_product(price=None, stock=None)
    wholesale = PriceList.objects.create(code="wholesale", currency="USD")
    Price.objects.create(product=product, price_list=wholesale, amount=Decimal(1))
    closed = Location.objects.create(code="closed", is_sellable=False)
    StockLevel.objects.create(product=product, location=closed, on_hand=5)
    assert _items(client) == []
    Price.objects.create(product=product, price_list=make_shop(), amount=Decimal(2))
    assert _items(client, "?search=cable") == []


def test_product_list_stock_reserved_and_committed_left_out(client):
    product = make_product(stock="10")
    StockLevel.objects.filter(product=product).update(reserved=3, committed_elsewhere=2)
    assert _items(client)[0]["actual_available_stock"] == 5


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("احمر", ["Red cable"]),  # alef without hamza
        ("كَابِل", ["Red cable"]),  # with diacritics
        ("٢٤٠٠", ["Charger 2400"]),  # Arabic-Indic digits
        ("CABLE red", ["Red cable"]),  # words in any order and case
        ("100%", ["Cotton 100%"]),  # a percent sign is itself
        ("_", ["under_score"]),  # so is an underscore
        ("\\", []),
        ("6221", ["Charger 2400"]),  # a part of the barcode
        ("nothing", []),
    ],
)
def test_product_search_folds_and_escapes(client, search, found):
    make_product(name="Red cable", name_ar="كابل أحمر")
    make_product(name="Charger 2400", barcode="6221031234567")
    make_product(name="Cotton 100%")
    make_product(name="under_score")
    answer = client.get("/api/v1/consumer/products", {"search": search})
    assert [item["name"] for item in answer.json()["items"]] == found


def test_product_list_category_filter_by_name_in_any_language_and_id(client):
    cables = Category.objects.create(name_en="Cables", name_ar="كابلات")
    make_product(name="Inside", category=cables)
    make_product(name="Outside")
    for value in ("Cables", "كابلات", str(cables.pk)):
        assert [i["name"] for i in _items(client, f"?category={value}")] == ["Inside"]
    assert [i["name"] for i in _items(client, "?category=Uncategorized")] == ["Outside"]
    assert len(_items(client, "?category=All")) == 2


def test_product_list_pages_by_limit_skip_and_page(client):
    products = [make_product() for _ in range(5)]
    answer = client.get("/api/v1/consumer/products?limit=2").json()
    assert (answer["total"], answer["count"], answer["previous"]) == (5, 2, None)
    assert answer["next"] == "/api/v1/consumer/products?limit=2&skip=2"
    answer = client.get(answer["next"]).json()
    assert [int(item["id"]) for item in answer["items"]] == [p.pk for p in products[2:4]]
    assert answer["previous"] == "/api/v1/consumer/products?limit=2&skip=0"
    last = client.get("/api/v1/consumer/products?limit=2&page=3").json()
    assert [int(item["id"]) for item in last["items"]] == [products[4].pk]
    assert last["next"] is None


@pytest.mark.parametrize("query", ["limit=-1", "limit=0", "limit=x", "skip=-1", "page=0"])
def test_product_list_bad_page_refused(client, query):
    answer = client.get(f"/api/v1/consumer/products?{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert body["error"]["code"] == "invalid_input"
    assert body["error"]["details"][0]["field"] == query.split("=")[0]


def test_product_list_huge_limit_taken_as_200(client):
    make_product()
    assert client.get("/api/v1/consumer/products?limit=1000000").json()["count"] == 1


def test_product_list_nul_byte_refused(client):
    answer = client.get("/api/v1/consumer/products", {"search": "a\x00b"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_input")


def test_product_list_old_app_error_shape(client):
    body = client.get("/api/consumer/products?limit=-1").json()
    assert body["success"] is False
    assert body["error"] == body["detail"] == "Some of the values sent are not valid."
    assert body["error_detail"]["code"] == "invalid_input"


@pytest.mark.parametrize("rows", [1, 3])
def test_product_list_query_count(client, rows, settings):
    settings.RESPONSE_CACHE = False
    for _ in range(rows):
        make_product()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/api/v1/consumer/products")
    assert len(queries) == 1


def test_product_list_in_the_language_asked_for(client):
    make_product(name="Red cable", name_ar="كابل أحمر")
    assert _items(client, HTTP_ACCEPT_LANGUAGE="ar-IQ,ar;q=0.9")[0]["name"] == "كابل أحمر"
    assert _items(client)[0]["name"] == "Red cable"


def test_product_detail_by_every_reference(client):
    product = make_product(sku="CBL-9", zoho_item_id="460000000009")
    for reference in (str(product.pk), "460000000009", "CBL-9"):
        answer = client.get(f"/api/consumer/products/{reference}")
        assert answer.json()["product"]["id"] == str(product.pk)


def test_product_detail_fields_differ_from_list(client):
    product = make_product()
    detail = client.get(f"/api/v1/consumer/products/{product.pk}").json()["product"]
    [listed] = _items(client)
    assert set(listed) - set(detail) == {"has_image"}
    assert set(detail) - set(listed) == {"cost_price", "created_at"}
    assert detail["cost_price"] == 0
    assert detail["created_at"] == product.created_at.isoformat()


def test_product_detail_out_of_stock_is_shown(client):
    product = make_product(stock="0")
    detail = client.get(f"/api/v1/consumer/products/{product.pk}").json()["product"]
    assert (detail["actual_available_stock"], detail["in_stock"]) == (0, False)


@pytest.mark.parametrize("reference", ["999999", "99999999999999999999999", "no-such", "٣"])
def test_product_detail_unknown_reference_not_found(client, reference):
    make_product()
    answer = client.get(f"/api/v1/consumer/products/{reference}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "product_not_found")


def test_product_detail_nul_byte_not_found(client):
    answer = client.get("/api/v1/consumer/products/a%00b")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_product_detail_own_id_wins_over_a_sku_of_the_same_text(client):
    first = make_product()
    make_product(sku=str(first.pk))
    answer = client.get(f"/api/v1/consumer/products/{first.pk}")
    assert answer.json()["product"]["sku"] == first.sku


def test_categories_with_something_to_sell(client):
    make_product(category=Category.objects.create(name_ar="كابلات"))
    make_product(category=Category.objects.create(name_en="Empty shelf"), stock="0")
    Category.objects.create(name_en="No products")
    assert client.get("/api/consumer/categories").json() == {
        "status": "success",
        "categories": ["كابلات"],
    }


def test_negative_zoho_stock_shown_as_zero(client):
    product = make_product(stock="-20", ownership="zoho")
    detail = client.get(f"/api/v1/consumer/products/{product.pk}").json()["product"]
    assert detail["actual_available_stock"] == 0
    assert Product.objects.count() == 1
