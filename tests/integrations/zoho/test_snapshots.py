"""The database that tests share is put back to the last row."""

from __future__ import annotations

from django.apps import apps

from catalog.models import Order, Product
from core.events.models import Event
from tests.integrations.zoho.conftest import in_zoho, order_of, pull, push


def every_row():
    """All rows of all tables, by table."""
    return {
        model._meta.db_table: sorted(map(str, model.objects.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }


def test_everything_as_before_after_orders_and_pulls(shop, pulled, sandbox, product):
    pulled.put_back()
    before = every_row()
    first = order_of(product)
    push()
    in_zoho(sandbox, product, name="Renamed", stock=3)
    pull("full")
    Product.objects.exclude(pk=product.pk).update(name_en="Edited")
    assert every_row() != before
    pulled.put_back()
    assert every_row() == before
    assert Order.objects.count() == 0
    # Sequences and gapless numbers too: the next order is the first again.
    again = order_of(product)
    assert (again.pk, again.number) == (first.pk, first.number)
    assert Event.objects.filter(type="order.placed").count() == 1
