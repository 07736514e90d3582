"""Erasing what orders copied from a customer. Numbers, products, quantities and amounts stay."""

from __future__ import annotations

from catalog.enums import OrderStatus
from catalog.errors import PartnerHasOpenOrders
from catalog.models import Order, OrderLine
from core.erasure import erase_mentions
from core.events.services import in_unit_of_work
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.erased import erased_name

ORDERS_AT_A_TIME = 100


def refuse_open_orders(partner: BusinessPartner) -> None:
    """Raise PartnerHasOpenOrders for a partner whose goods have yet to be delivered."""
    order = Order.objects.filter(partner=partner, status=OrderStatus.CONFIRMED).first()
    if order is not None:
        raise PartnerHasOpenOrders(number=order.number)


@in_unit_of_work
def erase_order_copies(*, partner_id: int) -> int:
    """Overwrite name, phone, e-mail, address, notes and comments in the partner's orders.

    How many orders were overwritten; 0 when it is done already.
    """
    erased = 0
    values = {
        "customer_name": erased_name(partner_id),
        "customer_email": "",
        "customer_phone": "",
        "delivery_address": "",
        "notes": "",
    }
    todo = Order.objects.filter(partner_id=partner_id).exclude(**values).order_by("pk")
    while orders := list(todo.select_for_update()[:ORDERS_AT_A_TIME]):
        lines = OrderLine.objects.filter(order__in=orders).exclude(comment="")
        texts = {
            text
            for order in orders
            for text in (
                order.customer_name,
                order.customer_email,
                order.delivery_address,
                order.notes,
            )
        }
        erase_mentions(
            texts=texts.union(lines.values_list("comment", flat=True)),
            phones={str(order.customer_phone) for order in orders if order.customer_phone},
        )
        lines.update(comment="")
        erased += Order.objects.filter(pk__in=[order.pk for order in orders]).update(**values)
    return erased
