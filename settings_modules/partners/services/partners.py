"""Changes to business partners."""

from __future__ import annotations

from core.events.services import in_unit_of_work
from settings_modules.partners.models import BusinessPartner


@in_unit_of_work
def save_partner(*, partner: BusinessPartner) -> BusinessPartner:
    """Store a new or edited partner."""
    partner.full_clean()
    partner.save()
    return partner


@in_unit_of_work
def find_or_create_customer(*, name: str, phone: str, email: str) -> BusinessPartner:
    """The customer with this E.164 phone number. A guest's order never changes a known one."""
    partner, _ = BusinessPartner.objects.get_or_create(
        phone=phone, defaults={"name": name, "email": email}
    )
    return partner


@in_unit_of_work
def link_zoho_contact(*, partner: BusinessPartner, zoho_contact_id: str) -> None:
    """Remember which Zoho contact this partner is."""
    BusinessPartner.objects.filter(pk=partner.pk).update(zoho_contact_id=zoho_contact_id)
    partner.zoho_contact_id = zoho_contact_id
