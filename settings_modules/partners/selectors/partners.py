"""Partners as staff look for them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet

from core.text_search import folded, holding_words
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerContact,
    PartnerGstRegistration,
)

_PHONE = re.compile(r"[+\d\s().-]{6,}")


def matching_partners(text: str) -> QuerySet[BusinessPartner]:
    """Partners of whom every word occurs in code, names, phone, e-mail, PAN, in a contact or an
    address of theirs, or in a GSTIN.

    However Arabic letters and digits are spelled; a phone number is found as people write it.
    """
    phone = _national_digits(text)
    found = BusinessPartner.objects.order_by()
    for word in [phone] if phone else text.split():
        found = found.filter(pk__in=_holding(word))
    return found


def partners_in_city(city: str) -> QuerySet[Any]:
    """The keys of partners with an active address in a city of which this is a part."""
    rows = PartnerAddress.objects.filter(is_active=True, city__icontains=city)
    return rows.values("partner_id")


def partners_with_gstin(gstin: str) -> QuerySet[Any]:
    """The keys of partners with an active registration under this GSTIN."""
    compact = "".join(gstin.split()).upper()
    return PartnerGstRegistration.objects.filter(is_active=True, gstin=compact).values("partner_id")


def _holding(word: str) -> QuerySet[Any]:
    """The keys of partners in one of whose columns the word occurs; one index for each branch."""
    own = holding_words(BusinessPartner.objects.order_by(), word).values_list("pk")
    others = (
        PartnerContact.objects.order_by().filter(search_text__contains=folded(word)),
        PartnerAddress.objects.order_by().filter(search_text__contains=folded(word)),
        PartnerGstRegistration.objects.order_by().filter(gstin__contains=word.upper()),
    )
    return own.union(*(rows.values_list("partner_id") for rows in others))


def _national_digits(text: str) -> str:
    """The digits of what looks like a phone number, without country code or leading zeros as far
    as people leave them out; "" for anything else."""
    if not _PHONE.fullmatch(text.strip()):
        return ""
    digits = "".join(str(int(sign)) for sign in text if sign.isdigit())
    return digits.lstrip("0")
