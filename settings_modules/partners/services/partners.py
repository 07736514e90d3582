"""Changes to business partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, update_and_tell
from core.events.services import in_unit_of_work
from settings_modules.partners.models import BusinessPartner

#: What people may edit. History and events name these fields, never their values.
EDITABLE_FIELDS = ("name", "phone", "email")
# Many orders of one customer may hold it at once; an erasure, which changes the phone, waits.
_HELD_BY_PHONE = "SELECT * FROM partners_businesspartner WHERE phone = %s FOR KEY SHARE"


@in_unit_of_work
def create_partner(*, values: Mapping[str, Any]) -> BusinessPartner:
    """A new partner with the fields given; emits `partner.created`. Raises ValidationError."""
    return create_and_tell(row=BusinessPartner(**_given(values)))


@in_unit_of_work
def update_partner(
    *, partner: BusinessPartner, values: Mapping[str, Any], expected_version: int | None = None
) -> BusinessPartner:
    """The partner with the fields given; emits `partner.updated` when something changed.

    Raises StaleVersion, ValidationError.
    """
    return update_and_tell(row=partner, values=_given(values), expected_version=expected_version)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values; no phone is stored as none, of which there may be many."""
    given = editable(values, EDITABLE_FIELDS)
    return {**given, "phone": given["phone"] or None} if "phone" in given else given


@in_unit_of_work
def find_or_create_customer(*, name: str, phone: str, email: str) -> BusinessPartner:
    """The customer with this E.164 phone number. A guest's order never changes a known one.

    A known one is held until the end of the transaction: it is not erased under its new order.
    """
    known = BusinessPartner.objects.raw(_HELD_BY_PHONE, [phone])
    for partner in known:
        return partner
    partner, is_new = BusinessPartner.objects.get_or_create(
        phone=phone, defaults={"name": name, "email": email}
    )
    if is_new:
        partner.emit_event("partner.created")
    return partner


@in_unit_of_work
def link_zoho_contact(*, partner: BusinessPartner, zoho_contact_id: str) -> None:
    """Remember which Zoho contact this partner is."""
    BusinessPartner.objects.filter(pk=partner.pk).update(zoho_contact_id=zoho_contact_id)
    partner.zoho_contact_id = zoho_contact_id
