"""Finding a partner's contact in Zoho, or making it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from integrations.zoho.client import ZohoClient
from integrations.zoho.errors import PushRefused, RecordGone, Refused
from integrations.zoho.mapping import record_id
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.services.partners import link_zoho_contact

NAME_TAKEN = 3062
LONGEST_NAME = 180
#: A contact just made is not found at once.
INDEX_LAG_SECONDS = 2.0
#: Fewer digits say too little to take two numbers for the same.
SHORTEST_MATCH = 8


def contact_of(
    *, client: ZohoClient, partner: BusinessPartner, before_sending: Callable[[], None]
) -> str:
    """The id of the partner's contact, found by phone or made, and remembered.

    A contact of the same name is taken only when it has the partner's phone or e-mail address.
    Raises what the client raises, PushRefused when no free name is found.
    """
    if partner.zoho_contact_id:
        return partner.zoho_contact_id
    contact_id = _find(client, partner) or _create(client, partner, before_sending)
    taken = BusinessPartner.objects.filter(zoho_contact_id=contact_id).exclude(pk=partner.pk)
    if not taken.exists():
        link_zoho_contact(partner=partner, zoho_contact_id=contact_id)
    return contact_id


def forget_missing_contact(*, client: ZohoClient, partner: BusinessPartner) -> bool:
    """Drop the remembered contact when Zoho no longer has it (merged, deleted); whether so."""
    if not partner.zoho_contact_id:
        return False
    try:
        client.get(f"/contacts/{partner.zoho_contact_id}")
    except RecordGone:
        BusinessPartner.objects.filter(pk=partner.pk).update(zoho_contact_id=None)
        partner.zoho_contact_id = None
        return True
    return False


def _find(client: ZohoClient, partner: BusinessPartner) -> str:
    """The contact with the partner's phone number; "" when there is none."""
    if not partner.phone:
        return ""
    rows = client.get("/contacts", {"phone": str(partner.phone)}).rows("contacts")
    return _same(rows, partner)


def _same(rows: list[dict[str, Any]], partner: BusinessPartner) -> str:
    """The first active customer with the partner's phone or e-mail; the filter may be ignored."""
    for row in rows:
        if row.get("contact_type") not in (None, "", "customer") or row.get("status") == "inactive":
            continue
        phones = {_digits(row.get("phone")), _digits(row.get("mobile"))} - {""}
        same_phone = bool(partner.phone) and _digits(partner.phone) in phones
        email = str(row.get("email") or "").strip().lower()
        same_email = not phones and bool(email) and email == partner.email.strip().lower()
        if same_phone or same_email:
            return record_id(row, "contact_id")
    return ""


def _digits(value: Any) -> str:
    """A phone number's last ten digits, "" for one too short to tell people apart."""
    digits = re.sub(r"\D", "", str(value or ""))
    return digits[-10:] if len(digits) >= SHORTEST_MATCH else ""


def _create(
    client: ZohoClient, partner: BusinessPartner, before_sending: Callable[[], None]
) -> str:
    for name in _names(partner):
        try:
            answer = client.post("/contacts", _body(partner, name), before_sending=before_sending)
            return record_id(answer.record("contact"), "contact_id")
        except Refused as error:
            if error.code != NAME_TAKEN:
                raise
        time.sleep(INDEX_LAG_SECONDS)
        rows = client.get("/contacts", {"contact_name": name}).rows("contacts")
        found = _find(client, partner) or _same(rows, partner)
        if found:
            return found
    raise PushRefused("Zoho has other contacts under every name tried for this customer")


def _names(partner: BusinessPartner) -> Iterator[str]:
    name = " ".join(partner.name.split())[:LONGEST_NAME] or f"Customer {partner.pk}"
    yield name
    if partner.phone:
        yield f"{name} ({str(partner.phone)[-4:]})"
        yield f"{name} ({partner.phone})"
    yield f"{name} (#{partner.pk})"


def _body(partner: BusinessPartner, name: str) -> dict[str, Any]:
    person = {
        "first_name": partner.name[:100],
        "email": partner.email,
        "phone": str(partner.phone or ""),
        "mobile": str(partner.phone or ""),
        "is_primary_contact": True,
    }
    return {"contact_name": name, "contact_type": "customer", "contact_persons": [person]}
