from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from catalog.enums import Ownership
from catalog.models import Price, Product
from core.events.models import Event
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.factories.catalog import make_product


def form_of(client: Client, product: Product, **given: object) -> dict[str, object]:
    """What the product's page sends when nothing was touched, with `given` on top."""
    return {**opened(client, page_of(product), "product_form"), **given}


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/change/"


def price_events() -> list[Event]:
    return list(Event.objects.filter(type="price.changed"))


def test_price_edit_reaches_the_service_and_makes_one_event(boss, boss_client):
    product = make_product(price="1500")
    answer = boss_client.post(
        page_of(product), form_of(boss_client, product, **{"prices-0-amount": "1750"})
    )
    assert answer.status_code == 302
    price = product.prices.get()
    assert (price.amount, price.ownership) == (Decimal(1750), Ownership.LOCAL)
    (event,) = price_events()
    assert event.data["changes"]["amount"] == {"old": "1500.000", "new": "1750"}
    assert (event.actor, event.source) == (f"user:{boss.pk}", "admin")


def test_untouched_form_changes_nothing(boss_client):
    product = make_product()
    assert boss_client.post(page_of(product), form_of(boss_client, product)).status_code == 302
    product.refresh_from_db()
    assert (product.version, Event.objects.count()) == (1, 0)


def test_product_edit_steps_the_version_and_names_the_change(boss_client):
    product = make_product(name="Lamp")
    boss_client.post(page_of(product), form_of(boss_client, product, name_en="Desk lamp"))
    product.refresh_from_db()
    event = Event.objects.get(type="product.updated")
    assert (product.name_en, product.version) == ("Desk lamp", 2)
    assert event.data == {"changes": {"name_en": {"old": "Lamp", "new": "Desk lamp"}}}


def test_refused_inline_change_comes_back_with_the_reason_and_all_values(boss_client):
    product = make_product()
    Price.objects.filter(product=product).update(ownership=Ownership.ZOHO)
    sent = form_of(boss_client, product, name_en="Kept text", **{"prices-0-DELETE": "on"})
    answer = boss_client.post(page_of(product), sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This price comes from Zoho and would come back" in text
    assert "Kept text" in text
    product.refresh_from_db()
    assert (product.prices.count(), product.version, Event.objects.count()) == (1, 1, 0)


def test_refusal_speaks_arabic_on_an_arabic_screen(boss_client):
    product = make_product()
    Price.objects.filter(product=product).update(ownership=Ownership.ZOHO)
    boss_client.cookies["django_language"] = "ar"
    answer = boss_client.post(
        page_of(product), form_of(boss_client, product, **{"prices-0-DELETE": "on"})
    )
    assert "هذا السعر مصدره Zoho" in answer.content.decode()


def test_new_product_is_made_by_the_service(boss_client):
    sent = {
        "name_en": "Kettle",
        "sku": "K-1",
        "is_active": "on",
        "prices-TOTAL_FORMS": "0",
        "prices-INITIAL_FORMS": "0",
        "stock-TOTAL_FORMS": "0",
        "stock-INITIAL_FORMS": "0",
    }
    assert boss_client.post("/admin/catalog/product/add/", sent).status_code == 302
    product = Product.objects.get(sku="K-1")
    event = Event.objects.get()
    assert (event.type, event.stream_id) == ("product.created", str(product.pk))


@pytest.mark.parametrize("words", ["اسلاك", "أسلاك", "أَسْلاك ٢٥"])
def test_search_finds_arabic_in_any_spelling(words, boss_client):
    found = make_product(name="Wire", name_ar="أسلاك 25 متر")
    make_product(name="Lamp", name_ar="مصباح")
    text = boss_client.get("/admin/catalog/product/", {"q": words}).content.decode()
    assert found.sku in text
    assert text.count('class="field-sku') == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"priced": "yes"}, {"FULL", "NO-STOCK"}),
        ({"priced": "no"}, {"NO-PRICE"}),
        ({"in_stock": "yes"}, {"FULL", "NO-PRICE"}),
        ({"in_stock": "no"}, {"NO-STOCK"}),
        ({"ownership": "zoho"}, set()),
    ],
)
def test_filters_pick_their_products(query, expected, boss_client):
    make_product(sku="FULL")
    make_product(sku="NO-PRICE", price=None)
    make_product(sku="NO-STOCK", stock="0")
    answer = boss_client.get("/admin/catalog/product/", query)
    assert {row.sku for row in answer.context["cl"].result_list} == expected


def test_price_edited_in_the_list_reaches_the_service(boss_client):
    price = make_product(price="1500").prices.get()
    sent = opened(boss_client, "/admin/catalog/price/", "changelist-form")
    sent |= {"form-0-amount": ["1600"], "_save": ["Save"]}
    assert boss_client.post("/admin/catalog/price/", sent).status_code == 302
    price.refresh_from_db()
    assert (price.amount, len(price_events())) == (Decimal(1600), 1)


def test_prices_given_back_belong_to_zoho_again(boss_client):
    product = make_product(zoho_item_id="100", zoho_content_hash="seen")
    address = f"/admin/catalog/product/{product.pk}/return-prices/"
    assert boss_client.get(address).status_code == 200
    assert product.prices.get().ownership == Ownership.LOCAL
    assert boss_client.post(address, {"_confirm": "yes"}).status_code == 302
    product.refresh_from_db()
    assert (product.prices.get().ownership, product.zoho_content_hash) == (Ownership.ZOHO, "")


def test_giving_prices_back_needs_the_permission(db):
    product = make_product(zoho_item_id="100")
    client = sign_in(make_staff("catalog.view_product", "catalog.change_product"))
    address = f"/admin/catalog/product/{product.pk}/return-prices/"
    assert client.post(address, {"_confirm": "yes"}).status_code == 403
    assert product.prices.get().ownership == Ownership.LOCAL
