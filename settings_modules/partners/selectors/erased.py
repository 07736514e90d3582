"""How a partner is told whose personal data was erased."""

from __future__ import annotations

from settings_modules.partners.models import BusinessPartner


def erased_name(partner_id: int) -> str:
    """The name of a partner whose own was erased."""
    return f"Erased customer {partner_id}"


def is_erased(partner: BusinessPartner) -> bool:
    """Whether nothing is left of who the partner was."""
    return (
        partner.name == erased_name(partner.pk)
        and not partner.phone
        and not (partner.email or partner.name_ar or partner.legal_name or partner.pan)
    )
