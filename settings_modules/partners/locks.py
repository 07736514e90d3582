"""The first lock of whatever changes the records of a partner."""

from __future__ import annotations

from core.errors import NotFound
from settings_modules.partners.models import BusinessPartner


def lock_partner(partner_id: int) -> BusinessPartner:
    """The stored partner, locked until the transaction ends.

    Taken before the rows below it, so that two switches of its primary contact or default account
    wait for each other. Orders that merely refer to the partner are not held up. Raises NotFound.
    """
    rows = BusinessPartner.objects.select_for_update(no_key=True)
    partner = rows.filter(pk=partner_id).first()
    if partner is None:
        raise NotFound()
    return partner
