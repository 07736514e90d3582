"""India's states and territories: letters, names, digits of the tax number, part of the country.

Letters are those of ISO 3166-2:IN, digits those that a GSTIN begins with. Codes and names that are
no longer in use find the state of today. Andaman and Nicobar and Lakshadweep count to the south,
whose zonal council they attend.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndianState:
    """A state or territory.

    `code` is two letters ("MH"), `gst_digits` two digits ("27"), `region` NORTH, SOUTH, EAST, WEST,
    CENTRAL, NORTHEAST or UNKNOWN.
    """

    code: str
    name: str
    gst_digits: str
    region: str
    older_codes: tuple[str, ...] = ()
    older_digits: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


INDIAN_STATES: tuple[IndianState, ...] = (
    IndianState("AN", "Andaman and Nicobar Islands", "35", "SOUTH", (), (), ("Andaman Nicobar",)),
    IndianState("AP", "Andhra Pradesh", "37", "SOUTH", ("AD",), ("28",)),
    IndianState("AR", "Arunachal Pradesh", "12", "NORTHEAST"),
    IndianState("AS", "Assam", "18", "NORTHEAST"),
    IndianState("BR", "Bihar", "10", "EAST", ("BH",)),
    IndianState("CG", "Chhattisgarh", "22", "CENTRAL", ("CT",), (), ("Chattisgarh",)),
    IndianState("CH", "Chandigarh", "04", "NORTH"),
    IndianState(
        "DH",
        "Dadra and Nagar Haveli and Daman and Diu",
        "26",
        "WEST",
        ("DN", "DD"),
        ("25",),
        ("Dadra and Nagar Haveli", "Daman and Diu"),
    ),
    IndianState(
        "DL",
        "Delhi",
        "07",
        "NORTH",
        (),
        (),
        ("NCT of Delhi", "National Capital Territory of Delhi", "New Delhi"),
    ),
    IndianState("GA", "Goa", "30", "WEST"),
    IndianState("GJ", "Gujarat", "24", "WEST"),
    IndianState("HP", "Himachal Pradesh", "02", "NORTH"),
    IndianState("HR", "Haryana", "06", "NORTH"),
    IndianState("JH", "Jharkhand", "20", "EAST"),
    IndianState("JK", "Jammu and Kashmir", "01", "NORTH"),
    IndianState("KA", "Karnataka", "29", "SOUTH", (), (), ("Mysore State",)),
    IndianState("KL", "Kerala", "32", "SOUTH"),
    IndianState("LA", "Ladakh", "38", "NORTH"),
    IndianState("LD", "Lakshadweep", "31", "SOUTH", (), (), ("Laccadive Islands",)),
    IndianState("MH", "Maharashtra", "27", "WEST"),
    IndianState("ML", "Meghalaya", "17", "NORTHEAST", ("ME",)),
    IndianState("MN", "Manipur", "14", "NORTHEAST"),
    IndianState("MP", "Madhya Pradesh", "23", "CENTRAL"),
    IndianState("MZ", "Mizoram", "15", "NORTHEAST", ("MI",)),
    IndianState("NL", "Nagaland", "13", "NORTHEAST"),
    IndianState("OD", "Odisha", "21", "EAST", ("OR",), (), ("Orissa",)),
    IndianState("PB", "Punjab", "03", "NORTH"),
    IndianState("PY", "Puducherry", "34", "SOUTH", ("PO",), (), ("Pondicherry",)),
    IndianState("RJ", "Rajasthan", "08", "WEST"),
    IndianState("SK", "Sikkim", "11", "NORTHEAST"),
    IndianState("TN", "Tamil Nadu", "33", "SOUTH"),
    IndianState("TR", "Tripura", "16", "NORTHEAST"),
    IndianState("TS", "Telangana", "36", "SOUTH", ("TG",), (), ("Telengana",)),
    IndianState("UK", "Uttarakhand", "05", "NORTH", ("UT", "UA"), (), ("Uttaranchal",)),
    IndianState("UP", "Uttar Pradesh", "09", "NORTH"),
    IndianState("WB", "West Bengal", "19", "EAST"),
)
#: Where goods and services are taxed that belong to no state, such as those at sea.
OTHER_TERRITORY = IndianState("OT", "Other Territory", "97", "UNKNOWN")


def find_state(text: str) -> IndianState | None:
    """The state meant by its letters or its name, of today or earlier; None: none of India's.

    Case, blanks, accents, "&" for "and", and "IN-" before the letters make no difference.
    """
    return _BY_WORD.get(_folded(text))


def state_of_digits(digits: str) -> IndianState | None:
    """The state whose GSTINs begin with these two digits; None: no state's do."""
    return _BY_DIGITS.get(digits)


def _folded(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text).replace("&", " and ").casefold()
    letters = "".join(sign for sign in spelled if sign.isalpha())
    return letters[2:] if len(letters) == 4 and letters.startswith("in") else letters


def _by_word() -> dict[str, IndianState]:
    return {
        _folded(word): state
        for state in INDIAN_STATES
        for word in (state.code, *state.older_codes, state.name, *state.other_names)
    }


_BY_WORD = _by_word()
_BY_DIGITS = {
    digits: state
    for state in (*INDIAN_STATES, OTHER_TERRITORY)
    for digits in (state.gst_digits, *state.older_digits)
}
