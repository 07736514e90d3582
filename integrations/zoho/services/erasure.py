"""Erasing what the way to Zoho kept of a customer. What Zoho itself holds is erased in Zoho."""

from __future__ import annotations

from django.utils import timezone

from core.events.models import Event
from core.events.services import in_unit_of_work
from integrations.zoho.errors import OrderBeingSent
from integrations.zoho.models import OrderPush
from settings_modules.partners.models import BusinessPartner


def refuse_while_sending(partner: BusinessPartner) -> None:
    """Raise OrderBeingSent while a worker has the partner's data in its hands.

    Until the transaction ends no worker begins with another of the partner's orders.
    """
    pushes = OrderPush.objects.filter(order__partner=partner).order_by("pk")
    leases = pushes.select_for_update(of=("self",)).values_list("lease_until", flat=True)
    now = timezone.now()
    if any(lease is not None and lease > now for lease in leases.iterator()):
        raise OrderBeingSent(retry_after=60)


@in_unit_of_work
def erase_push_errors(event: Event) -> None:
    """Subscriber of `partner.erased`: Zoho's refusals may quote the customer in its own words."""
    pushes = OrderPush.objects.filter(order__partner_id=int(event.stream_id))
    pushes.exclude(last_error="").update(last_error="")
