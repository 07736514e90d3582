"""What staff read: words instead of codes, plain amounts, names instead of keys."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from catalog.admin.order_story import order_story
from catalog.admin.orders import MOST_CANCELLED
from catalog.enums import MirrorState, OrderStatus
from catalog.models import Category, Order
from catalog.services.orders import cancel_order
from catalog.services.products import update_product
from core.admin.labels import event_in_words, record_in_words, shown_reason, step_in_words
from core.context import Context, Source, change_context, use_context
from core.events.services import unit_of_work
from tests.admin.conftest import make_staff, sign_in
from tests.factories.catalog import make_order, make_product


def page_text(client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def placed_by_shopper() -> Order:
    with use_context(Context(request_id="r" * 32, source=Source.API)):
        return make_order((make_product(), 1))


def test_shoppers_order_is_told_in_words(db):
    order = placed_by_shopper()
    (line,) = order_story(order)
    assert (line.text, line.actor, line.source) == (
        "Order placed by a shopper",
        "a shopper",
        "app or API",
    )
    assert line.code == "order.placed"


def test_story_speaks_arabic(db):
    order = placed_by_shopper()
    with translation.override("ar"):
        (line,) = order_story(order)
    assert (line.text, line.actor, line.source) == ("قدّم متسوق الطلب", "متسوق", "تطبيق أو API")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (MirrorState.WAITING, "Queued for Zoho"),
        (MirrorState.CREATED, "Created in Zoho as SO-00041"),
        (MirrorState.CONFIRMED, "Confirmed in Zoho"),
        (MirrorState.FAILED, "Not taken by Zoho: needs attention"),
    ],
)
def test_every_step_to_zoho_has_words(state, text, db):
    order = make_order((make_product(), 1))
    order.zoho_salesorder_number = "SO-00041"
    with unit_of_work():
        change = {"old": order.mirror_state, "new": state.value}
        order.emit_event("order.mirrored", {"changes": {"mirror_state": change}})
    assert [line.text for line in order_story(order)][-1] == text


def test_cancellation_tells_its_reason_and_who(boss):
    order = make_order((make_product(), 1))
    with change_context(source=Source.ADMIN, actor=f"user:{boss.pk}"):
        cancel_order(order=order, reason="no answer")
    line = order_story(order)[-1]
    assert (line.text, line.actor, line.source, line.details) == (
        "Order cancelled, its stock given back",
        "The Boss",
        "back office",
        "no answer",
    )


def test_order_page_shows_no_event_names_but_on_hovering(boss_client):
    order = placed_by_shopper()
    text = page_text(boss_client, f"/admin/catalog/order/{order.pk}/change/")
    assert '<td title="order.placed">Order placed by a shopper</td>' in text
    assert text.count("order.placed") == 1


def test_event_list_names_what_happened(boss_client):
    order = placed_by_shopper()
    text = page_text(boss_client, "/admin/core/event/")
    assert '<span title="order.placed">A shopper placed an order</span>' in text
    assert f"Order {order.pk}" in text


def test_unknown_codes_are_shown_as_they_are(db):
    assert event_in_words("a.b") == '<span title="a.b">a.b</span>'
    assert record_in_words("nothing", "7") == "nothing 7"
    assert step_in_words("half way") == "half way"


def test_steps_and_reasons_of_the_system_are_translated_and_those_of_people_are_not():
    with translation.override("ar"):
        assert step_in_words("products: 1,200 read") == "المنتجات: قُرئ 1,200"
        assert shown_reason("Zoho's stock", "system") == "مخزون Zoho"
        assert shown_reason("Reason", "user:1") == "Reason"


def test_history_names_the_category_before_and_after(boss_client):
    product = make_product()
    first, second = (Category.objects.create(name_en=name) for name in ("Cables", "Lamps"))
    update_product(product=product, values={"category": first})
    update_product(product=product, values={"category": second})
    text = page_text(boss_client, f"/admin/catalog/product/{product.pk}/history/")
    assert '<td class="tp-before"><bdi>Cables</bdi></td>' in text
    assert '<td class="tp-after"><bdi>Lamps</bdi></td>' in text


def test_history_asks_as_often_for_many_references_as_for_one(
    boss_client, django_assert_num_queries
):
    product = make_product()
    address = f"/admin/catalog/product/{product.pk}/history/"
    update_product(product=product, values={"category": Category.objects.create(name_en="A")})
    boss_client.get(address)
    with CaptureQueriesContext(connection) as one:
        boss_client.get(address)
    for name in ("B", "C", "D"):
        update_product(product=product, values={"category": Category.objects.create(name_en=name)})
    with django_assert_num_queries(len(one)):
        boss_client.get(address)


def test_price_title_names_product_and_plain_amount(db):
    price = make_product(name="Lamp", price="29750").prices.get()
    price.refresh_from_db()
    assert str(price) == f"Lamp: 29,750 {price.price_list.currency}"


def test_viewer_reads_amounts_without_trailing_zeros(db):
    price = make_product(price="29750.5").prices.get()
    client = sign_in(make_staff("catalog.view_price", "catalog.view_product"))
    for address in (
        "/admin/catalog/price/",
        f"/admin/catalog/price/{price.pk}/change/",
        f"/admin/catalog/product/{price.product_id}/change/",
    ):
        text = client.get(address).content.decode()
        assert "29,750.5" in text
        assert "29,750.500" not in text


def test_more_orders_than_one_page_can_name_are_not_cancelled(boss_client):
    order = make_order((make_product(), 1))
    Order.objects.bulk_create(
        Order(
            number=f"X-{number}",
            organization=order.organization,
            price_list=order.price_list,
            currency=order.currency,
            total=order.total,
            partner=order.partner,
        )
        for number in range(MOST_CANCELLED)
    )
    sent = {
        "action": "cancel",
        "select_across": "1",
        "_selected_action": [order.pk],
        "_confirm": "yes",
        "reason": "all",
    }
    text = boss_client.post("/admin/catalog/order/", sent, follow=True).content.decode()
    assert "At most 200 orders can be cancelled at once. Nothing was cancelled." in text
    assert not Order.objects.filter(status=OrderStatus.CANCELLED).exists()


def test_no_dead_letters_is_good_news(boss_client):
    text = boss_client.get("/admin/core/eventdelivery/?state__exact=dead").content.decode()
    assert "No dead letters" in text
    assert "Nothing matches" not in text
