"""What the numbers of partners must be, and which are not.

Services refuse a new value that is wrong. What an older system let in stays, and is told as a
warning wherever the row is shown.
"""

from __future__ import annotations

from functools import partial

from core.bank_numbers.numbers import ACCOUNT_CHECKS
from core.errors import FieldError
from core.registration_numbers import contact, india
from core.registration_numbers.checking import Checks, findings, refusal_of, told, values_of
from settings_modules.partners.errors import PartnerPanDiffers
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)

PARTNER_CHECKS: Checks = {
    "phone": contact.checked_phone,
    "email": contact.checked_email,
    "pan": india.checked_pan,
    "currency": contact.checked_currency,
}
CONTACT_CHECKS: Checks = {"phone": contact.checked_phone, "email": contact.checked_email}
REGISTRATION_CHECKS: Checks = {"gstin": india.checked_gstin}


def address_checks(country: str | None) -> Checks:
    """The checks of an address; a phone number without a country is of this one."""
    phone = partial(contact.checked_phone, country=india.compact(country or ""))
    return {"country": contact.checked_country, "phone": phone}


def partner_findings(partner: BusinessPartner) -> list[FieldError]:
    """What is wrong or unusual in the stored partner, field by field."""
    found = findings(values_of(partner), PARTNER_CHECKS)
    if partner.pan and not any(each.field == "pan" for each in found):
        found += told(refusal_of(partial(india.require_usual_holder, partner.pan), "pan"))
    return found


def contact_findings(person: PartnerContact) -> list[FieldError]:
    """What is wrong in the stored contact."""
    return findings(values_of(person), CONTACT_CHECKS)


def address_findings(address: PartnerAddress) -> list[FieldError]:
    """What is wrong in the stored address."""
    return findings(values_of(address), address_checks(address.country))


def registration_findings(registration: PartnerGstRegistration) -> list[FieldError]:
    """What is wrong in the stored registration, beside the PAN of its partner."""
    found = findings(values_of(registration), REGISTRATION_CHECKS)
    gstin, pan = registration.gstin, registration.partner.pan
    if not found:
        found += told(refusal_of(partial(require_pan_of_partner, gstin, pan), "gstin"))
    check = partial(india.require_state_of_gstin, gstin, registration.state)
    return found + told(refusal_of(check, "state"))


def account_findings(account: PartnerBankAccount) -> list[FieldError]:
    """What is wrong in the stored account. No text holds the number."""
    return findings(values_of(account), ACCOUNT_CHECKS)


def require_pan_of_partner(gstin: str, pan: str) -> None:
    """Raise PartnerPanDiffers when the GSTIN holds another PAN than this one, if any."""
    if pan and india.pan_of_gstin(gstin) != pan:
        raise PartnerPanDiffers(found=india.pan_of_gstin(gstin), own=pan)


def require_pan_of_registrations(partner: BusinessPartner, pan: str) -> None:
    """Raise PartnerPanDiffers when a registration of the partner holds another PAN."""
    for gstin in partner.gst_registrations.values_list("gstin", flat=True).order_by("id"):
        require_pan_of_partner(gstin, pan)
