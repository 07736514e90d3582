"""First-level divisions as GeoNames numbers them, for the countries whose towns need a state."""

from __future__ import annotations

from core.indian_states import INDIAN_STATES

#: GeoNames' number of India's states and territories to the letters they go by.
_INDIA = {
    **{"01": "AN", "02": "AP", "03": "AS", "05": "CH", "07": "DL", "09": "GJ", "10": "HR"},
    **{"11": "HP", "12": "JK", "13": "KL", "14": "LD", "16": "MH", "17": "MN", "18": "ML"},
    **{"19": "KA", "20": "NL", "21": "OD", "22": "PY", "23": "PB", "24": "RJ", "25": "TN"},
    **{"26": "TR", "28": "WB", "29": "SK", "30": "AR", "31": "MZ", "33": "GA", "34": "BR"},
    **{"35": "MP", "36": "UP", "37": "CG", "38": "JH", "39": "UK", "40": "TS", "41": "LA"},
    "52": "DH",
}
#: GeoNames' number of Iraq's governorates to their ISO 3166-2 letters and name.
_IRAQ = {
    "01": ("AN", "Al Anbar"),
    "02": ("BA", "Basra"),
    "03": ("MU", "Al Muthanna"),
    "04": ("QA", "Al Qadisiyah"),
    "05": ("SU", "Sulaymaniyah"),
    "06": ("BB", "Babil"),
    "07": ("BG", "Baghdad"),
    "08": ("DA", "Duhok"),
    "09": ("DQ", "Dhi Qar"),
    "10": ("DI", "Diyala"),
    "11": ("AR", "Erbil"),
    "12": ("KA", "Karbala"),
    "13": ("KI", "Kirkuk"),
    "14": ("MA", "Maysan"),
    "15": ("NI", "Nineveh"),
    "16": ("WA", "Wasit"),
    "17": ("NA", "Najaf"),
    "18": ("SD", "Salah al-Din"),
    "19": ("HA", "Halabja"),
}
_INDIAN_NAMES = {state.code: state.name for state in INDIAN_STATES}


def province_of(country: str, number: str) -> tuple[str, str]:
    """(code, name) of the division; ("", "") where only the number is known.

    The United States and their like are numbered by the letters themselves.
    """
    if country == "IN" and number in _INDIA:
        return _INDIA[number], _INDIAN_NAMES[_INDIA[number]]
    if country == "IQ":
        return _IRAQ.get(number, ("", ""))
    return (number, "") if number.isalpha() else ("", "")
