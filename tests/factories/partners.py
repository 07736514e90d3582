"""Business partners with what is on record about them."""

from __future__ import annotations

from itertools import count

from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.services.addresses import add_address
from settings_modules.partners.services.bank_accounts import add_bank_account
from settings_modules.partners.services.contacts import add_contact
from settings_modules.partners.services.gst_registrations import add_gst_registration

_numbers = count(1)
GSTIN = "27AAACM1234A1Z8"


def make_partner(name: str = "", **values: object) -> BusinessPartner:
    """A partner; a customer unless `roles` says otherwise."""
    return BusinessPartner.objects.create(
        **{"name": name or f"Customer {next(_numbers)}", **values}
    )


def make_contact(
    partner: BusinessPartner, name: str = "Asha Rao", **values: object
) -> PartnerContact:
    """A contact; the first of a partner is the primary one."""
    return add_contact(partner=partner, values={"name": name, **values})


def make_address(
    partner: BusinessPartner, line1: str = "12 Mill Road", **values: object
) -> PartnerAddress:
    """An address in Nagpur; the first of a partner is both defaults."""
    given = {"line1": line1, "city": "Nagpur", "country": "IN"}
    return add_address(partner=partner, values={**given, **values})


def make_partner_registration(
    partner: BusinessPartner, gstin: str = GSTIN, **values: object
) -> PartnerGstRegistration:
    """A GST registration; the first of a partner is primary."""
    return add_gst_registration(partner=partner, values={"gstin": gstin, **values})


def make_partner_account(
    partner: BusinessPartner, number: str = "1234567890", **values: object
) -> PartnerBankAccount:
    """A bank account; the first of a partner is the default."""
    given = {
        "account_holder": "Sai Cotton Mills",
        "bank_name": "State Bank",
        "currency": "INR",
        "account_number": number,
    }
    return add_bank_account(partner=partner, values={**given, **values})
