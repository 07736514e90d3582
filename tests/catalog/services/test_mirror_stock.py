"""The stock rule, figure by figure: Zoho's word less what our orders did."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.enums import Ownership
from catalog.models import Movement, Reservation, StockLevel
from catalog.services.mirror_stock import MirroredStock, mirror_stock
from core.events.models import Event
from tests.factories.catalog import make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def level():
    product = make_product(stock="10", ownership=Ownership.ZOHO)
    make_order((product, 2))
    return StockLevel.objects.get(product=product)


def pulled(level, physical, committed, *, shipped_there=()):
    read = MirroredStock(level.product_id, level.location_id, Decimal(physical), Decimal(committed))
    result = mirror_stock(
        levels=[read], read_began=timezone.now(), shipped_there=list(shipped_there)
    )
    level.refresh_from_db()
    return result


@pytest.mark.parametrize(
    ("state", "is_mirrored", "physical", "committed", "on_hand", "elsewhere"),
    [
        ("active", False, 10, 0, 10, 0),
        ("active", False, 10, 3, 10, 3),
        ("active", True, 10, 2, 10, 0),
        ("active", True, 10, 5, 10, 3),
        ("active", True, 10, 1, 10, 0),
        ("shipped", True, 10, 2, 8, 0),
        ("shipped", False, 10, 0, 8, 0),
        ("settled", True, 8, 0, 8, 0),
        ("released", True, 10, 2, 10, 2),
    ],
)
def test_figures_for_each_state_of_a_reservation(  # noqa: PLR0917
    level, state, is_mirrored, physical, committed, on_hand, elsewhere
):
    earlier = timezone.now() - timedelta(seconds=1)
    Reservation.objects.update(state=state, mirrored_at=earlier if is_mirrored else None)
    pulled(level, physical, committed)
    assert (level.on_hand, level.committed_elsewhere) == (on_hand, elsewhere)
    assert level.reserved == 2


def test_confirmation_after_the_read_began_is_not_taken_off(level):
    Reservation.objects.update(mirrored_at=timezone.now() + timedelta(minutes=1))
    pulled(level, 10, 2)
    assert level.committed_elsewhere == 2


def test_shipment_there_settles_in_the_same_write(level):
    reservation = Reservation.objects.get()
    Reservation.objects.update(state="shipped", mirrored_at=timezone.now())
    result = pulled(level, 8, 0, shipped_there=[reservation.pk])
    reservation.refresh_from_db()
    assert (result.settled, reservation.state, level.on_hand) == (1, "settled", 8)


def test_unchanged_stock_writes_nothing(level):
    before = (Event.objects.count(), Movement.objects.count())
    assert pulled(level, 10, 0).unchanged == 1
    assert (Event.objects.count(), Movement.objects.count()) == before


def test_change_has_its_movement_and_one_event(level):
    pulled(level, "7.5", 0)
    movement = Movement.objects.get(kind="mirror")
    assert movement.quantity == Decimal("-2.5")
    event = Event.objects.get(type="stock.mirrored")
    assert event.data == {"product_ids": [level.product_id]}


def test_row_of_staff_left_alone():
    product = make_product(stock="10", ownership=Ownership.LOCAL)
    level = StockLevel.objects.get(product=product)
    assert pulled(level, 3, 0).kept_local == 1
    assert level.on_hand == 10


def test_new_row_belongs_to_zoho_and_may_be_negative():
    product = make_product(stock=None)
    other = make_product(stock="1")
    place = StockLevel.objects.get(product=other).location_id
    mirror_stock(
        levels=[MirroredStock(product.pk, place, Decimal(-20), Decimal(3))],
        read_began=timezone.now(),
    )
    level = StockLevel.objects.get(product=product)
    assert (level.ownership, level.on_hand, level.available) == ("zoho", -20, -23)
