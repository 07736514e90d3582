"""E-mail addresses, phone numbers, and the ISO codes of currencies and countries.

Each check takes what somebody wrote and returns it normalised, or raises the coded error that says
what is wrong.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumber_field.phonenumber import to_python

from core.iso_codes import COUNTRIES, CURRENCIES
from core.registration_numbers.errors import (
    CountryUnknown,
    CurrencyUnknown,
    EmailMalformed,
    PhoneUnknown,
)
from core.registration_numbers.india import compact


def checked_email(text: str) -> str:
    """An e-mail address, its domain in lower case. Raises EmailMalformed."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise EmailMalformed() from error
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def checked_phone(text: str, *, country: str = "") -> str:
    """A phone number in E.164 form. Raises PhoneUnknown.

    One without its country is of `country`, an ISO code; else of the installation's.
    """
    known: Any = to_python(text.strip(), region=country or None)
    if not known or not known.is_valid():
        raise PhoneUnknown()
    return str(known.as_e164)


def checked_currency(text: str) -> str:
    """The ISO code of a currency. Raises CurrencyUnknown."""
    code = compact(text)
    if code not in CURRENCIES:
        raise CurrencyUnknown()
    return code


def checked_country(text: str) -> str:
    """The ISO code of a country, two letters. Raises CountryUnknown."""
    code = compact(text)
    if code not in COUNTRIES:
        raise CountryUnknown()
    return code
