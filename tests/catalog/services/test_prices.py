from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.enums import Ownership
from catalog.errors import (
    PriceNegative,
    PriceOwnedByZoho,
    PriceQuantityNotPositive,
    PriceUnknownToZoho,
)
from catalog.models import Price
from catalog.services.prices import NOT_STORED, remove_price, return_price_to_zoho, set_price
from core.editing.errors import StaleVersion
from core.errors import NotFound
from core.events.models import Event
from tests.factories.catalog import make_product, make_shop

pytestmark = pytest.mark.django_db


def test_set_price_of_a_new_bracket_adds_it():
    product, price_list = make_product(price=None), make_shop()
    price = set_price(
        product=product,
        price_list=price_list,
        amount=Decimal("12.5"),
        minimum_quantity=Decimal(10),
    )
    event = Event.objects.get()
    assert (price.amount, price.ownership) == (Decimal("12.5"), Ownership.LOCAL)
    assert (event.type, event.stream_type, event.stream_id) == (
        "price.changed",
        "price_list",
        str(price_list.pk),
    )
    assert event.data["changes"] == {
        "amount": {"old": None, "new": "12.5"},
        "ownership": {"old": None, "new": "local"},
    }


def test_set_price_over_zohos_makes_it_ours():
    product = make_product(price="1500")
    Price.objects.update(ownership=Ownership.ZOHO)
    price = set_price(product=product, price_list=make_shop(), amount=Decimal(1500))
    assert price.ownership == Ownership.LOCAL
    assert Event.objects.count() == 1


def test_set_price_to_what_it_is_does_nothing():
    product = make_product(price="1500")
    set_price(product=product, price_list=make_shop(), amount=Decimal(1500))
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "minimum", "error"),
    [("-0.001", "1", PriceNegative), ("1", "0", PriceQuantityNotPositive)],
)
def test_set_price_outside_its_bounds_is_refused(amount, minimum, error):
    product = make_product(price=None)
    with pytest.raises(error):
        set_price(
            product=product,
            price_list=make_shop(),
            amount=Decimal(amount),
            minimum_quantity=Decimal(minimum),
        )
    assert Price.objects.count() == 0


def test_set_price_of_zero_is_kept():
    price = set_price(product=make_product(price=None), price_list=make_shop(), amount=Decimal(0))
    assert price.amount == 0


def test_remove_price_of_ours_takes_it_away():
    price = make_product(price="1500").prices.get()
    remove_price(price=price)
    assert Price.objects.count() == 0
    assert Event.objects.get().data["changes"] == {"amount": {"old": "1500.000", "new": None}}


def test_remove_price_of_zohos_is_refused():
    price = make_product().prices.get()
    Price.objects.update(ownership=Ownership.ZOHO)
    with pytest.raises(PriceOwnedByZoho):
        remove_price(price=price)
    assert Price.objects.count() == 1


def test_return_price_to_zoho_lets_the_next_pull_write_it():
    product = make_product(zoho_item_id="1", zoho_content_hash="seen")
    price = return_price_to_zoho(price=product.prices.get())
    product.refresh_from_db()
    assert (price.ownership, product.zoho_content_hash) == (Ownership.ZOHO, "")


def test_return_price_to_zoho_of_a_product_of_ours_is_refused():
    price = make_product().prices.get()
    with pytest.raises(PriceUnknownToZoho):
        return_price_to_zoho(price=price)
    price.refresh_from_db()
    assert price.ownership == Ownership.LOCAL


def test_set_price_expected_to_be_new_does_not_overwrite_another():
    price = make_product(price="1500").prices.get()
    with pytest.raises(StaleVersion):
        set_price(
            product=price.product,
            price_list=price.price_list,
            amount=Decimal(1),
            expected_version=NOT_STORED,
        )
    assert Price.objects.get().amount == 1500


def test_price_that_is_gone_is_neither_changed_nor_removed_again():
    price = make_product(price="1500").prices.get()
    seen = Price.objects.select_related("product", "price_list").get(pk=price.pk)
    remove_price(price=price)
    with pytest.raises(NotFound):
        set_price(
            product=seen.product,
            price_list=seen.price_list,
            amount=Decimal(1),
            expected_version=seen.version,
        )
    with pytest.raises(NotFound):
        remove_price(price=seen, expected_version=seen.version)
    assert Price.objects.count() == 0
