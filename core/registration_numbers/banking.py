"""Numbers that banks give: IBAN, SWIFT code, account number.

Each check takes what somebody wrote and returns it normalised: upper case, without blanks. It
raises the coded error that says what is wrong, and never repeats an account number in it.
"""

from __future__ import annotations

import re

from stdnum import bic, iban, numdb
from stdnum.exceptions import InvalidComponent, InvalidFormat, ValidationError

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
_ACCOUNT = re.compile(r"[A-Z0-9]{6,34}")
#: The parts of a country's account numbers, such as "4!a3!n12!n": so many letters, digits, both.
_PARTS = re.compile(r"([0-9]+)!")


def checked_iban(text: str) -> str:
    """An IBAN, by the register of SWIFT. Raises IbanMalformed, IbanCountryUnknown, WrongLength,
    IbanCheckWrong."""
    number = compact(text)
    if not _IBAN.fullmatch(number):
        raise IbanMalformed()
    require_length(number, what="IBAN", length=_iban_length(number))
    try:
        # Some countries' own rules go by lists of banks, which a new bank is not in.
        return iban.validate(number, check_country=False)
    except InvalidFormat as error:
        raise IbanMalformed() from error
    except ValidationError as error:
        raise IbanCheckWrong() from error


def _iban_length(number: str) -> int:
    _, country = numdb.get("iban").info(number)[0]
    if "bban" not in country:
        raise IbanCountryUnknown(country=number[:2])
    return 4 + sum(map(int, _PARTS.findall(country["bban"])))


def checked_swift(text: str) -> str:
    """A SWIFT code (BIC, ISO 9362). Raises SwiftMalformed, CountryUnknown."""
    try:
        return bic.validate(compact(text))
    except InvalidComponent as error:
        raise CountryUnknown() from error
    except ValidationError as error:
        raise SwiftMalformed() from error


def checked_account_number(text: str) -> str:
    """An account number, also without hyphens. Raises AccountNumberMalformed."""
    number = compact(text).replace("-", "")
    if not _ACCOUNT.fullmatch(number):
        raise AccountNumberMalformed()
    return number
