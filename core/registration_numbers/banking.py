"""Numbers that banks give: IBAN, SWIFT code, account number.

Each check takes what somebody wrote and returns it normalised: upper case, without blanks. It
raises the coded error that says what is wrong, and never repeats an account number in it.
"""

from __future__ import annotations

import re

from core.iso_codes import COUNTRIES
from core.registration_numbers.errors import (
    AccountNumberMalformed,
    CountryUnknown,
    IbanCheckWrong,
    IbanCountryUnknown,
    IbanMalformed,
    SwiftMalformed,
)
from core.registration_numbers.india import compact, require_length

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_SWIFT = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_ACCOUNT = re.compile(r"[A-Z0-9]{6,34}")
#: How long the IBANs of each country are.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FK", "FI", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}


def checked_iban(text: str) -> str:
    """An IBAN. Raises IbanMalformed, IbanCountryUnknown, WrongLength, IbanCheckWrong."""
    iban = compact(text)
    if not _IBAN.fullmatch(iban):
        raise IbanMalformed()
    length = _IBAN_LENGTHS.get(iban[:2])
    if length is None:
        raise IbanCountryUnknown(country=iban[:2])
    require_length(iban, what="IBAN", length=length)
    if int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 != 1:
        raise IbanCheckWrong()
    return iban


def checked_swift(text: str) -> str:
    """A SWIFT code (BIC). Raises SwiftMalformed, CountryUnknown."""
    swift = compact(text)
    if not _SWIFT.fullmatch(swift):
        raise SwiftMalformed()
    if swift[4:6] not in COUNTRIES | {"XK"}:
        raise CountryUnknown()
    return swift


def checked_account_number(text: str) -> str:
    """An account number, also without hyphens. Raises AccountNumberMalformed."""
    number = compact(text).replace("-", "")
    if not _ACCOUNT.fullmatch(number):
        raise AccountNumberMalformed()
    return number
