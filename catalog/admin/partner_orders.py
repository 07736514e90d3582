"""The orders of a customer, on the page of the partner."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from catalog.admin.amounts import shown_number
from catalog.models import Order
from core.tenancy import visible_rows
from settings_modules.partners.admin.documents import DocumentList, declare_documents
from settings_modules.partners.models import BusinessPartner

#: Orders that the page names, the newest; the list has all of them.
MOST_SHOWN = 20


def orders_of(partner: BusinessPartner, user: Any) -> DocumentList | None:
    """The newest orders of the partner that the account may see."""
    if not user.has_perm("catalog.view_order"):
        return None
    orders = visible_rows(Order.objects.filter(partner=partner), user).order_by("-pk")
    rows = [
        (
            f"{order.number} · {order.get_status_display()}"
            f" · {shown_number(order.total)} {order.currency}",
            reverse("admin:catalog_order_change", args=[order.pk]),
        )
        for order in orders[:MOST_SHOWN]
    ]
    every = f"{reverse('admin:catalog_order_changelist')}?partner__id__exact={partner.pk}"
    return DocumentList(rows, every)


declare_documents("catalog.orders", orders_of)
