from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.enums import MovementKind, Ownership
from catalog.errors import (
    AdjustmentReasonMissing,
    StockBelowPromised,
    StockOwnedByZoho,
    StockUnchanged,
)
from catalog.models import Movement, StockLevel
from catalog.services.stock import adjust_stock, change_stock_by, open_stock
from core.events.models import Event
from settings_modules.locations.models import Location
from tests.factories.catalog import make_order, make_product

pytestmark = pytest.mark.django_db


def test_adjust_stock_records_the_signed_difference():
    stock = make_product(stock="10").stock.get()
    adjusted = adjust_stock(stock=stock, new_on_hand=Decimal("7.5"), reason=" counted ")
    movement = Movement.objects.get()
    event = Event.objects.get()
    assert (adjusted.on_hand, adjusted.available) == (Decimal("7.5"), Decimal("7.5"))
    assert (movement.kind, movement.quantity, movement.reason) == (
        MovementKind.ADJUSTMENT,
        Decimal("-2.5"),
        "counted",
    )
    assert (event.type, event.stream_type, event.reason) == ("stock.adjusted", "product", "counted")
    assert event.data["quantity"] == "-2.500"


def test_change_stock_by_adds_to_what_is_there_at_that_moment():
    stock = make_product(stock="10").stock.get()
    StockLevel.objects.filter(pk=stock.pk).update(on_hand=20)
    assert change_stock_by(stock=stock, quantity=Decimal(-5), reason="broken").on_hand == 15


def test_adjust_stock_down_to_what_is_reserved_is_allowed_and_no_further():
    product = make_product(stock="10")
    make_order((product, 4))
    stock = product.stock.get()
    with pytest.raises(StockBelowPromised) as refusal:
        adjust_stock(stock=stock, new_on_hand=Decimal("3.999"), reason="counted")
    assert refusal.value.values == {"promised": "4", "on_hand": "3.999"}
    assert adjust_stock(stock=stock, new_on_hand=Decimal(4), reason="counted").available == 0


@pytest.mark.parametrize(
    ("ownership", "on_hand", "reason", "error"),
    [
        (Ownership.ZOHO, "5", "counted", StockOwnedByZoho),
        (Ownership.LOCAL, "10", "counted", StockUnchanged),
        (Ownership.LOCAL, "-1", "counted", StockBelowPromised),
        (Ownership.LOCAL, "5", "  ", AdjustmentReasonMissing),
    ],
)
def test_adjust_stock_refused_leaves_no_trace(ownership, on_hand, reason, error):
    stock = make_product(stock="10", ownership=ownership).stock.get()
    with pytest.raises(error):
        adjust_stock(stock=stock, new_on_hand=Decimal(on_hand), reason=reason)
    stock.refresh_from_db()
    assert (stock.on_hand, Movement.objects.count(), Event.objects.count()) == (Decimal(10), 0, 0)


def test_open_stock_twice_gives_the_same_row():
    product = make_product(stock=None)
    location = Location.objects.get(code="main")
    first = open_stock(product=product, location=location)
    assert open_stock(product=product, location=location).pk == first.pk
    assert first.on_hand == 0
