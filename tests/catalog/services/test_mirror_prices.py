"""Bulk writing of prices: staff's own stay, nothing is written twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.models import Price, PriceList
from catalog.services.mirror_prices import (
    MirroredPrice,
    mirror_price_list,
    mirror_prices,
    remove_mirrored_prices,
)
from core.events.models import Event
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def price_list():
    return PriceList.objects.create(code="w", name_en="W", currency="USD")


@pytest.fixture
def product():
    return make_product(price=None, stock=None)


def write(price_list, product, amount):
    price = MirroredPrice(product.pk, Decimal(1), Decimal(amount))
    return mirror_prices(price_list_id=price_list.pk, prices=[price])


def test_price_written_once(price_list, product):
    assert write(price_list, product, "5.25").product_ids == [product.pk]
    assert write(price_list, product, "5.25").unchanged == 1
    price = Price.objects.get()
    assert (price.amount, price.ownership) == (Decimal("5.25"), "zoho")
    (event,) = Event.objects.filter(type="prices.mirrored")
    assert event.data == {"price_list_id": price_list.pk, "product_ids": [product.pk]}


def test_price_of_staff_kept_and_counted(price_list, product):
    Price.objects.create(price_list=price_list, product=product, amount=7)
    result = write(price_list, product, 5)
    assert (result.product_ids, result.kept_local) == ([], 1)
    price = Price.objects.get()
    assert price.amount == 7
    assert remove_mirrored_prices(price_list_id=price_list.pk, price_ids=[price.pk]) == 0
    assert Price.objects.count() == 1


def test_price_of_zoho_removed_with_an_event(price_list, product):
    write(price_list, product, 5)
    price = Price.objects.get()
    assert remove_mirrored_prices(price_list_id=price_list.pk, price_ids=[price.pk]) == 1
    assert Event.objects.filter(type="prices.mirrored").count() == 2


def test_price_list_of_same_code_and_currency_taken_over(price_list):
    taken = mirror_price_list(
        zoho_pricebook_id="9", code="w", name="W2", currency="USD", is_active=True
    )
    assert (taken.pk, taken.name_en, taken.zoho_pricebook_id) == (price_list.pk, "W", "9")


def test_price_list_of_other_currency_gets_another_code(price_list):
    made = mirror_price_list(
        zoho_pricebook_id="900000001", code="w", name="W", currency="IQD", is_active=True
    )
    assert (made.code, made.currency) == ("w_000001", "IQD")
