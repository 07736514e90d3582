"""What the numbers of organizations, registrations and accounts must be, and which are not.

Services refuse a new value that is wrong. What an older system or an older rule let in stays, and
is told as a warning wherever the row is shown.
"""

from __future__ import annotations

from functools import partial

from core.bank_numbers.numbers import ACCOUNT_CHECKS
from core.errors import FieldError
from core.registration_numbers import contact, india
from core.registration_numbers.checking import Checks, findings, refusal_of, told, values_of
from settings_modules.organizations.errors import OrganizationPanDiffers
from settings_modules.organizations.models import BankAccount, GstRegistration, Organization

REGISTRATION_CHECKS: Checks = {"gstin": india.checked_gstin}


def organization_checks(country: str | None) -> Checks:
    """The checks of an organization's fields; phone numbers without a country are of this one."""
    phone = partial(contact.checked_phone, country=india.compact(country or ""))
    return {
        "pan": india.checked_pan,
        "cin": india.checked_cin,
        "base_currency": contact.checked_currency,
        "country": contact.checked_country,
        "contact_email": contact.checked_email,
        "contact_phone": phone,
        "audit_firm_email": contact.checked_email,
        "audit_firm_phone": phone,
    }


def organization_findings(organization: Organization) -> list[FieldError]:
    """What is wrong or unusual in the stored organization, field by field."""
    found = findings(values_of(organization), organization_checks(organization.country))
    pan = organization.pan
    if pan and not any(each.field == "pan" for each in found):
        found += told(refusal_of(partial(india.require_usual_holder, pan), "pan"))
    return found


def registration_findings(registration: GstRegistration) -> list[FieldError]:
    """What is wrong in the stored registration, beside the PAN of its organization."""
    found = findings(values_of(registration), REGISTRATION_CHECKS)
    gstin, pan = registration.gstin, registration.organization.pan
    if not found and pan:
        found += told(refusal_of(partial(india.require_same_pan, gstin, pan), "gstin"))
    check = partial(india.require_state_of_gstin, gstin, registration.state)
    return found + told(refusal_of(check, "state"))


def account_findings(account: BankAccount) -> list[FieldError]:
    """What is wrong in the stored account. No text holds the number."""
    return findings(values_of(account), ACCOUNT_CHECKS)


def require_pan_of_registrations(organization: Organization, pan: str) -> None:
    """Raise OrganizationPanDiffers when a registration of the organization holds another PAN."""
    for gstin in organization.gst_registrations.values_list("gstin", flat=True).order_by("id"):
        if pan and india.pan_of_gstin(gstin) != pan:
            raise OrganizationPanDiffers(gstin=gstin)
