from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Category, Product
from catalog.services.products import (
    create_price_list,
    create_product,
    update_price_list,
    update_product,
)
from core.editing.errors import StaleVersion
from core.events.models import Event

pytestmark = pytest.mark.django_db


def test_create_product_stores_it_and_emits_one_event():
    product = create_product(values={"name_en": "Kettle", "sku": ""})
    event = Event.objects.get()
    assert (product.version, product.sku) == (1, None)
    assert (event.type, event.stream_type, event.stream_id) == (
        "product.created",
        "product",
        str(product.pk),
    )


def test_create_product_without_any_name_is_refused():
    with pytest.raises(ValidationError):
        create_product(values={"sku": "K-1"})
    assert (Product.objects.count(), Event.objects.count()) == (0, 0)


def test_update_product_names_rows_by_their_id():
    product = create_product(values={"name_en": "Kettle"})
    shelf = Category.objects.create(name_en="Kitchen")
    updated = update_product(product=product, values={"category": shelf, "unit": "pcs"})
    event = Event.objects.get(type="product.updated")
    assert updated.version == 2
    assert event.data == {
        "changes": {
            "category": {"old": None, "new": shelf.pk},
            "unit": {"old": "", "new": "pcs"},
        }
    }


def test_update_product_to_what_it_is_does_nothing():
    product = create_product(values={"name_en": "Kettle"})
    assert update_product(product=product, values={"name_en": "Kettle"}).version == 1
    assert Event.objects.filter(type="product.updated").count() == 0


def test_update_product_of_another_version_refused():
    product = create_product(values={"name_en": "Kettle"})
    update_product(product=product, values={"unit": "pcs"})
    with pytest.raises(StaleVersion):
        update_product(product=product, values={"unit": "box"}, expected_version=1)
    product.refresh_from_db()
    assert (product.unit, product.version) == ("pcs", 2)


def test_update_product_leaves_fields_alone_that_are_not_staffs():
    product = create_product(values={"name_en": "Kettle"})
    updated = update_product(product=product, values={"zoho_item_id": "1", "version": 9})
    assert (updated.zoho_item_id, updated.version) == (None, 1)


def test_update_product_with_a_taken_sku_is_refused_whole():
    create_product(values={"name_en": "Kettle", "sku": "K-1"})
    other = create_product(values={"name_en": "Lamp", "sku": "K-2"})
    with pytest.raises(ValidationError):
        update_product(product=other, values={"sku": "K-1", "name_en": "Changed"})
    other.refresh_from_db()
    assert (other.sku, other.name_en) == ("K-2", "Lamp")


def test_update_price_list_emits_what_changed():
    price_list = create_price_list(values={"code": "c", "currency": "IQD"})
    update_price_list(price_list=price_list, values={"currency": "USD"})
    assert list(Event.objects.order_by("position").values_list("type", "data")) == [
        ("price_list.created", {}),
        ("price_list.updated", {"changes": {"currency": {"old": "IQD", "new": "USD"}}}),
    ]
