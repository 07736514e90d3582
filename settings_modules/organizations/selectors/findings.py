"""What the numbers of organizations, registrations and accounts must be, and which are not.

Services refuse a new value that is wrong. What an older system or an older rule let in stays, and
is told as a warning wherever the row is shown.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from core.bank_numbers.numbers import ACCOUNT_CHECKS
from core.errors import DomainError, FieldError
from core.indian_states import find_state
from core.registration_numbers import contact, india
from core.registration_numbers.checking import Checks, findings, refusal_of
from core.registration_numbers.errors import StateDiffers
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
    found = findings(_values(organization), organization_checks(organization.country))
    pan = organization.pan
    if pan and not any(each.field == "pan" for each in found):
        found += _told(refusal_of(partial(india.require_usual_holder, pan), "pan"))
    return found


def registration_findings(registration: GstRegistration) -> list[FieldError]:
    """What is wrong in the stored registration, beside the PAN of its organization."""
    found = findings(_values(registration), REGISTRATION_CHECKS)
    gstin, pan = registration.gstin, registration.organization.pan
    if not found and pan:
        found += _told(refusal_of(partial(india.require_same_pan, gstin, pan), "gstin"))
    check = partial(require_state_of_gstin, gstin, registration.state)
    return found + _told(refusal_of(check, "state"))


def account_findings(account: BankAccount) -> list[FieldError]:
    """What is wrong in the stored account. No text holds the number."""
    return findings(_values(account), ACCOUNT_CHECKS)


def require_state_of_gstin(gstin: str, state: str) -> None:
    """Raise StateDiffers when the state written, if any, is another than that of the GSTIN."""
    known = india.state_of_gstin(gstin)
    if known is None or not state:
        return
    if find_state(state) != known and state.strip().casefold() != known.name.casefold():
        raise StateDiffers(expected=known.name)


def require_pan_of_registrations(organization: Organization, pan: str) -> None:
    """Raise OrganizationPanDiffers when a registration of the organization holds another PAN."""
    for gstin in organization.gst_registrations.values_list("gstin", flat=True).order_by("id"):
        if pan and india.pan_of_gstin(gstin) != pan:
            raise OrganizationPanDiffers(gstin=gstin)


def _values(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _told(error: DomainError | None) -> list[FieldError]:
    return [] if error is None else error.field_errors()
