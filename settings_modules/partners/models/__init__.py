"""The people and companies we trade with, and what is on record about each."""

from settings_modules.partners.models.addresses import PartnerAddress
from settings_modules.partners.models.bank_accounts import PartnerBankAccount
from settings_modules.partners.models.contacts import PartnerContact
from settings_modules.partners.models.gst_registrations import PartnerGstRegistration
from settings_modules.partners.models.partners import BusinessPartner

__all__ = [
    "BusinessPartner",
    "PartnerAddress",
    "PartnerBankAccount",
    "PartnerContact",
    "PartnerGstRegistration",
]
