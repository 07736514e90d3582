"""What was sold in a time, for those who ask below the catalogue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.utils import timezone

from catalog.enums import OrderStatus
from catalog.models import Order


def order_turnover(organization_id: int, first_day: date, last_day: date) -> Decimal:
    """The sum of the organization's orders placed on these days, both included, in its base
    currency. Cancelled orders and those in other currencies do not count."""
    begin, end = _beginning_of(first_day), _beginning_of(last_day + timedelta(days=1))
    orders = Order.objects.filter(
        organization_id=organization_id,
        currency=F("organization__base_currency"),
        placed_at__gte=begin,
        placed_at__lt=end,
    ).exclude(status=OrderStatus.CANCELLED)
    total: Decimal | None = orders.aggregate(total=Sum("total"))["total"]
    return total or Decimal(0)


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
