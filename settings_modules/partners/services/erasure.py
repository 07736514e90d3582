"""Erasing a customer on request. What was ordered and paid stays; who it was does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.erasure import erase_mentions
from core.events.services import in_unit_of_work
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.selectors.erased import erased_name, is_erased

#: Raises a DomainError when this partner cannot be erased now.
Check = Callable[[BusinessPartner], None]
_checks: dict[str, Check] = {}

#: What is on record about a partner, with the columns whose values may stand elsewhere too.
_RECORDS: dict[Any, tuple[str, ...]] = {
    PartnerContact: ("name", "email"),
    PartnerAddress: ("recipient", "line1", "line2"),
    PartnerGstRegistration: ("gstin", "legal_name", "address"),
    PartnerBankAccount: ("account_holder", "account_number", "iban"),
}
_EMPTY = {
    "phone": None,
    "email": "",
    "name_ar": "",
    "legal_name": "",
    "pan": "",
}


def declare_erasure_check(name: str, check: Check) -> None:
    """Ask `check` before a partner is erased; it runs in the same transaction."""
    _checks[name] = check


@in_unit_of_work
def erase_partner(*, partner: BusinessPartner) -> BusinessPartner:
    """The partner without names, phone number, e-mail address and PAN, for good.

    Contacts, addresses, registrations and bank accounts are removed; partners that were merged into
    this one are erased with it. The event `partner.erased` lets the other applications erase their
    copies. The Zoho contact's id stays, so that the contact can be found and erased there. Erasing
    again changes nothing. Raises what the declared checks raise.
    """
    # An order that is being placed holds the row: it is seen by the checks, or finds no customer.
    locked = BusinessPartner.objects.select_for_update().get(pk=partner.pk)
    for merged in BusinessPartner.objects.filter(merged_into=locked).order_by("pk"):
        erase_partner(partner=merged)
    if is_erased(locked):
        return locked
    for check in _checks.values():
        check(locked)
    texts, phones = _erase_records(locked)
    erase_mentions(
        texts=[locked.name, locked.name_ar, locked.legal_name, locked.email, locked.pan, *texts],
        phones=[str(locked.phone or ""), *phones],
    )
    locked.name = erased_name(locked.pk)
    for name, empty in _EMPTY.items():
        setattr(locked, name, empty)
    locked.save(update_fields=["name", *_EMPTY])
    locked.emit_event("partner.erased")
    return locked


def _erase_records(partner: BusinessPartner) -> tuple[list[str], list[str]]:
    """Remove what is on record about the partner; its texts and phone numbers."""
    texts: list[str] = []
    phones: list[str] = []
    for model, columns in _RECORDS.items():
        for row in model.objects.filter(partner=partner).order_by("pk"):
            texts += [str(getattr(row, name)) for name in columns]
            phones.append(str(getattr(row, "phone", "") or ""))
            key = row.pk
            row.delete()
            row.pk = key
            row.emit_event(f"{row.event_stream}.removed")
    return texts, [phone for phone in phones if phone]
