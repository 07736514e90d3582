"""The few figures of the start page, one cheap query each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from catalog.enums import MirrorState, OrderStatus
from catalog.models import Order
from catalog.selectors.shelf import ShelfQuestion, consumer_price_list, count_products


@dataclass(frozen=True, slots=True)
class OrdersToday:
    """Orders placed since midnight: how many, how many wait for shipping, their sum.

    `total` sums the ones not cancelled, in `currency`; `currency` is "" when there are none or
    several, and then the sum means nothing.
    """

    count: int
    to_ship: int
    total: Decimal
    currency: str


def orders_today(time_zone: str, *, among: QuerySet[Order]) -> OrdersToday:
    """Those of the orders that were placed since midnight in that time zone."""
    midnight = (
        timezone.now()
        .astimezone(ZoneInfo(time_zone))
        .replace(hour=0, minute=0, second=0, microsecond=0)
    )
    live = ~Q(status=OrderStatus.CANCELLED)
    rows = list(
        among.filter(placed_at__gte=midnight)
        .order_by()
        .values("currency")
        .annotate(
            orders=Count("id"),
            open=Count("id", filter=Q(status=OrderStatus.CONFIRMED)),
            sum=Sum("total", filter=live),
        )[:10]
    )
    return OrdersToday(
        count=sum(row["orders"] for row in rows),
        to_ship=sum(row["open"] for row in rows),
        total=rows[0]["sum"] or Decimal(0) if len(rows) == 1 else Decimal(0),
        currency=rows[0]["currency"] if len(rows) == 1 else "",
    )


def orders_needing_attention(*, among: QuerySet[Order]) -> int:
    """How many of the orders could not be sent to Zoho."""
    return among.filter(mirror_state=MirrorState.FAILED).count()


def sellable_products() -> int:
    """How many products shoppers see."""
    return count_products(ShelfQuestion(price_list=consumer_price_list()))
