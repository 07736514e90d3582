"""What the catalogue has left to do in a financial year."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from catalog.enums import OrderStatus
from catalog.models import Order
from settings_modules.organizations.closing_checks import Found
from settings_modules.organizations.models import FinancialYear
from settings_modules.organizations.selectors.financial_years import span_of


def orders_of_year(year: FinancialYear) -> QuerySet[Order]:
    """The orders of the year's organization that were placed in it."""
    first, after = span_of(year)
    return Order.objects.filter(
        organization=year.organization_id, placed_at__gte=first, placed_at__lt=after
    )


def order_list(year: FinancialYear, **lookups: str) -> str:
    """The page of the back office with those of the year's orders."""
    first, after = span_of(year)
    asked = {
        "organization__id__exact": str(year.organization_id),
        "placed_at__gte": first.isoformat(),
        "placed_at__lt": after.isoformat(),
        **lookups,
    }
    return f"{reverse('admin:catalog_order_changelist')}?{urlencode(asked)}"


def open_orders(year: FinancialYear) -> Found:
    """Orders of the year that were neither shipped nor cancelled."""
    count = orders_of_year(year).filter(status=OrderStatus.CONFIRMED).count()
    return Found(count, order_list(year, status__exact=OrderStatus.CONFIRMED.value))
