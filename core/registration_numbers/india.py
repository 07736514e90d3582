"""Numbers that India gives to companies: PAN, GSTIN, CIN, and the IFSC of a bank's branch.

Each check takes what somebody wrote and returns it normalised: upper case, without blanks. It
raises the coded error that says what is wrong.
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.exceptions import InvalidComponent
from stdnum.in_ import pan as pan_number

from core.indian_states import IndianState, find_state, state_of_digits
from core.registration_numbers.errors import (
    CinMalformed,
    GstinCheckWrong,
    GstinMalformed,
    GstinStateUnknown,
    IfscMalformed,
    PanDiffers,
    PanHolderUnusual,
    PanMalformed,
    StateDiffers,
    WrongLength,
)

_PAN = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]")
_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")
_CIN = re.compile(r"[LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}")
_IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def compact(text: str) -> str:
    """The text in upper case without blanks."""
    return "".join(text.split()).upper()


def require_length(text: str, *, what: str, length: int) -> None:
    """Raise WrongLength unless the text has so many characters."""
    if len(text) != length:
        raise WrongLength(what=what, expected=length, length=len(text))


def checked_pan(text: str) -> str:
    """A PAN. Raises WrongLength, PanMalformed."""
    pan = compact(text)
    require_length(pan, what="PAN", length=10)
    if not _PAN.fullmatch(pan):
        raise PanMalformed()
    return pan


def require_usual_holder(pan: str) -> None:
    """Raise PanHolderUnusual when the fourth letter of a PAN stands for no kind of holder.

    E is a limited liability partnership, which the library's list has among the firms.
    """
    try:
        pan_number.info(pan)
    except InvalidComponent as error:
        if pan[3] != "E":
            raise PanHolderUnusual(letter=pan[3]) from error


def checked_gstin(text: str) -> str:
    """A GSTIN. Raises WrongLength, GstinMalformed, GstinStateUnknown, GstinCheckWrong."""
    gstin = compact(text)
    require_length(gstin, what="GSTIN", length=15)
    if not _GSTIN.fullmatch(gstin):
        raise GstinMalformed()
    if state_of_digits(gstin[:2]) is None:
        raise GstinStateUnknown(digits=gstin[:2])
    expected = gstin_check_character(gstin[:14])
    if gstin[14] != expected:
        raise GstinCheckWrong(found=gstin[13:], expected=gstin[13] + expected)
    return gstin


def gstin_check_character(head: str) -> str:
    """The last character of the GSTIN whose other 14, digits and capital letters, are `head`."""
    return luhn.calc_check_digit(head, _SIGNS)


def state_of_gstin(gstin: str) -> IndianState | None:
    """The state that a GSTIN is of; None when its digits are no state's."""
    return state_of_digits(gstin[:2])


def require_state_of_gstin(gstin: str, state: str) -> None:
    """Raise StateDiffers when the state written, if any, is another than that of the GSTIN."""
    known = state_of_gstin(gstin)
    if known is None or not state:
        return
    if find_state(state) != known and state.strip().casefold() != known.name.casefold():
        raise StateDiffers(expected=known.name)


def state_as_in_gstin(gstin: str, state: str) -> str:
    """The state called as the GSTIN's, also when it is empty; another one stays as written."""
    known = state_of_gstin(gstin)
    if known is None:
        return state
    return known.name if find_state(state) in {None, known} else state


def pan_of_gstin(gstin: str) -> str:
    """The PAN within a GSTIN."""
    return gstin[2:12]


def require_same_pan(gstin: str, pan: str) -> None:
    """Raise PanDiffers when the PAN within the GSTIN is another than this one."""
    if pan_of_gstin(gstin) != pan:
        raise PanDiffers(found=pan_of_gstin(gstin), own=pan)


def checked_cin(text: str) -> str:
    """A CIN. Raises WrongLength, CinMalformed."""
    cin = compact(text)
    require_length(cin, what="CIN", length=21)
    if not _CIN.fullmatch(cin):
        raise CinMalformed()
    return cin


def checked_ifsc(text: str) -> str:
    """An IFSC. Raises WrongLength, IfscMalformed."""
    ifsc = compact(text)
    require_length(ifsc, what="IFSC", length=11)
    if not _IFSC.fullmatch(ifsc):
        raise IfscMalformed()
    return ifsc
