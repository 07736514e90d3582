"""The addresses of business partners and of what is on record about them."""

from typing import Any

from django.urls import URLPattern, re_path

from core.api.staff import resource_paths
from settings_modules.partners.api import bank_accounts, records
from settings_modules.partners.api.views import PartnerCollection, PartnerRecord, SimilarPartners

_BELOW: dict[str, Any] = {
    "contacts": records.ContactsOfPartner,
    "addresses": records.AddressesOfPartner,
    "gst-registrations": records.RegistrationsOfPartner,
    "bank-accounts": bank_accounts.AccountsOfPartner,
}


def _below_partner() -> list[URLPattern]:
    """The lists of one partner's records, with and without a slash at their end."""
    return [
        re_path(rf"^partners/(?P<id>\d{{1,18}})/{name}/?$", view.as_view(), name=f"partners-{name}")
        for name, view in _BELOW.items()
    ]


urlpatterns = [
    re_path(r"^partners/similar/?$", SimilarPartners.as_view(), name="partners-similar"),
    *resource_paths("partners", PartnerCollection, PartnerRecord),
    *_below_partner(),
    *resource_paths("partner-contacts", records.ContactCollection, records.ContactRecord),
    *resource_paths("partner-addresses", records.AddressCollection, records.AddressRecord),
    *resource_paths(
        "partner-gst-registrations", records.RegistrationCollection, records.RegistrationRecord
    ),
    *resource_paths(
        "partner-bank-accounts", bank_accounts.AccountCollection, bank_accounts.AccountRecord
    ),
    re_path(
        r"^partner-bank-accounts/(?P<id>\d{1,18})/reveal/?$",
        bank_accounts.RevealPartnerAccount.as_view(),
        name="partner-bank-accounts-reveal",
    ),
]
